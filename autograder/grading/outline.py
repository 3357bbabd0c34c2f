"""The checks that a result of an assignment must hold, read without torch.

A result that came from elsewhere is compared with this before it is published. The checks are
read out of the suites' source, which is not imported: a test compares them with what pytest
collects.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
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
        statements = ast.parse(path.read_bytes()).body
        declared = dict(_declared(statements))
        for name, mark in _tests(path, statements):
            function, points = _mark(path, name, mark, declared)
            yield CheckOutline(f"{task.name}.{name.removeprefix('test_')}", function, points)


def _declared(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The variables of a module that hold a declared function or class, and its name."""
    for statement in statements:
        match statement:
            case ast.Assign(
                [ast.Name(variable)],
                ast.Call(
                    ast.Name("DeclaredFunction" | "DeclaredModule"), [ast.Constant(str(name)), *_]
                ),
            ):
                yield variable, name


def _tests(path: Path, statements: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.Call]]:
    """The name of each test and what marks it as a check. Raises SuiteError."""
    for statement in statements:
        match statement:
            case ast.FunctionDef(name) if name.startswith("test_"):
                marks = [
                    mark
                    for mark in statement.decorator_list
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "check"
                ]
                if not marks:
                    raise SuiteError(f"{path.name}: {name} is not marked as a check")
                yield name, marks[0]
            case ast.Assign([ast.Name(name)], ast.Call() as mark) if name.startswith("test_"):
                yield name, mark


def _mark(path: Path, test: str, mark: ast.Call, declared: Mapping[str, str]) -> tuple[str, float]:
    """(function, points) in plain words and numbers. Raises SuiteError."""
    given = {keyword.arg: keyword.value for keyword in mark.keywords}
    match mark.func:
        case ast.Attribute(ast.Name(variable)):
            if variable not in declared:
                raise SuiteError(f"{path.name}: {test}: {variable} is not declared in this module")
            function = declared[variable]
        case _:
            function = ast.literal_eval(mark.args[0])
    return function, ast.literal_eval(given["points"])
