"""What declared checks share: the arguments of a call, and a test made out of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.marks import Aspect, check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student

# The arguments of one call by their names; those left out keep their defaults.
Arguments = Mapping[str, object]
Test = Callable[..., None]


def made_test(
    body: Callable[[Student, Any], None],
    function: str,
    *,
    points: float,
    title: Text,
    hint: Text,
    about: Aspect,
    cases: st.SearchStrategy[Any],
    examples: Sequence[Any] = (),
    max_examples: int,
) -> Test:
    """A check that calls `body` with a student and each case; fixed examples come first."""

    def test(student: Student, case: Any) -> None:
        body(student, case)

    for each in reversed(examples):
        test = example(case=each)(test)
    drawn = settings(max_examples=max_examples)(given(case=cases)(test))
    return check(function, points=points, title=title, hint=hint, about=about)(drawn)


def in_order(
    case: Arguments, function: Callable[..., object]
) -> tuple[list[object], dict[str, object]]:
    """The arguments by position as far as none is left out, the others by name."""
    leading = leading_of(case, function)
    rest = {name: value for name, value in case.items() if name not in leading}
    return [case[name] for name in leading], rest


def leading_of(case: Arguments, function: Callable[..., object]) -> tuple[str, ...]:
    """The names of the arguments that go by position."""
    parameters = inspect.signature(function).parameters.values()
    positional = (each.name for each in parameters if each.kind <= each.POSITIONAL_OR_KEYWORD)
    return tuple(takewhile(case.__contains__, positional))


def places_of(
    names: Sequence[str], case: Arguments, function: Callable[..., object]
) -> tuple[int | str, ...]:
    """Where these arguments go in the call that `in_order` makes: a position, or the name."""
    leading = leading_of(case, function)
    return tuple(leading.index(name) if name in leading else name for name in names)


def parameters_of(function: Callable[..., object]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def contiguous(case: Arguments) -> dict[str, object]:
    """The case with every tensor laid out plainly: layouts have a check of their own."""
    return {**case, **{name: x.contiguous() for name, x in tensors_of(case).items()}}


def tensors_of(case: Arguments) -> dict[str, Tensor]:
    return {name: value for name, value in case.items() if isinstance(value, Tensor)}


def floating_of(case: Arguments) -> dict[str, Tensor]:
    return {name: x for name, x in tensors_of(case).items() if x.is_floating_point()}


def cast(case: Arguments, dtype: torch.dtype) -> dict[str, object]:
    """The case with its floating tensors in another dtype."""
    return {**case, **{name: x.to(dtype) for name, x in floating_of(case).items()}}


def normal_like(x: Tensor, seed: int) -> Tensor:
    """Standard normal deviates of the shape and dtype of `x`."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(x.shape, generator=generator, dtype=x.dtype)


def full_range(x: Tensor, dtype: torch.dtype) -> Tensor:
    """A tensor of this shape whose values only this dtype holds exactly.

    Integers run inwards from both ends of their range, where a detour by way of floating numbers
    rounds; floating values have all their digits.
    """
    if dtype.is_floating_point:
        return normal_like(torch.empty(x.shape, dtype=torch.float64), x.numel()).to(dtype)
    info, count = torch.iinfo(dtype), torch.arange(x.numel())
    ends = torch.where(count % 2 == 0, info.max - count, info.min + count)
    return ends.to(dtype).reshape(x.shape)
