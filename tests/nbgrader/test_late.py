"""Points off for each day begun, deadlines of single students, and who is excused."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.course.roster import NoRoster, Roster
from autograder.nbgrader.late import AssignLateness, PointsADay, lateness_of

DUE = datetime(2026, 11, 27, 12, 0)
NOTEBOOK = "practice"


@pytest.fixture
def gradebook(tmp_path: Path) -> Gradebook:
    """A gradebook with one assignment that is due, and a file worth 100 points."""
    book = Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}")
    book.add_assignment("segmentation", duedate=DUE)
    book.add_notebook(NOTEBOOK, "segmentation")
    book.add_grade_cell("iou", NOTEBOOK, "segmentation", max_score=100, cell_type="code")
    return book


def penalty(book: Gradebook, student: str, received: datetime | None, config: Config) -> float:
    """What is taken off after the step was run for a student who earned 100 points."""
    book.update_or_create_student(student)
    book.update_or_create_submission("segmentation", student, timestamp=received)
    book.find_grade("iou", NOTEBOOK, "segmentation", student).auto_score = 100.0
    book.db.commit()
    about = {
        "notebook": NOTEBOOK,
        "assignment": "segmentation",
        "student": student,
        "db_url": str(book.engine.url),
    }
    AssignLateness(config=config).preprocess(NotebookNode(), {"nbgrader": about})
    book.db.expire_all()
    submission = book.find_submission("segmentation", student)
    return float(submission.late_submission_penalty)


def settings(tmp_path: Path, roster: str = "", **rule: object) -> Config:
    c = Config()
    c.AssignLatePenalties.plugin_class = PointsADay
    c.PointsADay.update({"points_a_day": 10, "grace_minutes": 10, **rule})
    c.Exchange.timezone = "Asia/Seoul"
    if roster:
        (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        c.ClassRoster.path = str(tmp_path / "roster.csv")
    return c


@pytest.mark.parametrize(
    ("late", "points"),
    [
        (timedelta(0), 0),
        (timedelta(minutes=10), 0),
        (timedelta(minutes=10, seconds=1), 10),
        (timedelta(days=1), 10),
        (timedelta(days=1, seconds=1), 20),
        (timedelta(days=30), 100),  # never more than there is
    ],
)
def test_every_day_begun_costs_its_points_once_the_grace_is_over(
    gradebook: Gradebook, tmp_path: Path, late: timedelta, points: float
) -> None:
    assert penalty(gradebook, "kim", DUE + late, settings(tmp_path)) == points


def test_after_the_last_day_nothing_counts(gradebook: Gradebook, tmp_path: Path) -> None:
    late = DUE + timedelta(days=3, seconds=1)
    assert penalty(gradebook, "kim", late, settings(tmp_path, days=3)) == 100


def test_an_unknown_time_costs_nothing(gradebook: Gradebook, tmp_path: Path) -> None:
    assert penalty(gradebook, "kim", None, settings(tmp_path)) == 0


def test_a_deadline_of_ones_own_is_the_one_that_counts(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    config = settings(tmp_path, "student,deadline\nkim,2026-11-29 21:00\n")
    due = datetime(2026, 11, 29, 12, 0)  # 21:00 in Seoul
    assert penalty(gradebook, "kim", due, config) == 0
    assert penalty(gradebook, "kim", due + timedelta(hours=1), config) == 10
    assert penalty(gradebook, "lee", due, config) == 20


def test_an_excused_student_loses_nothing(gradebook: Gradebook, tmp_path: Path) -> None:
    config = settings(tmp_path, "student,excused\nkim,yes\n")
    assert penalty(gradebook, "kim", DUE + timedelta(days=2), config) == 0


def test_an_extension_that_the_gradebook_grants_counts(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    penalty(gradebook, "kim", DUE + timedelta(hours=5), settings(tmp_path))
    gradebook.grant_extension("segmentation", "kim", hours=6)
    assert penalty(gradebook, "kim", DUE + timedelta(hours=5), settings(tmp_path)) == 0
    submission = gradebook.find_submission("segmentation", "kim")
    assert lateness_of(submission, PointsADay(), Roster()).own


def test_another_plugin_gets_the_seconds_of_a_students_own_deadline(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    config = settings(tmp_path, "student,deadline\nkim,2026-11-29 21:00\n")
    config.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"
    config.LateSubmissionPlugin.penalty_method = "zero"
    assert penalty(gradebook, "kim", DUE + timedelta(days=1), config) == 0
    assert penalty(gradebook, "lee", DUE + timedelta(days=1), config) == 100


def test_a_roster_with_a_mistake_is_refused(gradebook: Gradebook, tmp_path: Path) -> None:
    config = settings(tmp_path, "student,deadline\nkim,tomorrow\n")
    with pytest.raises(NoRoster, match="line 2: deadline: 'tomorrow' is no time"):
        penalty(gradebook, "kim", DUE, config)
