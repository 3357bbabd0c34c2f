"""The hidden suites with the student's modules imported into pytest's own process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.manifest import Task
from autograder.document.result import Check
from autograder.grading.assignments import load_assignment
from autograder.grading.suite_run import run_suites
from autograder.sandbox.grader.calls import Settings
from autograder.sandbox.grader.inprocess import InProcess


def grade_in_process(folder: Path, tasks: Sequence[str] | None, seed: int) -> list[Check]:
    """The checks of these tasks, by default of all, on the modules in `folder`."""
    assignment = load_assignment("segmentation")
    opened: list[InProcess] = []

    def connect(task: Task) -> InProcess:
        opened.append(InProcess(folder.resolve()))
        return opened[-1]

    def finish(task: Task) -> None:
        while opened:
            opened.pop().close()

    chosen = [task for task in assignment.tasks if not tasks or task.name in tasks]
    return run_suites(assignment, chosen, connect, settings=Settings(seed=seed), finish=finish)
