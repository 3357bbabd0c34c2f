"""What a suite says about its assignment and about each of its checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Literal, TypeVar

import pytest

from autograder.authoring.traits import Family, Trait
from autograder.document.text import Text
from autograder.sandbox.grader.calls import Shape, any_shape
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call
from autograder.sandbox.protocol.messages import (
    Figures,
    Joined,
    Layers,
    MapLike,
    Substitute,
    Values,
)

Test = TypeVar("Test", bound=Callable[..., None])
Wrong = TypeVar("Wrong", bound=Callable[..., object])
# What a check looks at, which decides what its points hang on (`Mark`).
Aspect = Literal["values", "form", "errors", "layers"]


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
        return Substitute(
            self.module,
            self.function,
            self.parameters,
            Values(self.shape),
            whole_module=whole_module,
        )


@dataclass(frozen=True)
class Base:
    """A function or class of a file on which others of that file stand.

    Where it lost points itself, a check of a function in `carries` that was lost is asked again
    with a stand-in in its place, which takes `parameters` and `gives` something of the right form.
    """

    function: str
    parameters: tuple[str, ...]
    gives: MapLike | Joined | Figures | Layers
    carries: tuple[str, ...]
    defaults: tuple[tuple[str, int], ...] = ()

    def substitute(self, module: str) -> Substitute:
        return Substitute(module, self.function, self.parameters, self.gives, dict(self.defaults))


@dataclass(frozen=True)
class Task:
    """One file of an assignment: `name` is the file without `.py`.

    Its checks lie in the folder of that name, in `modules` (`test_` is theirs), in their order.
    """

    name: str
    points: float
    functions: tuple[str, ...]
    modules: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    bases: tuple[Base, ...] = ()


@dataclass(frozen=True)
class Misconception:
    """A small wrong implementation of `function` that stands for a way of misunderstanding it.

    `implementation` is right but for the one mistake that `explanation` tells the student of.
    A submission that holds it must lose the checks in `loses`, and no check of any other
    function.
    """

    name: str
    function: str
    explanation: Text
    loses: tuple[str, ...]
    implementation: Callable[..., object]


@dataclass(frozen=True)
class Assignment:
    """What is graded: `version` changes whenever a suite's points or meaning change.

    `right_shape` tells the shape that the result of a call should have; None where the call is
    not valid, or does not return a tensor. `right` holds right functions, which wrong answers are
    described against, by means of `traits` of the calls and `families` of related results.
    """

    name: str
    version: str
    tasks: tuple[Task, ...]
    misconceptions: tuple[Misconception, ...] = ()
    right: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    traits: Mapping[str, tuple[Trait, ...]] = field(default_factory=dict)
    families: Mapping[str, tuple[Family, ...]] = field(default_factory=dict)
    right_shape: Callable[[Call], Shape | None] = any_shape


@dataclass(frozen=True)
class Mark:
    """What a check is about: the contract's function or class, its points, its words.

    `title` is what was asked, as a statement that holds for a right solution; `hint` points
    to the idea and does not give the code. `about` says what the check looks at: values beside
    the true ones; the form of results (dtype, device, layout, gradients, how results fit each
    other), which counts only beside a right value; errors that are raised; or the layers of a
    network.
    """

    function: str
    points: float
    title: Text
    hint: Text
    about: Aspect = "values"


def check(
    function: str, *, points: float, title: Text, hint: Text, about: Aspect = "values"
) -> Callable[[Test], Test]:
    """Mark a test of a suite as a check worth points."""
    mark = pytest.mark.check(Mark(function, points, title, hint, about))

    def decorate(test: Test) -> Test:
        marked: Test = mark(test)
        return marked

    return decorate


def misconception(
    function: str, *, explanation: Text, loses: tuple[str, ...]
) -> Callable[[Wrong], Wrong]:
    """Mark a wrong implementation; its own name, in words, becomes the misconception's name."""

    def decorate(implementation: Wrong) -> Wrong:
        name = implementation.__name__.replace("_", " ")
        implementation.misconception = Misconception(  # type: ignore[attr-defined]
            name, function, explanation, loses, implementation
        )
        return implementation

    return decorate


def misconceptions_in(*modules: ModuleType) -> tuple[Misconception, ...]:
    """Every marked implementation of these modules, in the order of the text."""
    return tuple(
        vars(value)["misconception"]
        for module in modules
        for value in vars(module).values()
        # A subclass of a marked class is not marked by that.
        if "misconception" in getattr(value, "__dict__", {})
    )
