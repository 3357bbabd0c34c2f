"""Whether the suite's own right answers come by roads that the students are forbidden.

The oracles of declared checks, and the right functions of `Knowledge`, are called with the
examples of these checks and with further cases that they draw, under the guard that watches the
students' code. What an oracle does with other inputs, and the oracles of checks that are not
declared, are not seen. A search of the text would take a name for the deed, and miss an alias.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from torch import Tensor

from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.declared_module import DeclaredModule
from autograder.authoring.manifest import Task
from autograder.grading.hypothesis_setup import drawn_from_seeds, settle
from autograder.lint.suite import Suite
from autograder.sandbox.worker.forbidden import Guard

Declared = DeclaredFunction | DeclaredModule
DRAWN = 20  # cases beside the examples


def right_answers_by_forbidden_roads(suite: Suite) -> Iterator[str]:
    """Oracles and right functions that reach an operation which their task forbids.

    Those of functions in `Task.by_library` may.
    """
    for task in suite.assignment.tasks:
        # Drawn before anything is overridden: a case may be made by any road.
        asked = [
            (each, _cases(each))
            for each in _declared(suite, task)
            if task.forbidden and each.name not in task.by_library
        ]
        guard = Guard(task.forbidden)
        try:
            for declared, cases in asked:
                for what, answer in _roads(suite, declared):
                    reached = _reached(guard, answer, cases)
                    if reached is not None:
                        road = f"{what} of {declared.name} reaches {reached}"
                        yield f"{task.name}: {road}, which is forbidden there"
        finally:
            guard.remove()


def roads_not_tried(suite: Suite) -> Iterator[str]:
    """Functions that have no declared check, where something is forbidden."""
    for task in suite.assignment.tasks:
        tried = {declared.name for declared in _declared(suite, task)}
        for name in task.function_names:
            if task.forbidden and name not in tried:
                yield f"{task.name}: {name} is not declared: its oracle was not run"


def _declared(suite: Suite, task: Task) -> list[Declared]:
    """The declarations of a task's checks."""
    found = (value for module in suite.modules(task) for value in vars(module).values())
    return [each for each in found if isinstance(each, Declared)]


def _cases(declared: Declared) -> list[Any]:
    """The examples, and some that are drawn."""
    drawn: list[Any] = []

    @settings(max_examples=DRAWN)
    @given(case=declared.cases)
    def draw(case: Any) -> None:
        drawn.append(case)

    with drawn_from_seeds():
        settle(draw, 0)
        draw()
    return [*declared.examples, *drawn]


def _roads(suite: Suite, declared: Declared) -> Iterator[tuple[str, Callable[[Any], object]]]:
    """What answers rightly, and how it is called with a case."""
    right: Any = suite.knowledge.right.get(declared.name)
    if isinstance(declared, DeclaredModule):
        yield "the oracle", lambda case: declared.expected(declared.parameters(case), case)
        if right is not None:
            yield (
                "the right answer",
                lambda case: right(**case.made_with)(**_in_float32(case.inputs)),
            )
    else:
        yield "the oracle", lambda case: declared.right(**case)
        if right is not None:
            yield "the right answer", lambda case: right(**case)


def _reached(guard: Guard, answer: Callable[[Any], object], cases: list[Any]) -> str | None:
    """The first forbidden operation that answering these cases reaches."""
    for case in cases:
        with guard.watch(), suppress(Exception):  # what else goes wrong, grading tells
            answer(case)
        if guard.reached is not None:
            return guard.reached
    return None


def _in_float32(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The inputs in the dtype that a module has when it is made."""
    return {name: x.float() if x.is_floating_point() else x for name, x in inputs.items()}
