"""A gradebook's times, penalties, marks and comments, beside the suites' points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from nbgrader.api import Gradebook, MissingEntry, SourceCell, SubmittedAssignment
from sqlalchemy.exc import SQLAlchemyError

from autograder.course.lateness import LateRule, lateness
from autograder.course.moments import show
from autograder.course.roster import Roster
from autograder.course.standings import NoStandings
from autograder.nbgrader.gradebooks import find_alembic
from autograder.nbgrader.late import lateness_of
from autograder.reports.standing import Standing, WrittenQuestion

TITLE_CAP = 200


def read_standings(
    path: Path, assignment: str, roster: Roster, zone: ZoneInfo
) -> Callable[[str, datetime | None], Standing]:
    """Each student's standing, by id; without a gradebook entry by the roster alone.

    Raises NoStandings when there is no such gradebook or it does not know the assignment.
    """
    if not path.is_file():
        raise NoStandings(f"there is no gradebook {path}")
    find_alembic()
    try:
        with Gradebook(f"sqlite:///{path.absolute()}") as gradebook:
            ours = gradebook.find_assignment(assignment)
            titles = titles_of(cell for book in ours.notebooks for cell in book.source_cells)
            due = ours.duedate and ours.duedate.replace(tzinfo=UTC)
            unanswered = tuple(
                WrittenQuestion(titles.get(cell.name, cell.name), float(cell.max_score), 0.0)
                for book in ours.notebooks
                for cell in book.grade_cells
                if cell.cell_type != "code"
            )
            found = {
                submission.student_id: standing_in(submission, roster, titles, zone)
                for submission in gradebook.assignment_submissions(assignment)
            }
    except MissingEntry:
        raise NoStandings(f"{path} has no {assignment}") from None
    except SQLAlchemyError as error:
        raise NoStandings(f"{path}: {str(error).splitlines()[0]}") from None

    def standing_of(student: str, received: datetime | None) -> Standing:
        if student in found:
            return found[student]
        return replace(standing_without(student, due, roster, zone), written=unanswered)

    return standing_of


def standing_without(
    student: str, due: datetime | None, roster: Roster, zone: ZoneInfo
) -> Standing:
    """The standing of a student without a submission: the deadline, and whether it counts."""
    there = roster.get(student)
    absent = lateness(None, due, LateRule(), there)
    return Standing(
        name=there.name if there else "",
        deadline=show(absent.deadline, zone) if absent.deadline else "",
        own=absent.own,
        excused=absent.excused,
    )


def standing_in(
    submission: SubmittedAssignment,
    roster: Roster,
    titles: Mapping[str, str],
    zone: ZoneInfo,
    answers: Mapping[str, str] | None = None,
) -> Standing:
    """The standing of a submission; questions in the order of their titles."""
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
            if grade.cell_type == "code" and (grade.manual_score is not None or grade.extra_credit)
        },
        written=tuple(_written(submission, titles, answers or {})),
    )


def _written(
    submission: SubmittedAssignment, titles: Mapping[str, str], answers: Mapping[str, str]
) -> Iterator[WrittenQuestion]:
    place = {name: number for number, name in enumerate(titles)}
    for notebook in submission.notebooks:
        comments = {comment.name: comment.comment or "" for comment in notebook.comments}
        for grade in sorted(notebook.grades, key=lambda grade: place.get(grade.name, len(place))):
            if grade.cell_type == "code":
                continue
            waits = grade.needs_manual_grade or (
                grade.manual_score is None and grade.auto_score is None
            )
            yield WrittenQuestion(
                question=titles.get(grade.name, grade.name),
                points=float(grade.max_score),
                earned=None if waits else float(grade.score),
                comment=comments.get(grade.name, ""),
                answer=answers.get(grade.name, ""),
            )


def titles_of(cells: Iterable[SourceCell]) -> dict[str, str]:
    """The first line of each question, by name, without its marks of Markdown."""
    return dict(_titles(cells))


def _titles(cells: Iterable[SourceCell]) -> Iterator[tuple[str, str]]:
    for cell in cells:
        lines = (line.strip() for line in (cell.source or "").splitlines())
        first = next((line for line in lines if line), "").replace("**", "")
        if cell.cell_type == "markdown" and first:
            yield cell.name, first[:TITLE_CAP]
