"""A gradebook's times, penalties, marks and comments, beside the suites' points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from nbgrader.api import Gradebook, MissingEntry, SourceCell, SubmittedAssignment
from sqlalchemy.exc import SQLAlchemyError

from autograder.course.lateness import LateRule, lateness
from autograder.course.moments import show
from autograder.course.roster import Roster
from autograder.course.standings import NoStandings
from autograder.nbgrader.late import lateness_of
from autograder.reports.standing import Standing, Written

TITLE_CAP = 200


def read_standings(
    path: Path, assignment: str, roster: Roster, zone: ZoneInfo
) -> Callable[[str], Standing]:
    """How each student stands, by id; who is not in the gradebook stands by the roster alone.

    Raises NoStandings when there is no such gradebook or it does not know the assignment.
    """
    if not path.is_file():
        raise NoStandings(f"there is no gradebook {path}")
    try:
        with Gradebook(f"sqlite:///{path.absolute()}") as gradebook:
            ours = gradebook.find_assignment(assignment)
            titles = dict(_titles(cell for book in ours.notebooks for cell in book.source_cells))
            due = ours.duedate and ours.duedate.replace(tzinfo=UTC)
            found = {
                submission.student_id: _standing(submission, roster, titles, zone)
                for submission in gradebook.assignment_submissions(assignment)
            }
    except MissingEntry:
        raise NoStandings(f"{path} has no {assignment}") from None
    except SQLAlchemyError as error:
        raise NoStandings(f"{path}: {str(error).splitlines()[0]}") from None

    def standing_of(student: str) -> Standing:
        if student in found:
            return found[student]
        there = roster.get(student)
        absent = lateness(None, due, LateRule(), there)
        return Standing(
            name=there.name if there else "",
            deadline=show(absent.deadline, zone) if absent.deadline else "",
            own=absent.own,
            excused=absent.excused,
        )

    return standing_of


def _standing(
    submission: SubmittedAssignment, roster: Roster, titles: dict[str, str], zone: ZoneInfo
) -> Standing:
    found = lateness_of(submission, None, roster)
    student = roster.get(submission.student_id)
    return Standing(
        name=student.name if student else "",
        received=show(found.received, zone) if found.received else "",
        deadline=show(found.deadline, zone) if found.deadline else "",
        own=found.own,
        late=bool(found.late),
        # What autograding took off, by whichever rule the course has.
        off=submission.late_submission_penalty or 0.0,
        excused=found.excused,
        by_hand={
            grade.name: float(grade.score)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.cell_type == "code" and grade.manual_score is not None
        },
        written=tuple(_written(submission, titles)),
    )


def _written(submission: SubmittedAssignment, titles: dict[str, str]) -> Iterator[Written]:
    for notebook in submission.notebooks:
        comments = {comment.name: comment.comment or "" for comment in notebook.comments}
        for grade in notebook.grades:
            if grade.cell_type == "code":
                continue
            waits = grade.needs_manual_grade or (
                grade.manual_score is None and grade.auto_score is None
            )
            yield Written(
                question=titles.get(grade.name, grade.name),
                points=float(grade.max_score),
                earned=None if waits else float(grade.score),
                comment=comments.get(grade.name, ""),
            )


def _titles(cells: Iterator[SourceCell]) -> Iterator[tuple[str, str]]:
    """The first line of each question, without its marks of Markdown."""
    for cell in cells:
        lines = (line.strip() for line in (cell.source or "").splitlines())
        first = next((line for line in lines if line), "").replace("**", "")
        if cell.cell_type == "markdown" and first:
            yield cell.name, first[:TITLE_CAP]
