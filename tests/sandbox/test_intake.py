"""What is taken of a submission, and what is not."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from autograder.sandbox.grader import intake
from autograder.sandbox.grader.intake import NoSubmission, StagedSubmission, collect, stage
from autograder.sandbox.protocol.errors import BadFile, MissingFile


def staged_from(submission: Path, folder: Path) -> StagedSubmission:
    return stage(collect(submission), folder)


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "iou.py").write_text("# 한글\n")
    return folder


def test_files_are_copied_and_hashed(submission: Path, tmp_path: Path) -> None:
    (submission / "24_Segmentation_practice.ipynb").write_text("{}")
    (submission / "data.bin").write_bytes(b"0")
    (submission / "helper.py").write_text("x = 1\n")
    staged = staged_from(submission, tmp_path / "copy")
    content = (submission / "iou.py").read_bytes()
    assert sorted(os.listdir(staged.folder)) == ["helper.py", "iou.py"]
    assert staged.hashes["iou.py"] == hashlib.sha256(content).hexdigest()
    staged.demand("iou")


def test_a_file_that_is_not_there_is_missing(submission: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"unet\.py"):
        staged_from(submission, tmp_path / "copy").demand("unet")


@pytest.mark.parametrize(
    "name",
    [
        "unet-1.py",
        "unet (1).py",
        "unet(2).py",
        "unet 2.py",
        "UNET.py",
        "UNet.PY",
        "unet.py.txt",
        "unet.py.py",
        "unet - Copy.py",
        "unet - 복사본.py",
        "Copy of unet.py",
        "unet-1 (2).py",
        "u-net.py",
    ],
)
def test_a_missing_file_names_what_is_there_instead(
    name: str, submission: Path, tmp_path: Path
) -> None:
    (submission / name).write_text("")
    staged = staged_from(submission, tmp_path / "copy")
    with pytest.raises(MissingFile) as caught:
        staged.demand("unet")
    assert caught.value.detail == "unet.py"
    assert caught.value.there == (name,)


def test_no_other_file_is_taken_for_a_missing_one(submission: Path, tmp_path: Path) -> None:
    for name in ("unpooling.py", "my_unet.py", "unet8.py", "unet.txt", "unet_test.py", "unet.pyc"):
        (submission / name).write_text("")
    with pytest.raises(MissingFile) as caught:
        staged_from(submission, tmp_path / "copy").demand("unet")
    assert caught.value.there == ()


def test_a_near_miss_is_named_in_letters_that_can_be_printed(
    submission: Path, tmp_path: Path
) -> None:
    (submission / "unet\x1b\u202e-1.py").write_text("")
    (submission / "iou\n(1).py").write_text("")
    (submission / "iou.py").unlink()
    with pytest.raises(MissingFile) as caught:
        staged_from(submission, tmp_path / "copy").demand("iou")
    assert caught.value.there == ("iou (1).py",)


def test_a_long_name_is_not_compared(submission: Path, tmp_path: Path) -> None:
    (submission / f"unet{'-1' * 60}.py").write_text("")
    staged = staged_from(submission, tmp_path / "copy")
    assert staged.passed_over == ()
    with pytest.raises(MissingFile) as caught:
        staged.demand("unet")
    assert caught.value.there == ()


def test_a_folder_that_holds_a_near_miss_alone_is_graded(tmp_path: Path) -> None:
    (tmp_path / "iou.py.txt").write_text("")
    assert collect(tmp_path).passed_over == ["iou.py.txt"]


@pytest.mark.parametrize("name", [".pytest_cache", ".iou.py", "iou.cpython-311.pyc", "iou.txt"])
def test_a_folder_that_holds_neither_file_nor_near_miss_is_not(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(NoSubmission, match="holds no Python file"):
        collect(tmp_path)


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _socket(path: Path) -> None:
    # A socket's whole path must be short.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)


def _large(path: Path) -> None:
    path.write_bytes(b"#" * (intake.FILE_CAP + 1))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_link, "a link"),
        (_socket, "not a regular file"),
        (Path.mkdir, "not a regular file"),
        (os.mkfifo, "not a regular file"),
        (_large, "larger than"),
    ],
)
def test_what_is_no_ordinary_file_is_left_out_with_its_reason(
    make: object, reason: str, submission: Path, tmp_path: Path
) -> None:
    assert callable(make)
    make(submission / "unet.py")
    staged = staged_from(submission, tmp_path / "copy")
    assert "unet.py" not in os.listdir(staged.folder)
    with pytest.raises(BadFile, match=reason):
        staged.demand("unet")


def test_a_second_name_of_an_own_file_costs_nothing(submission: Path, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    for name in (tmp_path / "backup" / "iou.py", submission / "unet.py"):
        name.hardlink_to(submission / "iou.py")
    staged = staged_from(submission, tmp_path / "copy")
    assert sorted(staged.hashes) == ["iou.py", "unet.py"]
    assert staged.problems == {}
    (submission / "iou.py").write_text("changed afterwards")
    assert (staged.folder / "iou.py").read_text() == "# 한글\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file another user's")
def test_a_hard_link_to_the_file_of_another_owner_is_not_taken(
    submission: Path, tmp_path: Path
) -> None:
    (tmp_path / "theirs.py").write_text("")
    os.chown(tmp_path / "theirs.py", 12345, -1)
    (submission / "unet.py").hardlink_to(tmp_path / "theirs.py")
    assert collect(submission).problems == {"unet.py": "a hard link to another owner's file"}


def test_too_many_files_are_not_taken(submission: Path, tmp_path: Path) -> None:
    for number in range(intake.FILES_CAP + 5):
        (submission / f"z{number:03}.py").write_text("")
    staged = staged_from(submission, tmp_path / "copy")
    assert len(os.listdir(staged.folder)) == intake.FILES_CAP
    assert len(staged.problems) == 6


def test_what_cannot_be_taken_counts_as_a_file(submission: Path) -> None:
    for number in range(intake.FILES_CAP):
        (submission / f"a{number:03}.py").symlink_to("gone")
    submitted = collect(submission)
    assert submitted.files == {}
    assert submitted.problems["iou.py"] == f"one of more than {intake.FILES_CAP} files"


def test_a_submission_that_cannot_be_opened_is_a_reason(
    submission: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", fail)
    with pytest.raises(NoSubmission, match=r"cannot be read \(permission denied\)"):
        collect(submission)


def test_nothing_is_written_into_the_submission(submission: Path, tmp_path: Path) -> None:
    before = sorted(os.listdir(submission))
    staged_from(submission, tmp_path / "copy")
    assert sorted(os.listdir(submission)) == before


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere", "there is no folder"),
        ("file", "is not a folder"),
        ("empty", "holds no Python file"),
        ("broken", "is a broken link"),
    ],
)
def test_where_there_is_nothing_to_grade_the_reason_is_said(
    name: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    with pytest.raises(NoSubmission, match=reason):
        staged_from(tmp_path / name, tmp_path / "copy")
