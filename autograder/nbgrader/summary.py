"""The table that ends a run: how each student stands, and what a person has to look at."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from nbgrader.api import Assignment, SubmittedAssignment
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.entries import Entry
from autograder.course.roster import Roster, Student
from autograder.nbgrader.changes import GradebookPoints, changes, standing_of
from autograder.nbgrader.open_grades import open_files, unread_questions
from autograder.sandbox.grader.printable import NAME_CAP, printable

NAMES_CAP = 20


@dataclass(frozen=True)
class SummaryRow:
    """One student's line, in words. `points` are what is left after lateness."""

    student: str
    points: str
    late: str
    notebook: str
    changed: str
    waiting: str


@dataclass(frozen=True)
class Run:
    """Facts of a run that the gradebook does not have.

    `students` are those whose work lies there, `notebooks` what became of their notebooks, in a
    word, `grades` what they earned, `before` how they stood, `order` the files as the assignment
    has them.
    """

    students: Sequence[str]
    notebooks: Mapping[str, str]
    grades: Mapping[str, Entry]
    before: Mapping[str, GradebookPoints]
    order: Sequence[str]
    roster: Roster


def summary(assignment: Assignment, run: Run, width: int) -> str:
    """The table, and who is missing from it."""
    there = {each.student_id: each for each in assignment.submissions}
    graded = [there[name] for name in sorted(run.students) if name in there]
    lines = [
        table([_row(each, run) for each in graded], float(assignment.max_score), width)
        if graded
        else "Nobody was graded."
    ]
    absent = [each.id for each in run.roster if each.id not in there and not each.excused]
    if absent:
        lines.append(f"Nothing handed in: {names(absent)}")
    if behind := [each.student_id for each in graded if _is_behind(each, run)]:
        lines.append(
            f"Handed in anew, but no later than before, so the gradebook has the former work "
            f"(--force takes it over): {names(behind)}"
        )
    if len(run.roster) and (strangers := run.roster.strangers(run.students)):
        lines.append(f"Not on the roster: {names(strangers)}")
    return "\n".join(lines)


def _row(submission: SubmittedAssignment, run: Run) -> SummaryRow:
    name, now = submission.student_id, standing_of(submission)
    return SummaryRow(
        name,
        f"{max(0.0, float(submission.score) - now.late):g}",
        late_of(submission, run.roster.get(name)),
        run.notebooks.get(name, ""),
        "; ".join(changes(run.before.get(name), now, run.order)),
        waiting_of(submission),
    )


def _is_behind(submission: SubmittedAssignment, run: Run) -> bool:
    """Whether what was graded did not get into the gradebook: nbgrader goes by the times."""
    entry = run.grades.get(submission.student_id)
    if entry is None or entry.result is None:
        return False
    files = standing_of(submission).files
    return any(
        task.name in files and files[task.name].suites != task.earned for task in entry.result.tasks
    )


def late_of(submission: SubmittedAssignment, student: Student | None) -> str:
    """Points off; `unknown` where nobody knows when the work was handed in."""
    if student is not None and student.excused:
        return "excused"
    own = student is not None and student.deadline is not None
    if not own and submission.assignment.duedate is None:
        return ""
    if submission.timestamp is None:
        return "unknown"
    off = float(submission.late_submission_penalty or 0.0)
    return f"-{off:g}" if off else "0"


def waiting_of(submission: SubmittedAssignment) -> str:
    """Work for a person: files whose grade is open or needs a look, and questions."""
    open_, questions = open_files(submission), len(unread_questions(submission))
    again = sorted(
        grade.name
        for notebook in submission.notebooks
        for grade in notebook.grades
        if grade.cell_type == "code" and grade.needs_manual_grade and grade.name not in open_
    )
    parts = [f"{name}.py is open" for name in open_] + [f"{name}.py again" for name in again]
    if questions:
        parts.append(f"{questions} question{'s' if questions > 1 else ''}")
    return ", ".join(parts)


def table(rows: Sequence[SummaryRow], points: float, width: int) -> str:
    """The rows as text. `points` are those of the assignment in all."""
    shown = Table(box=None, pad_edge=False, header_style="")
    columns: list[list[Text]] = []
    for field in fields(SummaryRow):
        values = [printable(getattr(row, field.name), NAME_CAP) for row in rows]
        if field.name == "changed" and not any(values):
            continue
        heading = f"points of {points:g}" if field.name == "points" else field.name
        right = field.name in ("points", "late")
        shown.add_column(heading, justify="right" if right else "left", overflow="fold")
        columns.append([Text(value) for value in values])
    for cells in zip(*columns, strict=True):
        shown.add_row(*cells)
    written = io.StringIO()
    Console(file=written, width=width, color_system=None).print(shown)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def names(students: Iterable[str]) -> str:
    """Names for a line of text, not too many of them."""
    found = [printable(name, NAME_CAP) for name in sorted(students)]
    more = f" and {len(found) - NAMES_CAP} more" if len(found) > NAMES_CAP else ""
    return ", ".join(found[:NAMES_CAP]) + more
