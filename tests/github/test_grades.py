"""The grade of record: the best or the last that counts, less what is late."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from autograder.course.entries import Entry, Push
from autograder.course.lateness import LateRule
from autograder.course.ledger import Ledger
from autograder.course.roster import Roster, RosterRow, Student
from autograder.github import grades
from autograder.reports import spreadsheet
from corpus.results import lost, result
from tests.github.classroom import DEADLINE, Classroom

DAY = timedelta(days=1)


def push(number: int, earned: float, received: datetime = DEADLINE, **other: object) -> Push:
    fields = {"student": "kim", "commit": f"{number:040x}", "reason": None, "check_run": None}
    moments = {"received": received, "graded": DEADLINE}
    return Push(number=number, points=100.0, earned=earned, **{**fields, **moments, **other})  # type: ignore[arg-type]


def counting(room: Classroom, *pushes: Push) -> tuple[int, float] | None:
    """(which one counts, for how much) of kim's."""
    grade = grades.of_record(room.course, room.roster, pushes).get("kim")
    return None if grade is None else (grade.push.number, grade.points)


@pytest.mark.parametrize(
    ("late", "points"),
    [
        (timedelta(), 0),
        (timedelta(minutes=5), 0),
        (timedelta(minutes=5, seconds=1), 10),
        (DAY, 10),
        (DAY + timedelta(seconds=1), 20),
        (2 * DAY, 20),
        (2 * DAY + timedelta(seconds=1), None),
    ],
)
def test_lateness_costs_points_and_ends(
    classroom: Classroom, late: timedelta, points: float | None
) -> None:
    lateness = classroom.course.lateness(classroom.student(), DEADLINE + late)
    assert (lateness.off if lateness.counts else None) == points


def test_without_a_late_rule_nothing_counts_after_the_deadline(classroom: Classroom) -> None:
    classroom.with_(late=LateRule())
    assert counting(classroom, push(1, 50, DEADLINE)) == (1, 50)
    assert counting(classroom, push(1, 50, DEADLINE + timedelta(seconds=1))) is None


def test_a_students_own_deadline_takes_the_place_of_the_courses(classroom: Classroom) -> None:
    late = push(1, 50, DEADLINE + 7 * DAY)
    assert counting(classroom, late) is None
    classroom.change("kim", deadline=DEADLINE + 6 * DAY)
    assert counting(classroom, late) == (1, 40)
    classroom.change("kim", deadline=DEADLINE + 7 * DAY)
    assert counting(classroom, late) == (1, 50)


def test_one_students_deadline_is_nobody_elses(classroom: Classroom) -> None:
    classroom.change("lee", deadline=DEADLINE + 7 * DAY)
    assert counting(classroom, push(1, 50, DEADLINE + 7 * DAY)) is None


def test_for_an_excused_student_no_grade_counts(classroom: Classroom) -> None:
    classroom.change("kim", excused=True)
    assert counting(classroom, push(1, 50)) is None


def test_who_left_the_roster_keeps_the_courses_deadline(classroom: Classroom) -> None:
    classroom.roster = Roster()
    assert counting(classroom, push(1, 50), push(2, 60, DEADLINE + 3 * DAY)) == (1, 50)


def test_the_best_counts(classroom: Classroom) -> None:
    assert counting(classroom, push(1, 50), push(2, 90), push(3, 70)) == (2, 90)
    assert counting(classroom, push(1, 90), push(2, 90)) == (1, 90)


def test_the_best_is_the_best_after_what_is_taken_off(classroom: Classroom) -> None:
    assert counting(classroom, push(1, 85), push(2, 90, DEADLINE + DAY)) == (1, 85)
    assert counting(classroom, push(1, 75), push(2, 90, DEADLINE + DAY)) == (2, 80)


def test_the_last_counts_by_when_it_was_received(classroom: Classroom) -> None:
    classroom.with_(counts="last")
    early, later = DEADLINE - 2 * DAY, DEADLINE - DAY
    assert counting(classroom, push(1, 90, later), push(2, 50, early)) == (1, 90)
    assert counting(classroom, push(1, 90, early), push(2, 50, later)) == (2, 50)


def test_the_last_grading_of_the_last_commit_counts(classroom: Classroom) -> None:
    classroom.with_(counts="last")
    assert counting(classroom, push(1, 50), push(2, 60)) == (2, 60)


@pytest.mark.parametrize("counts", ["best", "last"])
def test_what_is_too_late_or_could_not_be_graded_does_not_count(
    classroom: Classroom, counts: str
) -> None:
    classroom.with_(counts=counts)
    too_late = push(2, 100, DEADLINE + 3 * DAY)
    failed = push(3, 0, reason="there is no result")
    assert counting(classroom, push(1, 40, DEADLINE - DAY), too_late, failed) == (1, 40)
    assert counting(classroom, too_late, failed) is None


def test_points_never_fall_below_nothing(classroom: Classroom) -> None:
    assert counting(classroom, push(1, 5, DEADLINE + DAY)) == (1, 0)


def test_the_table_has_every_student_and_no_formula(
    classroom: Classroom, ledger: Ledger, tmp_path: Path
) -> None:
    students = [
        Student(id="kim", login="octo-kim", name="=HYPERLINK(1)"),
        Student(id="lee", name="@SUM(A1)"),
    ]
    ledger.add(
        Entry(
            student="kim",
            key="k",
            points=2.0,
            earned=1.0,
            result=result(lost(earned=1.0)),
            commit="a" * 40,
            received=DEADLINE.astimezone(UTC).isoformat(),
        )
    )
    classroom.with_(zone="Asia/Seoul")
    roster = Roster(RosterRow("roster.csv", student) for student in students)
    path = tmp_path / "grades.csv"
    spreadsheet.write(path, grades.table(classroom.course, roster, ledger))
    with path.open(encoding="utf-8-sig", newline="") as file:
        kim, lee = csv.DictReader(file)
    assert kim["name"] == "'=HYPERLINK(1)"
    assert lee["name"] == "'@SUM(A1)"
    assert (kim["iou"], kim["earned"], kim["late"], kim["total"], kim["out of"]) == (
        *("1", "1", "0"),
        *("1", "2"),
    )
    assert kim["received"] == kim["deadline"] == "2027-05-01 00:00 KST"
    assert (lee["commit"], lee["total"], lee["repository"]) == ("", "", "")
    assert msgspec.structs.asdict(students[0])["name"].startswith("=")  # it was one


@pytest.mark.parametrize(
    ("excused", "pushes", "status"),
    [
        (False, [push(1, 50)], "graded"),
        (False, [], "missing"),
        (False, [push(1, 50, DEADLINE + 3 * DAY)], "too late"),
        (False, [push(1, 0, reason="there is no result")], "no grade"),
        (True, [push(1, 50)], "excused"),
        (True, [], "excused"),
    ],
)
def test_the_table_says_what_became_of_each_students_work(
    classroom: Classroom, excused: bool, pushes: list[Push], status: str
) -> None:
    kim = classroom.change("kim", excused=excused)
    grade = grades.counting(classroom.course, kim, pushes)
    assert grades.standing(kim, pushes, grade) == status
