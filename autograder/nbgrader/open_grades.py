"""Files whose points nobody has given yet: no grader could, and no person has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedAssignment
from sqlalchemy.engine import make_url


def is_open(grade: Grade) -> bool:
    """Whether a file's cell has points neither from the grader nor from a person."""
    return grade.cell_type == "code" and grade.auto_score is None and grade.manual_score is None


def open_files(submission: SubmittedAssignment) -> list[str]:
    """The names of a submission's files that wait for points."""
    return sorted(
        grade.name
        for notebook in submission.notebooks
        for grade in notebook.grades
        if is_open(grade)
    )


def unread_questions(submission: SubmittedAssignment) -> list[str]:
    """The names of a submission's written questions that wait for a person."""
    return sorted(
        grade.name
        for notebook in submission.notebooks
        for grade in notebook.grades
        if grade.cell_type != "code" and grade.needs_manual_grade
    )


@dataclass(frozen=True)
class Waiting:
    """Work that waits for a person: files for points, questions for a reader."""

    files: Sequence[str] = ()
    questions: Sequence[str] = ()


def waiting_of(db_url: str, assignment: str, student: str) -> Waiting:
    """Read the waiting work from the gradebook; nothing where it has no submission."""
    place = make_url(db_url)
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file():
        return Waiting()
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
            return Waiting(open_files(submission), unread_questions(submission))
        except MissingEntry:
            return Waiting()
