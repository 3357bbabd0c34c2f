"""Grades that came by way of GitHub, written into nbgrader's gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, SubmittedAssignment

from autograder.nbgrader.record import GradeOfRecord, NoGradebook, Outcome, write_grades
from corpus.results import lost, result

ASSIGNMENT, NOTEBOOK = "segmentation", "practice"
RECEIVED = datetime(2027, 4, 30, 23, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A gradebook in which `iou` is worth 2 points and a written question another 2."""
    path = tmp_path / "gradebook.db"
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment(ASSIGNMENT)
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        for name, kind in (("iou", "code"), ("written", "markdown")):
            book.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=2, cell_type=kind)
            book.add_source_cell(name, NOTEBOOK, ASSIGNMENT, cell_type=kind)
    return path


def grade(earned: float = 1.5, received: datetime = RECEIVED, late: float = 0.0) -> GradeOfRecord:
    return GradeOfRecord("kim", received, result(lost(earned=earned)), late)


def written(path: Path, *grades: GradeOfRecord) -> list[Outcome]:
    return [outcome for _, outcome in write_grades(path, ASSIGNMENT, grades)]


def opened(path: Path) -> Iterator[SubmittedAssignment]:
    """The student's submission, to look at and to change by hand."""
    with Gradebook(f"sqlite:///{path}") as book:
        yield book.find_submission(ASSIGNMENT, "kim")
        book.db.commit()


def by_hand(path: Path, cell: str, score: float) -> None:
    for submission in opened(path):
        (given,) = [each for each in submission.notebooks[0].grades if each.name == cell]
        given.manual_score, given.needs_manual_grade = score, False


def test_points_lateness_and_time_are_in_the_gradebook(path: Path) -> None:
    assert written(path, grade(late=0.5)) == [Outcome.WRITTEN]
    for submission in opened(path):
        assert (submission.score, submission.late_submission_penalty) == (1.5, 0.5)
        assert submission.timestamp == RECEIVED.replace(tzinfo=None)
        waiting = {each.name: each.needs_manual_grade for each in submission.notebooks[0].grades}
        assert waiting == {"iou": False, "written": True}


def test_a_second_time_changes_nothing(path: Path) -> None:
    written(path, grade(late=0.5))
    assert written(path, grade(late=0.5)) == [Outcome.SAME]


def test_a_better_push_takes_the_place_of_the_former(path: Path) -> None:
    written(path, grade(late=0.5))
    later = RECEIVED + timedelta(hours=1)
    assert written(path, grade(2.0, received=later)) == [Outcome.WRITTEN]
    for submission in opened(path):
        assert (submission.score, submission.late_submission_penalty) == (2, 0)


def test_a_score_given_by_hand_stays(path: Path) -> None:
    written(path, grade())
    by_hand(path, "written", 1.0)
    assert written(path, grade(2.0)) == [Outcome.WRITTEN]
    for submission in opened(path):
        assert submission.score == 3
        assert not submission.needs_manual_grade


def test_points_that_were_overruled_by_hand_are_looked_at_again(path: Path) -> None:
    written(path, grade())
    by_hand(path, "iou", 1.75)
    by_hand(path, "written", 1.0)
    written(path, grade())
    for submission in opened(path):
        assert not submission.needs_manual_grade
    written(path, grade(2.0))
    for submission in opened(path):
        assert (submission.score, submission.needs_manual_grade) == (2.75, True)


def test_what_was_handed_in_later_through_nbgrader_is_left_alone(path: Path) -> None:
    with Gradebook(f"sqlite:///{path}") as book:
        book.add_student("kim")
        book.add_submission(ASSIGNMENT, "kim", timestamp=RECEIVED + timedelta(seconds=1))
    assert written(path, grade()) == [Outcome.LATER]
    for submission in opened(path):
        assert submission.score == 0


def test_an_earlier_push_that_counts_again_takes_the_place_of_a_later_one(path: Path) -> None:
    later = RECEIVED + timedelta(days=1)
    written(path, grade(received=later))
    regraded = replace(grade(2.0), others=frozenset({RECEIVED, later}))
    assert written(path, regraded) == [Outcome.WRITTEN]
    for submission in opened(path):
        assert (submission.score, submission.timestamp) == (2, RECEIVED.replace(tzinfo=None))


def test_other_points_are_refused_before_anything_is_written(path: Path) -> None:
    other = GradeOfRecord("lee", RECEIVED, result(lost(points=3.0)), 0.0)
    with pytest.raises(NoGradebook) as refused:
        written(path, grade(), other)
    assert str(refused.value) == "lee was graded for iou 3, the gradebook gives iou 2"
    with Gradebook(f"sqlite:///{path}") as book:
        assert book.students == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no gradebook"),
        (b"", "the gradebook has no segmentation"),
        (b"no database at all" * 100, "file is not a database"),
    ],
)
def test_what_is_no_gradebook_is_said(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "other.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NoGradebook, match=said):
        written(path, grade())
