"""What a suite says about its assignment and about each of its checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pytest

from autograder.grading.text import Text
from autograder.sandbox.messages import Substitute
from autograder.sandbox.student import Student

Test = TypeVar("Test", bound=Callable[..., None])


@dataclass(frozen=True)
class StandIn:
    """A neighbour's function that is replaced when the student's own cannot be used.

    `is_right` calls the student's function and says whether it may stay.
    """

    module: str
    function: str
    parameters: tuple[str, ...]
    shape: tuple[str, ...]
    is_right: Callable[[Student], bool]

    def substitute(self, *, whole_module: bool) -> Substitute:
        return Substitute(self.module, self.function, self.parameters, self.shape, whole_module)


@dataclass(frozen=True)
class Task:
    """One file of an assignment: `name` is the file without `.py`."""

    name: str
    points: float
    functions: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """What is graded: `version` changes whenever a suite's points or meaning change."""

    name: str
    version: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Mark:
    """What a check is about: the contract's function or class, its points, its words.

    `title` is what was asked, as a statement that holds for a right solution; `hint` points
    to the idea and does not give the code.
    """

    function: str
    points: float
    title: Text
    hint: Text


def check(function: str, *, points: float, title: Text, hint: Text) -> Callable[[Test], Test]:
    """Mark a test of a suite as a check worth points."""
    mark = pytest.mark.check(Mark(function, points, title, hint))

    def decorate(test: Test) -> Test:
        marked: Test = mark(test)
        return marked

    return decorate
