"""What `course.toml` says of time, for every way work comes in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course.collected import Collected, NoTimes, read_collected, write_collected
from autograder.course.lateness import LateRule
from autograder.course.moments import read_zone
from autograder.course.roster import NoRoster
from autograder.course.rules import NoRules, read_rules

SEOUL = read_zone("Asia/Seoul")
DUE = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "course.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "deadline",
    [
        '"2026-11-27 21:00"',
        '"2026-11-27 9:00 PM KST"',
        "2026-11-27T21:00:00",
        "2026-11-27T12:00:00Z",
    ],
)
def test_a_deadline_is_a_text_or_a_moment_in_the_courses_zone(
    tmp_path: Path, deadline: str
) -> None:
    path = write(tmp_path, f'zone = "Asia/Seoul"\ndeadline = {deadline}\norganisation = "x"\n')
    rules, roster = read_rules(path)
    assert (rules.deadline, rules.zone_info, len(roster)) == (DUE, SEOUL, 0)


def test_the_roster_lies_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("student,deadline\nkim,2026-11-27 21:00\n")
    rules, roster = read_rules(
        write(tmp_path, 'zone = "Asia/Seoul"\nroster = "roster.csv"\n[late]\npoints_a_day = 5\n')
    )
    assert [student.deadline for student in roster] == [DUE]
    assert rules.late == LateRule(points_a_day=5)


def test_students_may_stand_in_the_file_itself(tmp_path: Path) -> None:
    _, roster = read_rules(
        write(tmp_path, '[[students]]\nstudent = "kim"\ndeadline = 2026-11-27T21:00:00+09:00\n')
    )
    assert [(student.id, student.deadline) for student in roster] == [("kim", DUE)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('zone = "Asia/Soul"', "zone: Asia/Soul is no time zone"),
        ("zone = 9", "zone: 9 is no time zone"),
        ('deadline = "2026-11-27 20:00 PST"', "deadline: .*'PST' is not sure to be one zone"),
        ("deadline = 2026-11-27", "deadline: Expected"),
        ('dedline = "2026-11-27 20:00"', "there is no such key: dedline; deadline?"),
        ("late = 3", "late: Expected"),
        ("[late]\nday = 3", "late: there is no such key: `day`"),
        ("[late]\ndays = -1", "late.days: Expected"),
        (
            '[[students]]\nstudent = "a"\ndeadline = "soon"',
            "students.0..deadline: 'soon' is no time",
        ),
        ("x = ", "is no TOML file"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(NoRules, match=reason):
        read_rules(write(tmp_path, text))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoRules, match="No such file"):
        read_rules(tmp_path / "course.toml")


def test_students_stand_in_one_place_only(tmp_path: Path) -> None:
    text = 'roster = "r.csv"\n[[students]]\nstudent = "a"\n'
    with pytest.raises(NoRoster, match="give either a roster file or"):
        read_rules(write(tmp_path, text))


def test_what_was_collected_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = [
        Collected(student="김하나", received=DUE, source="a.zip/kim_1"),
        Collected(student="lee", late=True, source="b"),
    ]
    write_collected(tmp_path, rows, SEOUL)
    assert "2026-11-27 21:00:00+09:00" in (tmp_path / "collected.csv").read_text(encoding="utf-8")
    assert list(read_collected(tmp_path, SEOUL).values()) == rows


def test_a_folder_that_was_not_collected_has_no_times(tmp_path: Path) -> None:
    assert read_collected(tmp_path, SEOUL) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("student,when\n", "line 1: the columns are not student, received, late, source"),
        ("student,received,late,source\na,soon,,\n", "line 2: received: 'soon' is no time"),
        ("student,received,late,source\na,,\n", "line 2: not as many cells"),
        ('student,received,late,source\n"a', "is no CSV file in UTF-8"),
    ],
)
def test_a_mistake_in_what_was_collected_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "collected.csv").write_text(text)
    with pytest.raises(NoTimes, match=reason):
        read_collected(tmp_path, SEOUL)


def test_times_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    (tmp_path / "collected.csv").mkdir()
    with pytest.raises(NoTimes, match=r"collected.csv cannot be read: Is a directory"):
        read_collected(tmp_path, SEOUL)
