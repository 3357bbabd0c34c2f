"""Grading what the ledger does not have yet, before nbgrader looks at any notebook.

It happens in processes of its own (autograder.course): a class is graded on every processor, and
neither torch nor pytest comes into nbgrader's process or a Jupyter server. What the ledger has is
not graded again; `autograder course grade` may have put it there, on a cluster perhaps.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.course.entries import Entry
from autograder.course.executors import on_this_machine
from autograder.course.ledger import Ledger
from autograder.course.policy import Policy
from autograder.course.run import Notice, prepare, run
from autograder.course.submissions import Submission
from autograder.errors import AutograderError
from autograder.grading.assignments import load_assignment
from autograder.sandbox.grader.printable import printable


class PointsDiffer(AutograderError):
    """The gradebook gives other points for the files than the suites do."""


@dataclass(frozen=True)
class ClassRequest:
    """What is to be graded and where grades are kept.

    `points` are what the gradebook gives for each file. `again` grades what was graded before.
    """

    assignment: str
    points: Mapping[str, float]
    ledger: Path
    jobs: int = 0
    again: bool = False


@dataclass(frozen=True)
class Grades:
    """The grade of record of each student, and, by student, what could not be decided."""

    entries: Mapping[str, Entry]
    undecided: Mapping[str, str]


def grade_class(
    submissions: Sequence[Submission],
    request: ClassRequest,
    tell: Callable[[str], None] = lambda said: None,
    warn: Callable[[Notice], None] = lambda notice: None,
) -> Grades:
    """Grade what is not graded yet, and `tell` of each student. Raises AutograderError.

    `warn` hears what is to be known of a submission beside its grade.
    """
    undecided: dict[str, str] = {}
    tasks = {task.name: task.points for task in load_assignment(request.assignment).tasks}
    if tasks != dict(request.points):
        raise PointsDiffer(
            f"the gradebook's points ({points_of_files(request.points)}) are not the suites' "
            f"({points_of_files(tasks)}): run autograder release, then nbgrader "
            f"generate_assignment {request.assignment} --force"
        )
    with Ledger(request.ledger) as ledger:
        policy = Policy(
            request.assignment,
            ledger.seed(),
            seed_per_student=ledger.seed_per_student(),
        )
        known = None if request.again else ledger.has
        jobs = list(prepare(submissions, policy, known, on_notice=warn))
        with on_this_machine(request.jobs, request.assignment) as graders:
            graded = track(
                run(jobs, policy, graders),
                "graded",
                total=len(jobs),
                console=Console(stderr=True),
                transient=True,
                disable=not jobs or not sys.stderr.isatty(),
            )
            for number, entry in enumerate(graded, start=1):
                ledger.add(entry, again=request.again)
                grade = entry.reason or f"{entry.earned:g} / {entry.points:g}"
                tell(f"graded {number} of {len(jobs)}: {printable(f'{entry.student}: {grade}')}")
                if entry.open:
                    undecided[entry.student] = grade
        students = {submission.student for submission in submissions}
        record = (entry for entry in ledger.record() if entry.student in students)
        entries = {entry.student: entry for entry in record}
        undecided |= {who: entry.reason or "" for who, entry in entries.items() if entry.open}
        return Grades(entries, undecided)


def points_of_files(points: Mapping[str, float]) -> str:
    """Points of files, for a line of text."""
    return ", ".join(f"{name} {value:g}" for name, value in points.items())
