"""One rule for lateness: days begun, grace, the last day, deadlines of single students."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from autograder.course.lateness import LateRule, lateness
from autograder.course.roster import Student

DUE = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
RULE = LateRule(days=3, points_a_day=10, grace_minutes=10)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("late", "total"),
    [
        (-DAY, 80),
        (timedelta(0), 80),
        (timedelta(minutes=10), 80),
        (timedelta(minutes=10) + SECOND, 70),
        (DAY, 70),
        (DAY + SECOND, 60),
        (3 * DAY, 50),
        (3 * DAY + SECOND, 0),
    ],
)
def test_each_day_begun_costs_its_points_until_nothing_counts(
    late: timedelta, total: float
) -> None:
    assert lateness(DUE + late, DUE, RULE).total(80) == total


def test_no_more_is_taken_off_than_there_is() -> None:
    assert lateness(DUE + 2 * DAY, DUE, RULE).total(5) == 0


def test_by_default_nothing_counts_after_the_deadline() -> None:
    assert lateness(DUE + SECOND, DUE, LateRule()).total(80) == 0
    assert lateness(DUE, DUE, LateRule()).total(80) == 80


def test_the_grace_is_longer_than_no_days() -> None:
    assert lateness(DUE + HOUR, DUE, LateRule(grace_minutes=60)).total(80) == 80


def test_without_an_end_late_work_counts_for_ever() -> None:
    rule = LateRule(days=None, points_a_day=1)
    assert lateness(DUE + 40 * DAY, DUE, rule).total(80) == 40


@pytest.mark.parametrize(("received", "due"), [(None, DUE), (DUE, None), (None, None)])
def test_nobody_loses_points_for_a_time_that_is_not_known(
    received: datetime | None, due: datetime | None
) -> None:
    found = lateness(received, due, RULE)
    assert (found.total(80), found.late) == (80, timedelta(0))


def test_a_students_own_deadline_goes_before_the_courses() -> None:
    kim = Student(id="kim", deadline=DUE + 5 * DAY)
    found = lateness(DUE + 5 * DAY + HOUR, DUE, RULE, kim)
    assert (found.own, found.deadline, found.off, found.late) == (True, kim.deadline, 10, HOUR)


def test_a_deadline_of_ones_own_holds_where_the_course_has_none() -> None:
    assert lateness(DUE + HOUR, None, RULE, Student(id="kim", deadline=DUE)).off == 10


def test_who_is_excused_is_never_late() -> None:
    found = lateness(DUE + 9 * DAY, DUE, RULE, Student(id="kim", excused=True))
    assert (found.excused, found.counts, found.off) == (True, True, 0)
