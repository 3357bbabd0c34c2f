"""Points in the gradebook before and after a run, and the changes between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbgrader.api import Assignment, SubmittedAssignment


@dataclass(frozen=True)
class Points:
    """Points of one file: from the suites (None while open), and from a person, which win."""

    suites: float | None
    person: float | None = None


@dataclass(frozen=True)
class GradebookPoints:
    """One student's points for each file, and the points off for lateness."""

    files: Mapping[str, Points]
    late: float = 0.0

    @property
    def graded(self) -> bool:
        """nbgrader makes a row before there are any points."""
        return any(points.suites is not None for points in self.files.values())


def standings(assignment: Assignment) -> dict[str, GradebookPoints]:
    """Points by student, of students with a submission."""
    return {each.student_id: standing_of(each) for each in assignment.submissions}


def standing_of(submission: SubmittedAssignment) -> GradebookPoints:
    """The points of a submission in the gradebook."""
    files = {
        grade.name: Points(grade.auto_score, grade.manual_score)
        for notebook in submission.notebooks
        for grade in notebook.grades
        if grade.cell_type == "code"
    }
    return GradebookPoints(files, float(submission.late_submission_penalty or 0.0))


def changes(
    before: GradebookPoints | None, after: GradebookPoints, order: Sequence[str]
) -> Iterator[str]:
    """One short text for each thing that is not what it was when it was graded last.

    Where a person gave points to a file, these stand, and it is said that they do.
    """
    if before is None or not before.graded:
        return
    for name in order:
        was, now = before.files.get(name), after.files.get(name)
        if was is None or now is None or was.suites == now.suites:
            continue
        if now.person is None:
            yield f"{name} {_number(was.suites)} → {_number(now.suites)}"
        else:
            yield f"{name}: suites say {_number(now.suites)}, a person's {now.person:g} stands"
    if before.late != after.late:
        yield f"late {before.late:g} → {after.late:g}"


def _number(points: float | None) -> str:
    return "open" if points is None else f"{points:g}"
