"""Collecting from the exchange, whatever stands in the names of its folders."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.nbgrader.collect import patient_collect
from autograder.nbgrader.times import read_times

ELEVEN = datetime(2026, 11, 27, 11, 0)


@pytest.fixture
def inbound(tmp_path: Path) -> Path:
    folder = tmp_path / "exchange" / "course" / "inbound"
    folder.mkdir(parents=True)
    return folder


def collect(tmp_path: Path) -> dict[str, str | None]:
    """Collect everything; the first line of each student's file."""
    config = Config()
    config.Exchange.timezone = "Asia/Seoul"
    config.Exchange.root = str(tmp_path / "exchange")
    config.CourseDirectory.update(
        {"root": str(tmp_path / "class"), "course_id": "course", "assignment_id": "hw"}
    )
    read_times(config)
    (tmp_path / "class").mkdir()
    exchange = patient_collect("nbgrader.exchange.default.ExchangeCollect")
    app = exchange(coursedir=CourseDirectory(config=config), config=config)
    app.check_owner = False
    app.start()
    submitted = tmp_path / "class" / "submitted"
    return {path.parts[-3]: path.read_text() for path in submitted.glob("*/hw/iou.py")}


def hand_in(inbound: Path, name: str, text: str = "x", written: float | None = None) -> None:
    folder = inbound / name
    folder.mkdir()
    (folder / "iou.py").write_text(text)
    if written is not None:
        os.utime(folder, (written, written))


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-27 20:00:00 KST",
        "2026-11-27 20:00:00 +0900",
        "2026-11-27 20:00:00.123456 +09:00",
        "2026-11-27 20:00:00 JST",
        "yesterday",
    ],
)
def test_a_student_is_collected_whatever_the_time_looks_like(
    tmp_path: Path, inbound: Path, time: str
) -> None:
    hand_in(inbound, f"kim+hw+{time}+random")
    assert collect(tmp_path) == {"kim": "x"}


def test_without_a_random_word_and_with_a_plus_in_the_name(tmp_path: Path, inbound: Path) -> None:
    hand_in(inbound, "kim+1+hw+2026-11-27 20:00:00 +0900")
    assert collect(tmp_path) == {"kim+1": "x"}


def test_the_newest_of_two_zones_is_taken(tmp_path: Path, inbound: Path) -> None:
    hand_in(inbound, "kim+hw+2026-11-27 20:00:00 KST+a", "older")
    hand_in(inbound, "kim+hw+2026-11-27 12:00:00 UTC+b", "newer")
    assert collect(tmp_path) == {"kim": "newer"}


def test_a_time_that_is_not_known_counts_as_when_it_was_written(
    tmp_path: Path, inbound: Path
) -> None:
    noon = ELEVEN.replace(tzinfo=UTC).timestamp()
    hand_in(inbound, "kim+hw+2026-11-27 20:00:00 KST+a", "known")
    hand_in(inbound, "kim+hw+2026-11-27 09:00:00 PST+b", "later", written=noon + 60)
    assert collect(tmp_path) == {"kim": "later"}
