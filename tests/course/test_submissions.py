"""Submissions are found however they were laid out, and nothing outside them is touched."""

from __future__ import annotations

import os
import socket
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import zip_members
from autograder.course.submissions import NoClass, find
from autograder.sandbox.grader.intake import FILE_CAP, NoSubmission


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
    with pytest.raises(NoSubmission, match=r"/iou\.py \(a path that leads out .*an absolute path"):
        submission.take()
    assert os.listdir(tmp_path) == ["kim.zip"]


def test_what_a_zip_file_says_of_sizes_is_not_believed(tmp_path: Path) -> None:
    pack(tmp_path / "kim.zip", {"iou.py": "#" * (FILE_CAP + 1), "unet.py": "x"})
    (submission,) = find(tmp_path, "segmentation")
    submitted = submission.take()
    assert submitted.problems == {"iou.py": "larger than 1024 KiB"}
    assert sorted(submitted.files) == ["unet.py"]


def test_a_link_in_a_zip_file_is_not_taken(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("iou.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "kim.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    (submission,) = find(tmp_path, "segmentation")
    assert submission.take().problems == {"iou.py": "a link"}


METHODS = {
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "LZMA": zipfile.ZIP_LZMA,
}


def packed(path: Path, text: str, method: int) -> zipfile.ZipInfo:
    """`iou.py` packed by this method, beside a `unet.py` that was not touched."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("iou.py", text, method)
        archive.writestr("unet.py", "x = 1\n")
        return archive.getinfo("iou.py")


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


LONG = "".join(f"x{n} = {n * n}\n" for n in range(2000))
START = 30 + len("iou.py")  # of the content: behind the header of the first member


@pytest.mark.parametrize("method", METHODS)
def test_every_usual_way_to_pack_is_read(method: str, tmp_path: Path) -> None:
    packed(tmp_path / "kim.zip", LONG, METHODS[method])
    (submission,) = find(tmp_path, "segmentation")
    assert submission.take().files["iou.py"].decode() == LONG


@pytest.mark.parametrize("at", [0, 2, 4, 9, 40])
@pytest.mark.parametrize("method", METHODS)
def test_damaged_data_costs_its_file_alone(method: str, at: int, tmp_path: Path) -> None:
    packed(tmp_path / "kim.zip", LONG, METHODS[method])
    overwrite(tmp_path / "kim.zip", START + at, b"\xff\x00" * 20)
    (submission,) = find(tmp_path, "segmentation")
    submitted = submission.take()
    assert submitted.problems["iou.py"].startswith("not readable (")
    assert list(submitted.files) == ["unet.py"]


@pytest.mark.parametrize("method", METHODS)
def test_what_is_unpacked_is_no_more_than_a_file_may_have(method: str, tmp_path: Path) -> None:
    packed(tmp_path / "kim.zip", "\0" * (200 * FILE_CAP), METHODS[method])
    (submission,) = find(tmp_path, "segmentation")
    tracemalloc.start()
    try:
        submitted = submission.take()
        assert tracemalloc.get_traced_memory()[1] < 100 * FILE_CAP
    finally:
        tracemalloc.stop()
    assert submitted.problems == {"iou.py": "larger than 1024 KiB"}


@pytest.mark.parametrize(("offset", "bits"), [(6, b"\1\0"), (8, b"\x63\0")])
def test_an_encrypted_or_strangely_packed_member_costs_itself_alone(
    offset: int, bits: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "kim.zip"
    packed(path, LONG, zipfile.ZIP_DEFLATED)
    overwrite(path, offset, bits)
    overwrite(path, path.read_bytes().index(b"PK\1\2") + offset + 2, bits)
    (submission,) = find(tmp_path, "segmentation")
    submitted = submission.take()
    assert submitted.problems["iou.py"].startswith("not readable (")
    assert list(submitted.files) == ["unet.py"]


def test_a_member_whose_name_is_no_utf8_is_a_reason(tmp_path: Path) -> None:
    path = pack(tmp_path / "kim.zip", {"한글.py": "x"})
    path.write_bytes(path.read_bytes().replace("한글".encode(), b"\xff" * 6))
    (submission,) = find(tmp_path, "segmentation")
    with pytest.raises(NoSubmission, match="is not a zip file that can be read"):
        submission.take()


def test_a_member_whose_name_no_file_can_have_is_passed_over(tmp_path: Path) -> None:
    pack(tmp_path / "kim.zip", {f"{'n' * 300}.py": "", f"{'가' * 90}.py": "", "iou.py": "x"})
    assert taken(tmp_path) == {"kim": ["iou.py"]}


def test_a_directory_of_members_is_read_up_to_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_members, "DIRECTORY_CAP", 5000)
    pack(tmp_path / "kim.zip", {f"m{n:03}.py": "" for n in range(100)})
    (submission,) = find(tmp_path, "segmentation")
    with pytest.raises(NoSubmission, match="a directory of 5300 bytes"):
        submission.take()


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "is not a regular file"),
        (socket_at, "is not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "is a link"),
        (lambda path: path.symlink_to("lee.zip"), "is a link"),
        (lambda path: path.symlink_to("gone"), "is a link"),
        (lambda path: path.symlink_to("lee"), "is a link"),
    ],
)
def test_what_is_called_a_zip_file_and_is_none_is_a_reason(
    make: Callable[[Path], None], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    pack(tmp_path / "lee.zip", {"iou.py": ""})
    make(Path("kim.zip"))
    kim, lee = find(tmp_path, "segmentation")
    assert list(lee.take().files) == ["iou.py"]
    with pytest.raises(NoSubmission, match=said):
        kim.take()


@pytest.mark.parametrize("inside", ["iou.py", "work/iou.py", "segmentation/iou.py"])
def test_a_link_in_place_of_a_folder_is_not_followed(inside: str, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / inside)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "kim").symlink_to(tmp_path / "elsewhere")
    (submission,) = find(tmp_path / "class", "segmentation")
    with pytest.raises(NoSubmission, match="is a link"):
        submission.take()


def test_a_folder_called_as_a_zip_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "kim.zip" / "iou.py")
    assert taken(tmp_path) == {"kim.zip": ["iou.py"]}


def test_names_that_are_no_utf8_become_text_and_stay_apart(tmp_path: Path) -> None:
    for name in (b"kim\xff", b"kim\xfe"):
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)
        with open(os.fsencode(tmp_path) + b"/" + name + b"/iou.py", "w"):
            pass
    assert taken(tmp_path) == {r"kim\xfe": ["iou.py"], r"kim\xff": ["iou.py"]}


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    path = pack(tmp_path / "kim.zip", {"iou.py": "y" * 50, "unet.py": "x"})
    path.write_bytes(path.read_bytes().replace(b"y" * 50, b"z" * 50))
    (submission,) = find(tmp_path, "segmentation")
    submitted = submission.take()
    assert "not readable" in submitted.problems["iou.py"]
    assert sorted(submitted.files) == ["unet.py"]


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
    submitted = submission.take()
    assert submitted.files == {}
    assert submitted.passed_over == ["iou-1.py"]


def test_modules_in_a_zip_file_go_before_changed_names_higher_up(tmp_path: Path) -> None:
    pack(tmp_path / "kim.zip", {"iou-1.py": "x", "work/unet.py": "", "work/iou (1).py": ""})
    (submission,) = find(tmp_path, "segmentation")
    submitted = submission.take()
    assert list(submitted.files) == ["unet.py"]
    assert submitted.passed_over == ["iou (1).py"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("gone", "does not exist"), ("file", "is not a folder"), ("empty", "holds no folders")],
)
def test_where_there_is_no_class_one_line_says_why(tmp_path: Path, name: str, said: str) -> None:
    write(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoClass, match=said):
        find(tmp_path / name, "segmentation")
