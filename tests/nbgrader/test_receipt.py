"""What may stand where `nbgrader submit` writes when work was handed in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.nbgrader.receipt import holds_a_time


@pytest.mark.parametrize("text", ["2027-04-30 23:30:00.123456 UTC", "2027-04-30 23:30 +0900", " "])
def test_what_nbgrader_reads_is_a_time(tmp_path: Path, text: str) -> None:
    (tmp_path / "timestamp.txt").write_text(text)
    assert holds_a_time(tmp_path)


def test_none_at_all_is_no_fault(tmp_path: Path) -> None:
    assert holds_a_time(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"yesterday, I think",
        b"\xff\xfe\x00",
        b"9" * 150,
        b"2027-04-30 23:30 Nowhere/Land/At/All x y",
        b"2027-04-30 23:30 UTC" + b" " * 1000 + b"!",
    ],
)
def test_what_is_no_time_is_seen(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "timestamp.txt").write_bytes(content)
    assert not holds_a_time(tmp_path)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    for name in ("link", "broken", "folder", "pipe"):
        (tmp_path / name).mkdir()
    (tmp_path / "time").write_text("2027-04-30 23:30:00 UTC")
    (tmp_path / "link" / "timestamp.txt").symlink_to(tmp_path / "time")
    (tmp_path / "broken" / "timestamp.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder" / "timestamp.txt").mkdir()
    os.mkfifo(tmp_path / "pipe" / "timestamp.txt")
    assert not any(holds_a_time(tmp_path / name) for name in ("link", "broken", "folder", "pipe"))
