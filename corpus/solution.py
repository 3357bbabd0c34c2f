"""The solution's files, by task."""

from __future__ import annotations

from autograder.grading.assignments import load_assignment
from corpus.paths import ASSIGNMENT, SOLUTIONS

TASKS = tuple(task.name for task in load_assignment(ASSIGNMENT).tasks)


def solution_files() -> dict[str, str]:
    """The solution's modules, by file name."""
    return {f"{task}.py": (SOLUTIONS / f"{task}.py").read_text() for task in TASKS}
