"""What may stand where `nbgrader submit` writes when work was handed in."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.course.moments import NotAMoment
from autograder.nbgrader.receipt import read_time

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    "text",
    [
        "2027-04-30 14:30:00.123456 UTC",
        "2027-04-30 23:30 +0900",
        "2027-04-30 23:30:00 KST",
        "\ufeff2027-04-30 11:30 PM\n",
    ],
)
def test_a_time_is_read_in_the_courses_zone(tmp_path: Path, text: str) -> None:
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
    assert read_time(tmp_path, SEOUL) == datetime(2027, 4, 30, 14, 30, tzinfo=UTC)


def test_none_at_all_is_no_fault(tmp_path: Path) -> None:
    assert read_time(tmp_path, SEOUL) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" ", "there is no time"),
        (b"yesterday, I think", "'yesterday, I think' is no time"),
        (b"\xff\xfe\x00", "is no text"),
        (b"9" * 150, "is no time"),
        (b"2027-04-30 23:30 IST", "'IST' is not sure to be one zone"),
        (b"2027-04-30 23:30 Nowhere/Land", "Nowhere/Land is no time zone"),
        (b"2027-04-30 23:30 UTC" + b" " * 1000 + b"!", "is no time"),
    ],
)
def test_what_is_no_time_is_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "timestamp.txt").write_bytes(content)
    with pytest.raises(NotAMoment, match=f"timestamp.txt.*{reason}"):
        read_time(tmp_path, SEOUL)


@pytest.mark.parametrize("kind", ["link", "broken", "folder", "pipe"])
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    (tmp_path / "time").write_text("2027-04-30 23:30:00 UTC")
    path = tmp_path / "timestamp.txt"
    if kind == "link":
        path.symlink_to(tmp_path / "time")
    elif kind == "broken":
        path.symlink_to(tmp_path / "nothing")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(NotAMoment, match="no regular file"):
        read_time(tmp_path, SEOUL)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").write_text("2027-04-30 23:30:00 UTC")
    (tmp_path / "timestamp.txt").chmod(0)
    with pytest.raises(NotAMoment, match="cannot be read"):
        read_time(tmp_path, SEOUL)
