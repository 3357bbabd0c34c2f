"""The solution's files, by task."""

from __future__ import annotations

from autograder.grading.assignments import load_assignment
from corpus.paths import ASSIGNMENT, solutions_of


def tasks_of(assignment: str) -> tuple[str, ...]:
    """The names of an assignment's tasks, in its order."""
    return tuple(task.name for task in load_assignment(assignment).tasks)


TASKS = tasks_of(ASSIGNMENT)


def solution_files(assignment: str = ASSIGNMENT) -> dict[str, str]:
    """The solution's modules, by file name."""
    folder = solutions_of(assignment)
    return {
        f"{task}.py": (folder / f"{task}.py").read_text(encoding="utf-8")
        for task in tasks_of(assignment)
    }
