"""What autograding does beside each student's own work."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config, LoggingConfigurable

from autograder.course.roster import Roster, RosterRow, Student
from autograder.nbgrader.around_the_run import (
    after_the_run,
    before_the_run,
    forget_time,
    put_back,
)
from autograder.nbgrader.summary import Run

ASSIGNMENT, NOTEBOOK = "segmentation", "practice"
LATE = {"AssignLatePenalties": {"plugin_class": "autograder.nbgrader.late.PointsADay"}}


class Step(LoggingConfigurable):
    """As nbgrader's, as far as it is asked for anything."""

    coursedir: Any


@pytest.fixture
def step(tmp_path: Path) -> Step:
    """kim handed in a day late, and 10 points were taken off."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as book:
        book.add_assignment(ASSIGNMENT, duedate=datetime(2027, 4, 30, 3))
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        book.add_grade_cell("iou", NOTEBOOK, ASSIGNMENT, max_score=20, cell_type="code")
        book.add_student("kim")
        submission = book.add_submission(ASSIGNMENT, "kim", timestamp=datetime(2027, 5, 1, 2))
        submission.notebooks[0].late_submission_penalty = 10
        book.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim").auto_score = 20
        book.db.commit()
    made = Step(config=Config(LATE))
    made.coursedir = SimpleNamespace(db_url=url, course_id=None, assignment_id=ASSIGNMENT)
    return made


def run(roster: Roster) -> Run:
    return Run(("kim",), {"kim": "read"}, {}, {}, ("iou",), roster)


def told(step: Step, caplog: pytest.LogCaptureFixture, roster: Roster, *untouched: str) -> str:
    with caplog.at_level(logging.INFO):
        after_the_run(step, run(roster), untouched)
    return caplog.messages[-1].splitlines()[1]


def test_a_deadline_of_ones_own_counts_without_anything_new_handed_in(
    step: Step, caplog: pytest.LogCaptureFixture
) -> None:
    due = datetime(2027, 5, 2, tzinfo=UTC)
    roster = Roster([RosterRow("roster.csv", Student(id="kim", deadline=due))])
    assert told(step, caplog, roster, "kim").split()[:3] == ["kim", "20", "0"]


def test_who_was_graded_just_now_is_left_alone(
    step: Step, caplog: pytest.LogCaptureFixture
) -> None:
    due = datetime(2027, 5, 2, tzinfo=UTC)
    roster = Roster([RosterRow("roster.csv", Student(id="kim", deadline=due))])
    assert told(step, caplog, roster).split()[:3] == ["kim", "10", "-10"]


def test_before_a_run_the_gradebook_has_the_roster_and_standings_are_noted(
    step: Step,
) -> None:
    roster = Roster([RosterRow("roster.csv", Student(id="lee", name="Lee, Jiwoo"))])
    before = before_the_run(step, roster)
    assert {name: standing.late for name, standing in before.items()} == {"kim": 10}
    with Gradebook(step.coursedir.db_url) as book:
        assert book.find_student("lee").last_name == "Lee"


def test_a_0_that_nbgrader_gives_for_a_missing_notebook_is_no_grade(step: Step) -> None:
    before = before_the_run(step, Roster())
    with Gradebook(step.coursedir.db_url) as book:
        book.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim").auto_score = 0
        book.db.commit()
    put_back(step, "kim", before["kim"])
    with Gradebook(step.coursedir.db_url) as book:
        assert book.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim").auto_score == 20


def test_of_who_hands_in_for_the_first_time_there_is_nothing_to_put_back(step: Step) -> None:
    put_back(step, "lee", None)
    with Gradebook(step.coursedir.db_url) as book:
        assert book.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim").auto_score == 20


def test_the_time_of_other_work_costs_nothing(step: Step, caplog: pytest.LogCaptureFixture) -> None:
    forget_time(step, "kim")
    told(step, caplog, Roster(), "kim")
    with Gradebook(step.coursedir.db_url) as book:
        submission = book.find_submission(ASSIGNMENT, "kim")
        assert (submission.timestamp, submission.late_submission_penalty) == (None, 0)
