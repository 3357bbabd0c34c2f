"""Times come out of the learning system's own list, and a wrong one is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.course.collecting.handed_in import CannotCollect
from autograder.course.collecting.times import read_times

SEOUL = ZoneInfo("Asia/Seoul")
EIGHT = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)


def file(folder: Path, text: str | bytes) -> Path:
    path = folder / "grades.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        "Identifier,Full name,Last modified (submission)\n"
        'Participant 12345,Kim Minsu,"Friday, 27 November 2026, 8:00 PM"\n',
        "\ufeff식별자,전체 이름,마지막 수정됨(제출)\n"
        '참가자 12345,Kim Minsu,"2026년 11월 27일, 금요일, 오후 08:00"\n',
        "IDENTIFIER,Last  modified (submission),Full name\n12345,2026-11-27 20:00 KST,Kim Minsu\n",
    ],
)
def test_a_worksheet_says_who_a_participant_is_and_when(text: str, tmp_path: Path) -> None:
    (line,), notes = read_times(file(tmp_path, text), SEOUL)
    assert (line.number, line.name, line.received, notes) == ("12345", "Kim Minsu", EIGHT, [])


@pytest.mark.parametrize(
    "status", ["Submitted for grading - 2 days late - ", "3 시간 늦음", "late"]
)
def test_the_status_says_that_work_was_late(status: str, tmp_path: Path) -> None:
    text = f"Identifier,Status,Last modified (submission)\nParticipant 1,{status},-\n"
    (line,), _ = read_times(file(tmp_path, text), SEOUL)
    assert line.late


def test_no_time_is_no_fault(tmp_path: Path) -> None:
    (first, second), notes = read_times(file(tmp_path, "student,received\nkim,-\nlee,\n"), SEOUL)
    assert (first.received, second.received, notes) == (None, None, [])


def test_a_time_that_nobody_can_read_is_told_by_its_line(tmp_path: Path) -> None:
    text = "student,received\nkim,2026-11-27 20:00 PST\nlee,2026-11-27 20:00\n"
    (kim, lee), (note,) = read_times(file(tmp_path, text), SEOUL)
    assert (kim.received, lee.received) == (None, EIGHT)
    assert note.look
    assert note.text.startswith("grades.csv, line 2: ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Identifier,Full name,Last modified (grade)\n", "must be a column that says when"),
        ("received\n", "one that says whose it is"),
        ("", "must be a column"),
        (b"student,received\nkim,\xff\n", "is not UTF-8 text"),
    ],
)
def test_a_file_without_times_is_refused(text: str | bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(CannotCollect, match=why):
        read_times(file(tmp_path, text), SEOUL)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotCollect, match="cannot be read: No such file"):
        read_times(tmp_path / "grades.csv", SEOUL)
