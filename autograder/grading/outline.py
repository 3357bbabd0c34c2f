"""The checks that a result of an assignment must hold, read without torch.

A result that came from elsewhere is compared with this before it is published. The checks are
read out of the suites' source, which is not imported: a test compares them with what pytest
collects.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec

from autograder.authoring.manifest import Task
from autograder.document.faults import SuiteError
from autograder.grading.assignments import SUITES, load_assignment


class CheckOutline(msgspec.Struct, frozen=True):
    """The fields that a result must hold for one check."""

    id: str
    function: str
    points: float


class TaskOutline(msgspec.Struct, frozen=True):
    name: str
    points: float
    checks: tuple[CheckOutline, ...] = ()


class Outline(msgspec.Struct, frozen=True):
    name: str
    version: str
    tasks: tuple[TaskOutline, ...]


def read_outline(name: str) -> Outline:
    """The outline of the assignment of that name. Raises NoAssignment, SuiteError."""
    assignment = load_assignment(name)
    tasks = (
        TaskOutline(task.name, task.points, tuple(_checks(SUITES / name / task.name, task)))
        for task in assignment.tasks
    )
    return Outline(name, assignment.version, tuple(tasks))


def _checks(folder: Path, task: Task) -> Iterator[CheckOutline]:
    """The checks of a task in their order, by the marks above its tests."""
    for module in task.modules:
        path = folder / f"test_{module}.py"
        for test in ast.parse(path.read_bytes()).body:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                function, points = _mark(path, test)
                yield CheckOutline(f"{task.name}.{test.name[5:]}", function, points)


def _mark(path: Path, test: ast.FunctionDef) -> tuple[str, float]:
    """(function, points) as `@check` says them, in plain words and numbers. Raises SuiteError."""
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "check":
            given = {keyword.arg: keyword.value for keyword in mark.keywords}
            return ast.literal_eval(mark.args[0]), ast.literal_eval(given["points"])
    raise SuiteError(f"{path.name}: {test.name} is not marked as a check")
