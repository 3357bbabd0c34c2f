"""Decorators of a suite: a test as a check, a wrong implementation as a misconception."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal, TypeVar

import pytest

from autograder.document.text import Text

Test = TypeVar("Test", bound=Callable[..., None])
Wrong = TypeVar("Wrong", bound=Callable[..., object])
# What a check looks at, which decides what its points hang on (`CheckSpec`).
Aspect = Literal["values", "form", "errors", "layers"]


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
class CheckSpec:
    """A check as its suite declares it: the contract's function or class, points, words.

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
    mark = pytest.mark.check(CheckSpec(function, points, title, hint, about))

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
