"""A class's folder as people unpack it: every entry is a student's, or has a line."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from autograder.course.submissions import NoClass, survey
from autograder.sandbox.grader.intake import NoSubmission
from tests.support.laid_out import Files, code, five, tarred, written, zipped

ONE = code("iou.py")


def students(folder: Path) -> dict[str, str]:
    """By student, what was taken and what is told, or why nothing is."""
    found = {}
    for submission in survey(folder, "segmentation").submissions:
        try:
            work = submission.look()
            found[submission.student] = "; ".join((*sorted(work.submitted.files), work.notice))
        except NoSubmission as reason:
            found[submission.student] = str(reason).replace(f"{folder}/", "")
    return found


def beside(folder: Path) -> list[str]:
    return list(survey(folder, "segmentation").beside.lines())


def test_a_class_as_people_unpack_it(tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            **code("control/iou.py", "unpacked_on_a_mac/homework/iou.py"),
            "unpacked_on_a_mac/__MACOSX/homework/._iou.py": "Mac OS X",
            **code("folder_and_a_note/homework/iou.py"),
            "folder_and_a_note/readme.txt": "mine",
            "__MACOSX/control/._iou.py": "Mac OS X",
            "kim_101_assignsubmission_file/homework.zip": zipped(ONE),
            "lee.ZIP": zipped(ONE),
            "park.tar.gz": tarred(ONE),
            "choi.zip": zipped({"choi.zip": zipped(ONE)}),
        },
    )
    assert students(tmp_path) == {
        "choi": "iou.py; ",
        "control": "iou.py; ",
        "folder_and_a_note": "iou.py; passed over: readme.txt",
        "kim_101_assignsubmission_file": "iou.py; ",
        "lee": "iou.py; ",
        "park": "iou.py; ",
        "unpacked_on_a_mac": "iou.py; ",
    }
    assert beside(tmp_path) == []


def test_canvas_flat_files_are_no_students_and_each_is_named(tmp_path: Path) -> None:
    names = ("kimminsu_98770_4321_iou-2.py", "leejiwoo_LATE_98771_4322_unet.py")
    written(tmp_path, {**code(*names), **code("choi/iou.py")})
    assert students(tmp_path) == {"choi": "iou.py; "}
    (told,) = beside(tmp_path)
    assert all(f"{name} (no folder; autograder course collect" in told for name in names)


@pytest.mark.parametrize("name", ["park.rar", "iou.py", "notes.ipynb", "iou.py.gz", "UNET.PY"])
def test_a_loose_file_that_may_be_work_is_to_be_looked_at(name: str, tmp_path: Path) -> None:
    written(tmp_path, {"kim/iou.py": "", name: ""})
    assert beside(tmp_path) == [f"not read, and may be work: {name} (no folder)"]


def test_a_loose_file_that_is_none_is_named(tmp_path: Path) -> None:
    written(tmp_path, {"kim/iou.py": "", "notes.txt": "", "roster.csv": ""})
    found = survey(tmp_path, "segmentation").beside
    assert list(found.lines()) == ["passed over: notes.txt, roster.csv"]
    assert not found.unread


@pytest.mark.parametrize("name", ["Thumbs.db", ".DS_Store", ".hidden.py", "collected.csv"])
def test_what_a_system_and_this_course_leave_is_nothing_to_tell(name: str, tmp_path: Path) -> None:
    written(tmp_path, {"kim/iou.py": "", name: ""})
    assert beside(tmp_path) == []


def test_of_one_student_twice_nothing_is_taken_and_the_others_are(tmp_path: Path) -> None:
    written(tmp_path, {"kim/iou.py": "", "kim.ZIP": zipped(ONE), "lee.zip": zipped(ONE)})
    assert students(tmp_path) == {
        "kim": "kim and kim.ZIP are both kim's; one must go",
        "lee": "iou.py; ",
    }


def test_korean_in_two_forms_is_one_student(tmp_path: Path) -> None:
    written(
        tmp_path,
        {"김민수/iou.py": "", f"{unicodedata.normalize('NFD', '김민수')}.zip": zipped(ONE)},
    )
    (told,) = students(tmp_path).values()
    assert told.endswith("one must go")


def test_a_class_in_a_class_has_a_line_and_the_others_their_grades(tmp_path: Path) -> None:
    whole: Files = {
        **five("Kim Minsu_12345_assignsubmission_file_/"),
        **five("Lee Jiwoo_12346_assignsubmission_file_/"),
    }
    written(tmp_path, {"CS101-Segmentation-12345.zip": zipped(whole), "choi/iou.py": ""})
    found = students(tmp_path)
    assert found["choi"] == "iou.py; "
    assert found["CS101-Segmentation-12345"].startswith(
        "CS101-Segmentation-12345.zip holds 2 students' files (Kim Minsu_12345, Lee Jiwoo_12346)"
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no folders and no archives"),
        ({"iou.py": ""}, "no archives, but not read, and may be work: iou.py"),
        ({"__MACOSX/a/._iou.py": ""}, "holds no folders and no archives"),
    ],
)
def test_where_there_is_no_class_the_message_says_what_is_there(
    files: Files, said: str, tmp_path: Path
) -> None:
    with pytest.raises(NoClass, match=said):
        survey(written(tmp_path / "class", files), "segmentation")


def test_an_archive_in_place_of_a_class_is_for_another_command(tmp_path: Path) -> None:
    (tmp_path / "class.zip").write_bytes(zipped(five("kim/")))
    with pytest.raises(NoClass, match="is not a folder; autograder course collect makes one"):
        survey(tmp_path / "class.zip", "segmentation")
