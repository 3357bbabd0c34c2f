"""The table of `autograder github status`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.course.ledger import Push
from autograder.github import grades
from autograder.github.configuration import Course
from autograder.github.errors import CourseError
from autograder.github.roster import Student
from autograder.github.sweep import Standing
from autograder.reports.spreadsheet import number
from autograder.sandbox.printable import printable

# What says more than its words do.
GRADED, WAITS, FAILED = "green", "yellow", "red"


def print_status(
    course: Course,
    outcomes: Sequence[tuple[Student, Standing | CourseError]],
    pushes: Sequence[Push],
) -> None:
    """A row a student: what was pushed, what was graded of it, and what counts."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("student", "repository", "pushed", "graded", "received", "points", "late"):
        table.add_column(column, justify="right" if column in ("points", "late") else "left")
    table.add_column("counts", justify="right")
    table.add_column("check")
    counting = grades.of_record(course, pushes)
    problems = []
    for student, outcome in outcomes:
        last = next((push for push in reversed(pushes) if push.student == student.id), None)
        name = course.repository_of(student)
        pushed = "?"
        if isinstance(outcome, CourseError):
            problems.append(f"{student.id}: {outcome}")
        else:
            pushed = outcome.order.commit[:7] if outcome.order else "-"
        style = GRADED if last and last.commit[:7] == pushed else WAITS if pushed != "-" else "dim"
        if isinstance(outcome, CourseError) or (last and last.reason is not None):
            style = FAILED
        table.add_row(
            escape(student.id),
            escape(name),
            f"[{style}]{pushed}[/]",
            *_grading(course, last),
            _counts(counting.get(student.id)),
            "-" if last is None else "yes" if last.check_run is not None else "[red]no[/]",
        )
        if last is not None and last.reason is not None:
            problems.append(f"{student.id}: {last.commit} could not be graded: {last.reason}")
    console.print(table)
    for problem in problems:
        print(printable(problem), file=sys.stderr)


def _grading(course: Course, last: Push | None) -> tuple[str, str, str, str]:
    """Commit, when it was received, points, points off for being late."""
    if last is None:
        return "-", "-", "-", "-"
    off = grades.late(course, last.received)
    points = "-" if last.reason is not None else f"{number(last.earned)} / {number(last.points)}"
    late = "too late" if off is None else f"-{number(off)}" if off else ""
    return last.commit[:7], _local(course, last.received), points, late


def _counts(grade: grades.Grade | None) -> str:
    return "-" if grade is None else number(grade.points)


def _local(course: Course, moment: datetime) -> str:
    """In the zone of the course's deadline."""
    return moment.astimezone(course.deadline.tzinfo).strftime("%Y-%m-%d %H:%M")
