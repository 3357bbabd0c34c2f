"""The manifest of an assignment: its tasks and their points, which anybody reads without torch.

What only grading needs is `Knowledge`, which the manifest loads when grading begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.sandbox.grader.calls import Shape, any_shape
from autograder.sandbox.protocol.errors import Call
from autograder.sandbox.protocol.messages import (
    Figures,
    Joined,
    Layers,
    MapLike,
    Substitute,
    Values,
)

if TYPE_CHECKING:  # these need torch or pytest
    from autograder.authoring.marks import Misconception
    from autograder.authoring.traits import Family, Trait
    from autograder.sandbox.grader.student import Student


@dataclass(frozen=True)
class StandIn:
    """A neighbour's function that is replaced when the student's own cannot be used.

    `Knowledge.usable` says whether it can.
    """

    module: str
    function: str
    parameters: tuple[str, ...]
    shape: tuple[str, ...]

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
class Knowledge:
    """What is known of right and wrong answers, by the contract's functions.

    `right` holds right functions, which wrong answers are described against, by means of `traits`
    of the calls and `families` of related results. `right_shape` tells the shape that the result
    of a call should have; None where the call is not valid, or does not return a tensor. `usable`
    calls a student's function that stands in `Task.stand_ins`, and says whether it may stay.
    """

    misconceptions: tuple[Misconception, ...] = ()
    right: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    traits: Mapping[str, tuple[Trait, ...]] = field(default_factory=dict)
    families: Mapping[str, tuple[Family, ...]] = field(default_factory=dict)
    right_shape: Callable[[Call], Shape | None] = any_shape
    usable: Mapping[str, Callable[[Student], bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Assignment:
    """What is graded: `version` changes whenever a suite's points or meaning change."""

    name: str
    version: str
    tasks: tuple[Task, ...]
    knowledge: Callable[[], Knowledge] = Knowledge
