"""The hidden suites with the student's modules imported into pytest's own process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.manifest import Task
from autograder.document.result import Check
from autograder.grading.assignments import load_assignment
from autograder.grading.grading_run import GradingRun
from autograder.grading.suite_run import run_suites
from autograder.sandbox.grader.inprocess import InProcess
from corpus.paths import ASSIGNMENT


def grade_in_process(
    folder: Path, tasks: Sequence[str] | None, seed: int, assignment_name: str = ASSIGNMENT
) -> list[Check]:
    """The checks of these tasks, by default of all, on the modules in `folder`."""
    assignment = load_assignment(assignment_name)
    chosen = [task for task in assignment.tasks if not tasks or task.name in tasks]
    run = GradingRun.of(assignment, seed=seed, tasks=chosen)
    return run_suites(run, _InThisProcess(folder.resolve()))


class _InThisProcess:
    """Workers that are none: the files are imported here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: list[InProcess] = []

    def connect(self, task: Task) -> InProcess:
        self._opened.append(InProcess(self._folder))
        return self._opened[-1]

    def finish(self, task: Task) -> None:
        while self._opened:
            self._opened.pop().close()
