"""Grades of work that came in another way, written into nbgrader's gradebook.

So a course has one gradebook, whichever way work came in. Only points are written: the answers to
the written questions stand in a notebook, which a person reads in the Formgrader.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, Notebook, SubmittedAssignment
from sqlalchemy.exc import SQLAlchemyError

from autograder.document.result import Result
from autograder.errors import AutograderError
from autograder.nbgrader.class_grading import points_of_files
from autograder.nbgrader.gradebooks import find_alembic


class NoGradebook(AutograderError):
    """The gradebook cannot take the grades; the message says why."""


class Outcome(enum.StrEnum):
    """The outcome of recording one grade."""

    WRITTEN = "written"
    SAME = "as it was"
    LATER = "left alone: the gradebook has work that was handed in later"


@dataclass(frozen=True)
class GradeOfRecord:
    """A student's grade: when the work was received, and the points off for that.

    `others` is when the student's other work was received in the same way.
    """

    student: str
    received: datetime
    result: Result
    late: float
    others: Set[datetime] = frozenset()


def write_grades(
    path: Path, assignment: str, grades: Sequence[GradeOfRecord]
) -> Iterator[tuple[GradeOfRecord, Outcome]]:
    """Write each grade, and hand it out when it is there.

    Scores given by hand, comments and names stay as they are. Students that the gradebook does not
    know are added. A second time changes nothing.

    Raises NoGradebook when there is no such gradebook, it does not know the assignment, or gives
    other points for its files; then nothing is written. Also when it cannot be written.
    """
    if not path.is_file():
        raise NoGradebook(f"there is no gradebook {path}: run nbgrader generate_assignment first")
    find_alembic()
    try:
        with Gradebook(f"sqlite:///{path.absolute()}") as gradebook:
            points = _points(gradebook, assignment)
            for grade in grades:
                _check_points(points, grade)
            for grade in grades:
                yield grade, _write(gradebook, assignment, grade)
    except (SQLAlchemyError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise NoGradebook(f"{path}: {reason}") from None


def file_points(notebooks: Iterable[Notebook]) -> dict[str, float]:
    """The gradebook's points for each file, which is graded in a code cell."""
    return {
        cell.name: cell.max_score
        for notebook in notebooks
        for cell in notebook.grade_cells
        if cell.cell_type == "code"
    }


def _points(gradebook: Gradebook, assignment: str) -> dict[str, float]:
    try:
        return file_points(gradebook.find_assignment(assignment).notebooks)
    except MissingEntry:
        raise NoGradebook(
            f"the gradebook has no {assignment}: run nbgrader generate_assignment first"
        ) from None


def _check_points(points: dict[str, float], grade: GradeOfRecord) -> None:
    graded = {task.name: task.points for task in grade.result.tasks}
    if graded != points:
        raise NoGradebook(
            f"{grade.student} was graded for {points_of_files(graded)}, "
            f"the gradebook gives {points_of_files(points)}"
        )


def _write(gradebook: Gradebook, assignment: str, grade: GradeOfRecord) -> Outcome:
    received = _as_kept(grade.received)
    try:
        submission = gradebook.find_submission(assignment, grade.student)
    except MissingEntry:
        gradebook.update_or_create_student(grade.student)
        submission = gradebook.add_submission(assignment, grade.student, timestamp=received)
        changed = True
    else:
        before = submission.timestamp
        # What counts may be an earlier push than the one that counted when this was run last.
        own = before is None or before in map(_as_kept, grade.others)
        if not own and before > received:
            return Outcome.LATER
        changed = before != received
        submission.timestamp = received
    changed |= _fill(submission, grade)
    gradebook.db.commit()
    return Outcome.WRITTEN if changed else Outcome.SAME


def _as_kept(moment: datetime) -> datetime:
    """The moment as nbgrader stores it: UTC, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _fill(submission: SubmittedAssignment, grade: GradeOfRecord) -> bool:
    """Set the points of each file and the penalty; whether any of them was another one."""
    earned = {task.name: task.earned for task in grade.result.tasks}
    changed = False
    for notebook in submission.notebooks:
        for cell in notebook.grades:
            if cell.cell_type != "code":  # a written question, for a person to read
                cell.needs_manual_grade = cell.manual_score is None
            elif cell.auto_score != earned[cell.name]:
                cell.auto_score = earned[cell.name]
                # Who gave other points by hand is asked whether they still hold.
                cell.needs_manual_grade = cell.manual_score is not None
                changed = True
            elif cell.manual_score is None:
                cell.needs_manual_grade = False
        # nbgrader adds up the penalties of notebooks; the files are one notebook's cells.
        late = grade.late if any(cell.name in earned for cell in notebook.grades) else 0.0
        if (notebook.late_submission_penalty or 0.0) != late:
            notebook.late_submission_penalty = late
            changed = True
    return changed
