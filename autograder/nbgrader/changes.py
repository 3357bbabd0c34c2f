"""What is in the gradebook before and after a run, and what has changed between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbgrader.api import Assignment, SubmittedAssignment


@dataclass(frozen=True)
class Points:
    """One file's: the suites' (None while they are open), and a person's, which go before."""

    suites: float | None
    person: float | None = None


@dataclass(frozen=True)
class Standing:
    """One student's: the points of each file, and what is taken off for being late."""

    files: Mapping[str, Points]
    late: float = 0.0

    @property
    def graded(self) -> bool:
        """nbgrader makes a row before there are any points."""
        return any(points.suites is not None for points in self.files.values())


def standings(assignment: Assignment) -> dict[str, Standing]:
    """By student; of those alone who have a submission."""
    return {each.student_id: standing_of(each) for each in assignment.submissions}


def standing_of(submission: SubmittedAssignment) -> Standing:
    """What the gradebook has of a submission."""
    files = {
        grade.name: Points(grade.auto_score, grade.manual_score)
        for notebook in submission.notebooks
        for grade in notebook.grades
        if grade.cell_type == "code"
    }
    return Standing(files, float(submission.late_submission_penalty or 0.0))


def changes(before: Standing | None, after: Standing, order: Sequence[str]) -> Iterator[str]:
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
            yield f"{name} {_told(was.suites)} → {_told(now.suites)}"
        else:
            yield f"{name}: suites say {_told(now.suites)}, a person's {now.person:g} stands"
    if before.late != after.late:
        yield f"late {before.late:g} → {after.late:g}"


def _told(points: float | None) -> str:
    return "open" if points is None else f"{points:g}"
