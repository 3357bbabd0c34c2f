"""The folder that holds most of the five files is taken, and every other file is told."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course.submissions import Submission
from autograder.course.work import ARCHIVES_CAP, NoWork, Work
from autograder.sandbox.grader.intake import FILE_CAP, FILES_CAP, NoSubmission
from tests.support.laid_out import FIVE, Files, code, five, tarred, written, zipped

NOTEBOOK = "24_Segmentation_practice.ipynb"


@dataclass(frozen=True)
class Case:
    """Files as they arrive, the folder that is right, what is taken of it, and what is told."""

    files: Files
    folder: str = ""
    taken: tuple[str, ...] = FIVE
    notice: str = ""
    to_look_at: bool = False


CASES = {
    "flat": Case(five()),
    "in a folder": Case(five("hw3/"), "hw3"),
    "deep": Case(five("hw3/final/src/"), "hw3/final/src"),
    "helpers beside the files": Case(
        {**five("a/"), **code("layers.py", folder="a/")}, "a", (*FIVE, "layers.py")
    ),
    "unpacked on a Mac": Case(
        {**five("hw/"), "__MACOSX/hw/._iou.py": "Mac", ".DS_Store": "", "hw/._unet.py": "Mac"}, "hw"
    ),
    "what Windows leaves": Case({**five(), "Thumbs.db": "", "desktop.ini": "", "~$a.docx": ""}),
    "caches": Case(
        {
            **five(),
            "__pycache__/iou.cpython-311.pyc": "",
            ".ipynb_checkpoints/iou-checkpoint.py": "",
        }
    ),
    "a virtual environment": Case(
        {**five("hw/"), "env/pyvenv.cfg": "", "env/lib/iou.py": "", "env/bin/activate.py": ""}, "hw"
    ),
    "a virtual environment around the files": Case(
        {**five(), "pyvenv.cfg": "", "Lib/site.py": "", "Scripts/activate": ""}
    ),
    "packages without their environment": Case({**five(), "env/site-packages/torch/iou.py": ""}),
    "everything that was given": Case(
        {
            **five("segmentation/"),
            **code("README.md", "data/cells/1.png", "tests/test_iou.py", folder="segmentation/"),
            f"segmentation/{NOTEBOOK}": "{}",
            "practice.py": "",
            "conftest.py": "",
        },
        "segmentation",
    ),
    "the notebook under a new name": Case({**five(), "24_Segmentation_practice (1).ipynb": "{}"}),
    "a note beside the folder": Case(
        {**five("hw/"), "readme.txt": "mine"}, "hw", notice="passed over: readme.txt"
    ),
    "a report beside the files": Case(
        {**five(), "report.pdf": ""}, notice="passed over: report.pdf"
    ),
    "pictures": Case(
        {**five(), **code(*(f"figures/{n}.png" for n in range(9)))},
        notice="passed over: figures/ (9 files)",
    ),
    "a stray file above": Case(
        {**five("hw/"), "setup.py": ""},
        "hw",
        notice="not read, and may be work: setup.py",
        to_look_at=True,
    ),
    "a file of another folder": Case(
        {**five("hw/"), "hw/more/layers.py": ""},
        "hw",
        notice="not read, and may be work: hw/more/layers.py",
        to_look_at=True,
    ),
    "old and new": Case(
        {**five("submission/"), **code("iou.py", folder="old/")},
        "submission",
        notice="taken was submission, not old; not read, and may be work: old/iou.py",
        to_look_at=True,
    ),
    "of two alike the topmost": Case(
        {**five("work/"), **five("a/b/")},
        "work",
        notice="taken was work, not a/b; not read, and may be work: a/b/ (5 files)",
        to_look_at=True,
    ),
    "of two beside each other the first": Case(
        {**code("iou.py", folder="b/"), **code("iou.py", folder="a/")},
        "a",
        ("iou.py",),
        notice="taken was a, not b; not read, and may be work: b/iou.py",
        to_look_at=True,
    ),
    "a backup at the top": Case(
        {**five("hw/"), **code("iou.py")},
        "hw",
        notice="taken was hw, not the top; not read, and may be work: iou.py",
        to_look_at=True,
    ),
    "a folder a task": Case(
        {f"{name[:-3]}/{name}": "" for name in FIVE},
        "fcn8s",
        ("fcn8s.py",),
        notice="taken was fcn8s, not iou, transposed_conv, unet, unpooling; not read, and may be "
        "work: iou/iou.py, transposed_conv/transposed_conv.py, unet/unet.py, "
        "unpooling/unpooling.py",
        to_look_at=True,
    ),
    "downloaded twice": Case(
        code("iou (1).py", "unet.py"),
        taken=("unet.py",),
        notice="iou.py was not found, but iou (1).py",
        to_look_at=True,
    ),
    "handed in again": Case(
        code("iou-1.py"),
        taken=(),
        notice="none of the five files found; iou.py was not found, but iou-1.py",
        to_look_at=True,
    ),
    "capitals": Case(
        code("IOU.py", "unet.py"),
        taken=("IOU.py", "unet.py"),
        notice="iou.py was not found, but IOU.py",
        to_look_at=True,
    ),
    "hidden endings": Case(
        code("iou.py.txt", "unet.py"),
        taken=("unet.py",),
        notice="iou.py was not found, but iou.py.txt",
        to_look_at=True,
    ),
    "both names": Case(
        code("iou.py", "iou (1).py"),
        taken=("iou.py",),
        notice="not read, and may be work: iou (1).py",
        to_look_at=True,
    ),
    "near names below and a stray file above": Case(
        {"setup.py": "", **code("iou-1.py", "unet-1.py", folder="hw/")},
        "hw",
        (),
        notice="none of the five files found; unet.py was not found, but unet-1.py; "
        "iou.py was not found, but iou-1.py; not read, and may be work: setup.py",
        to_look_at=True,
    ),
    "one file before five near names": Case(
        {**code("iou.py", folder="b/"), **code("iou-1.py", "unet-1.py", folder="a/")},
        "b",
        ("iou.py",),
        notice="taken was b, not a; not read, and may be work: a/iou-1.py, a/unet-1.py",
        to_look_at=True,
    ),
    "other files alone": Case(
        code("main.py", "hw3/notes.py"),
        taken=("main.py",),
        notice="none of the five files found, only main.py; not read, and may be work: "
        "hw3/notes.py",
        to_look_at=True,
    ),
    "a notebook alone": Case(
        {NOTEBOOK: "{}"},
        taken=(),
        notice=f"none of the five files found; not read, and may be work: {NOTEBOOK}",
        to_look_at=True,
    ),
    "a notebook of one's own": Case(
        {**five(), "Untitled.ipynb": "{}"},
        notice="not read, and may be work: Untitled.ipynb",
        to_look_at=True,
    ),
    "a file called as one of the five": Case(
        {**five(), "iou.docx": ""}, notice="not read, and may be work: iou.docx", to_look_at=True
    ),
    "a kind of archive that nobody opens": Case(
        {**five(), "more.rar": "Rar!"},
        notice="not read, and may be work: more.rar (not opened: no .zip, .tar or .tar.gz)",
        to_look_at=True,
    ),
    "a zip in a folder": Case({"homework.zip": zipped(five())}, "homework.zip"),
    "a zip in a folder, in capitals": Case({"A.ZIP": zipped(five("x/"))}, "A.ZIP/x"),
    "a tar.gz in a folder": Case({"homework.tar.gz": tarred(five("x/"))}, "homework.tar.gz/x"),
    "a tgz in a folder": Case({"homework.tgz": tarred(five())}, "homework.tgz"),
    "a tar in a folder": Case({"homework.tar": tarred(five(), "w")}, "homework.tar"),
    "as Canvas calls it the second time": Case({"h.tar-1.gz": tarred(five())}, "h.tar-1.gz"),
    "a stray file beside the zip": Case(
        {"hw.zip": zipped(five()), "extra.py": ""},
        "hw.zip",
        notice="not read, and may be work: extra.py",
        to_look_at=True,
    ),
    "a zip that is none": Case(
        {**five(), "hw.zip": b"no zip"},
        notice="not read, and may be work: hw.zip (not a zip file that can be read (File is not a "
        "zip file))",
        to_look_at=True,
    ),
    "a zip of pictures": Case(
        {**five(), "figures.zip": zipped({"a.png": ""})}, notice="passed over: figures.zip/a.png"
    ),
}


def look(path: Path) -> Work:
    return Submission("kim", path).look()


def check(case: Case, found: Work) -> None:
    there = ("/".join(found.folder), tuple(sorted(found.submitted.files)))
    assert there == (case.folder, tuple(sorted(case.taken)))
    assert (found.notice, found.to_look_at) == (case.notice, case.to_look_at)


@pytest.mark.parametrize("name", CASES)
def test_a_folder_is_taken_as_it_should_be(name: str, tmp_path: Path) -> None:
    check(CASES[name], look(written(tmp_path / "kim", CASES[name].files)))


@pytest.mark.parametrize("ending", ["zip", "ZIP"])
@pytest.mark.parametrize("name", CASES)
def test_a_zip_file_is_taken_as_the_folder_is(name: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"kim.{ending}"
    path.write_bytes(zipped(CASES[name].files))
    check(CASES[name], look(path))


@pytest.mark.parametrize(("ending", "mode"), [("tar.gz", "w:gz"), ("TGZ", "w:gz"), ("tar", "w")])
@pytest.mark.parametrize("name", CASES)
def test_a_tar_file_is_taken_as_the_folder_is(
    name: str, ending: str, mode: str, tmp_path: Path
) -> None:
    path = tmp_path / f"kim.{ending}"
    path.write_bytes(tarred(CASES[name].files, mode))
    check(CASES[name], look(path))


@pytest.mark.parametrize("name", CASES)
def test_what_windows_packs_is_taken_as_the_folder_is(name: str, tmp_path: Path) -> None:
    files = {path.replace("/", "\\"): content for path, content in CASES[name].files.items()}
    (tmp_path / "kim.zip").write_bytes(zipped(files))
    check(CASES[name], look(tmp_path / "kim.zip"))


def test_a_zip_in_a_zip_in_a_folder_is_opened(tmp_path: Path) -> None:
    inner = zipped({"hw/inner.zip": zipped(five())})
    found = look(written(tmp_path / "kim", {"outer.zip": inner}))
    assert found.folder == ("outer.zip", "hw", "inner.zip")
    assert not found.notice


def test_an_archive_within_an_archives_archive_is_named(tmp_path: Path) -> None:
    inner = zipped({"b.zip": zipped({"c.zip": zipped(five())})})
    (tmp_path / "kim.zip").write_bytes(inner)
    with pytest.raises(NoWork, match=r"holds no Python file.*b\.zip/c\.zip \(an archive inside of"):
        look(tmp_path / "kim.zip")


def test_the_same_files_are_the_same_parcel_however_they_are_packed(tmp_path: Path) -> None:
    folder = look(written(tmp_path / "kim", five("hw/"))).submitted
    (tmp_path / "kim.zip").write_bytes(zipped({"a.zip": zipped(five())}))
    assert look(tmp_path / "kim.zip").submitted == folder


def test_no_more_archives_are_opened_than_a_student_hands_in(tmp_path: Path) -> None:
    many = {f"{n}.zip": zipped({"a.txt": ""}) for n in range(ARCHIVES_CAP + 1)}
    found = look(written(tmp_path / "kim", {**five(), **many}))
    last = f"{ARCHIVES_CAP}.zip (not opened: one of more than {ARCHIVES_CAP} archives)"
    assert last in found.notice
    assert found.to_look_at


def test_all_archives_together_unpack_to_no_more_than_one_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.course.work.UNPACKED_CAP", 6 * FILE_CAP)
    bomb = zipped({"zeros.txt": b"\0" * 4 * FILE_CAP})
    archives = {f"{n}.tar.gz": tarred({"zeros.txt": b"\0" * 4 * FILE_CAP}) for n in "ab"}
    found = look(written(tmp_path / "kim", {**five(), **archives, "c.zip": bomb}))
    assert "b.tar.gz (not a tar file that can be read (unpacked it is larger than" in found.notice
    assert "a.tar.gz (" not in found.notice


def test_of_several_files_in_an_archive_by_one_path_the_last_is_taken(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "kim.tar", "w") as archive:
        for content in (b"first", b"second"):
            about = tarfile.TarInfo("iou.py")
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    found = look(tmp_path / "kim.tar")
    assert found.submitted.files == {"iou.py": b"second"}
    assert "iou.py (another file of the same path comes after it)" in found.notice


def test_a_link_costs_its_own_points_and_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path / "kim", code("unet.py"))
    (folder / "iou.py").symlink_to("/etc/passwd")
    found = look(folder)
    assert found.submitted.problems == {"iou.py": "a link"}
    assert found.notice == "not read, and may be work: iou.py (a link)"


def test_a_link_to_a_folder_is_not_followed_and_told(tmp_path: Path) -> None:
    written(tmp_path / "elsewhere", five())
    folder = written(tmp_path / "kim", code("unet.py"))
    (folder / "more").symlink_to(tmp_path / "elsewhere")
    assert look(folder).notice == "not read, and may be work: more (a link)"


def test_a_line_names_no_more_than_anybody_reads(tmp_path: Path) -> None:
    strays = {f"{'deep/' * 39}{'n' * 200}{n}.py": "" for n in range(2)}
    helpers = code(*(f"helper{n}.py" for n in range(9)))
    others = {f"z{n}/a.pdf": "" for n in range(40)}
    (tmp_path / "kim.zip").write_bytes(zipped({**helpers, **strays, **others}))
    notice = look(tmp_path / "kim.zip").notice
    assert "only helper0.py, helper1.py" in notice
    assert "helper5.py, and 3 more; not read, and may be work: deep/" in notice
    assert "z35/a.pdf, and 10 more" in notice
    assert len(notice) < 1500


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    found = look(written(tmp_path / "kim", {**code("iou.py"), "unet.py": b"#" * (FILE_CAP + 1)}))
    assert found.notice == "not read, and may be work: unet.py (larger than 1024 KiB)"


def test_however_many_helpers_there_are_the_five_files_come_first(tmp_path: Path) -> None:
    found = look(written(tmp_path / "kim", {**code(*(f"a{n}.py" for n in range(90))), **five()}))
    assert set(FIVE) <= set(found.submitted.files)
    assert len(found.submitted.files) == FILES_CAP
    assert "a89.py (one of more than 64 files)" in found.notice


def test_the_folder_called_as_the_assignment_is_taken_of_two_alike(tmp_path: Path) -> None:
    files = {**code("iou.py", folder="another/"), **code("iou.py", folder="segmentation/")}
    found = look(written(tmp_path / "kim", files))
    assert found.folder == ("segmentation",)
    assert found.notice.startswith("taken was segmentation, not another")


def test_nbgraders_other_assignments_are_nothing_to_tell(tmp_path: Path) -> None:
    other = {"ps2/timestamp.txt": "", "ps2/solver.py": "", "ps2/ps2.ipynb": "{}"}
    here = {**five("segmentation/"), "segmentation/timestamp.txt": ""}
    found = look(written(tmp_path / "kim", {**here, **other}))
    assert (found.folder, found.notice) == (("segmentation",), "")


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
@pytest.mark.parametrize(
    "names",
    [
        ("Kim Minsu_12345_assignsubmission_file_/", "Lee Jiwoo_12346_assignsubmission_file_/"),
        ("CS101/김민수_12345_assignsubmission_file/", "CS101/이지우_12346_assignsubmission_file/"),
        ("kimminsu_98770_4321_", "leejiwoo_LATE_98771_4322_"),
        ("ahn/", "baek/", "cho/"),
    ],
)
def test_a_class_in_one_archive_is_no_student(
    names: tuple[str, ...], ending: str, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {}
    for name in names:
        files |= five(name)
    path = tmp_path / f"CS101.{ending}"
    path.write_bytes(zipped(files) if ending == "zip" else tarred(files))
    with pytest.raises(NoSubmission, match=r"holds \d .*autograder course collect") as caught:
        look(path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_class_of_zip_files_in_one_zip_file_is_no_student(tmp_path: Path) -> None:
    files = {
        f"{name}_1234{n}_assignsubmission_file_/segmentation.zip": zipped(five())
        for n, name in enumerate(("Kim Minsu", "Lee Jiwoo"))
    }
    (tmp_path / "CS101.zip").write_bytes(zipped(files))
    with pytest.raises(NoSubmission, match="holds 2 students' files"):
        look(tmp_path / "CS101.zip")


def test_versions_below_the_files_themselves_are_one_students(tmp_path: Path) -> None:
    found = look(written(tmp_path / "kim", {**five(), **five("v1/"), **five("v2/"), **five("v3/")}))
    assert found.folder == ()
    assert found.notice.startswith("taken was the top, not v1, v2, v3; not read, and may be work")


def test_pictures_called_as_canvas_calls_files_are_one_students(tmp_path: Path) -> None:
    pictures = code("loss_10_200_last.png", "mask_10_200_last.png")
    assert look(written(tmp_path / "kim", {**five(), **pictures})).found == 5


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "kim holds no Python file and no notebook"),
        ({"a.pdf": ""}, "kim holds no Python file and no notebook; passed over: a.pdf"),
        ({"a.rar": ""}, "kim holds no Python .*; not read, and may be work: a.rar .not opened"),
        ({"__MACOSX/._iou.py": ""}, "kim holds no Python file and no notebook"),
    ],
)
def test_where_there_is_no_work_the_message_says_what_is_there(
    files: Files, said: str, tmp_path: Path
) -> None:
    with pytest.raises(NoWork, match=f"{said}(?!;)"):
        look(written(tmp_path / "kim", files))
