"""Submissions are found however they were laid out, and nothing outside them is touched."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from autograder.course.submissions import NoClass, find
from autograder.sandbox.intake import FILE_CAP, NoSubmission


def write(path: Path, text: str = "x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def pack(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def taken(folder: Path) -> dict[str, list[str]]:
    return {each.student: sorted(each.take().files) for each in find(folder, "segmentation")}


def test_a_folder_a_student(tmp_path: Path) -> None:
    write(tmp_path / "2023001" / "iou.py")
    write(tmp_path / "김민수" / "unet.py")
    write(tmp_path / "notes.txt")
    write(tmp_path / ".hidden" / "iou.py")
    assert taken(tmp_path) == {"2023001": ["iou.py"], "김민수": ["unet.py"]}


def test_the_tree_of_nbgrader(tmp_path: Path) -> None:
    write(tmp_path / "kim" / "segmentation" / "iou.py")
    write(tmp_path / "kim" / "another" / "iou.py")
    assert taken(tmp_path) == {"kim": ["iou.py"]}


def test_the_only_folder_in_a_students_folder(tmp_path: Path) -> None:
    write(tmp_path / "kim" / "my work" / "iou.py")
    assert taken(tmp_path) == {"kim": ["iou.py"]}


@pytest.mark.parametrize("inside", ["", "segmentation/", "a/b/"])
def test_a_zip_file_a_student(tmp_path: Path, inside: str) -> None:
    members = {f"{inside}iou.py": "x", f"{inside}tests/test_iou.py": "", "__MACOSX/unet.py": ""}
    pack(tmp_path / "kim_12345_67890.zip", members)
    assert taken(tmp_path) == {"kim_12345_67890": ["iou.py"]}


def test_a_name_in_a_zip_file_leads_nowhere_else(tmp_path: Path) -> None:
    pack(tmp_path / "kim.zip", {"../../../iou.py": "evil", "/etc/unet.py": "evil"})
    (submission,) = find(tmp_path, "segmentation")
    assert len(submission.take().files) == 1
    assert os.listdir(tmp_path) == ["kim.zip"]


def test_what_a_zip_file_says_of_sizes_is_not_believed(tmp_path: Path) -> None:
    pack(tmp_path / "kim.zip", {"iou.py": "#" * (FILE_CAP + 1), "unet.py": "x"})
    (submission,) = find(tmp_path, "segmentation")
    parcel = submission.take()
    assert parcel.problems == {"iou.py": "larger than 1024 KiB"}
    assert sorted(parcel.files) == ["unet.py"]


def test_a_link_in_a_zip_file_is_not_taken(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("iou.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "kim.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    (submission,) = find(tmp_path, "segmentation")
    assert submission.take().problems == {"iou.py": "a link"}


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    path = pack(tmp_path / "kim.zip", {"iou.py": "y" * 50, "unet.py": "x"})
    path.write_bytes(path.read_bytes().replace(b"y" * 50, b"z" * 50))
    (submission,) = find(tmp_path, "segmentation")
    parcel = submission.take()
    assert "not readable" in parcel.problems["iou.py"]
    assert sorted(parcel.files) == ["unet.py"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"no zip", "is not a zip file"), (None, "holds no Python file")]
)
def test_a_zip_file_without_work_says_why(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is None:
        pack(tmp_path / "kim.zip", {"readme.txt": ""})
    else:
        (tmp_path / "kim.zip").write_bytes(content)
    (submission,) = find(tmp_path, "segmentation")
    with pytest.raises(NoSubmission, match=said):
        submission.take()


@pytest.mark.parametrize("inside", ["", "homework/"])
def test_a_zip_file_whose_names_were_changed_is_taken_as_a_folder_is(
    tmp_path: Path, inside: str
) -> None:
    pack(tmp_path / "kim.zip", {f"{inside}iou-1.py": "x", f"{inside}notes.txt": ""})
    (submission,) = find(tmp_path, "segmentation")
    parcel = submission.take()
    assert parcel.files == {}
    assert parcel.passed_over == ["iou-1.py"]


def test_modules_in_a_zip_file_go_before_changed_names_higher_up(tmp_path: Path) -> None:
    pack(tmp_path / "kim.zip", {"iou-1.py": "x", "work/unet.py": "", "work/iou (1).py": ""})
    (submission,) = find(tmp_path, "segmentation")
    parcel = submission.take()
    assert list(parcel.files) == ["unet.py"]
    assert parcel.passed_over == ["iou (1).py"]


def test_one_student_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "kim" / "iou.py")
    pack(tmp_path / "kim.zip", {"iou.py": ""})
    with pytest.raises(NoClass, match="a folder and a zip file of kim"):
        find(tmp_path, "segmentation")


@pytest.mark.parametrize(
    ("name", "said"),
    [("gone", "does not exist"), ("file", "is not a folder"), ("empty", "holds no folders")],
)
def test_where_there_is_no_class_one_line_says_why(tmp_path: Path, name: str, said: str) -> None:
    write(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoClass, match=said):
        find(tmp_path / name, "segmentation")
