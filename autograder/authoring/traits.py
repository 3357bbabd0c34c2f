"""An assignment's knowledge of its calls: traits of the arguments, results of related mistakes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.document.text import Text


@dataclass(frozen=True)
class Trait:
    """`holds` tells whether a call has it; None where the question makes no sense.

    `yes` and `no` complete "a call with ..." for calls that have it and calls that have not.
    """

    yes: Text
    no: Text
    holds: Callable[[Trial], bool | None]


@dataclass(frozen=True)
class Relative:
    """A result that a call would have with one thing done otherwise, such as the kernel turned.

    `key` is the same for the same thing in every call; `value` computes the result.
    """

    key: Hashable
    text: Text
    value: Callable[[], Tensor]


Family = Callable[[Trial], Iterator[Relative]]
