"""The table of `autograder github status`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.cli.github_run import failure_line
from autograder.course.entries import Push
from autograder.course.moments import show
from autograder.course.roster import Student
from autograder.github import grades
from autograder.github.configuration import Course
from autograder.github.errors import CourseError, NoLogin
from autograder.github.sweep import BranchHead
from autograder.reports.spreadsheet import number
from autograder.sandbox.grader.printable import printable

# What says more than its words do.
GRADED, WAITS, FAILED = "green", "yellow", "red"


def print_status(
    course: Course,
    outcomes: Sequence[tuple[Student, BranchHead | CourseError]],
    pushes: Sequence[Push],
) -> None:
    """A row a student: what was pushed, what was graded of it, and what counts."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("student", "repository", "pushed", "graded", "received", "own deadline"):
        table.add_column(column)
    for column in ("points", "late", "counts"):
        table.add_column(column, justify="right")
    table.add_column("check")
    theirs = grades.by_student(pushes)
    problems = []
    for student, outcome in outcomes:
        gradings = theirs.get(student.id, [])
        last = gradings[-1] if gradings else None
        name = course.repository_of(student) if student.login else "-"
        pushed = "?"
        if isinstance(outcome, NoLogin):
            pushed = "-"
        if isinstance(outcome, CourseError):
            problems.append(f"{student.id}: {failure_line(outcome)}")
        else:
            pushed = outcome.target.commit[:7] if outcome.target else "-"
        style = GRADED if last and last.commit[:7] == pushed else WAITS if pushed != "-" else "dim"
        failed = isinstance(outcome, CourseError) and not isinstance(outcome, NoLogin)
        if failed or (last and last.reason is not None):
            style = FAILED
        table.add_row(
            escape(student.id),
            escape(name),
            f"[{style}]{pushed}[/]",
            *_grading(course, student, last),
            _counts(course, student, gradings),
            "-" if last is None else "yes" if last.check_run is not None else "[red]no[/]",
        )
        if last is not None and last.reason is not None:
            problems.append(f"{student.id}: {last.commit} could not be graded: {last.reason}")
    due = show(course.deadline, course.zone_info)
    console.print(f"The course's deadline: {due}", style="dim", highlight=False)
    console.print(table)
    for problem in problems:
        print(printable(problem), file=sys.stderr)


def _grading(course: Course, student: Student, last: Push | None) -> tuple[str, str, str, str, str]:
    """Commit, when it was received, an own deadline, points, points off for being late."""
    own = show(student.deadline, course.zone_info) if student.deadline else ""
    if last is None:
        return "-", "-", own, "-", "-"
    lateness = course.lateness(student, last.received)
    points = "-" if last.reason is not None else f"{number(last.earned)} / {number(last.points)}"
    late = f"-{number(lateness.off)}" if lateness.off else ""
    received = show(last.received.replace(second=0), course.zone_info)
    return last.commit[:7], received, own, points, late if lateness.counts else grades.TOO_LATE


def _counts(course: Course, student: Student, gradings: Sequence[Push]) -> str:
    if student.excused:
        return grades.EXCUSED
    grade = grades.counting(course, student, gradings)
    return "-" if grade is None else number(grade.points)
