"""The manifest of an assignment: its tasks and their points, which anybody reads without torch.

What only grading needs is `Knowledge`, which the manifest loads when grading begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.document.result import Drawing, Section
from autograder.sandbox.grader.calls import Shape, any_shape
from autograder.sandbox.protocol.errors import Call, Verdict
from autograder.sandbox.protocol.stand_ins import (
    Figures,
    Joined,
    Layers,
    MapLike,
    Mixed,
    Pairs,
    Pooled,
    StandIn,
    Values,
)

if TYPE_CHECKING:  # these need torch or pytest
    from autograder.authoring.marks import Misconception
    from autograder.authoring.traits import Family, Trait
    from autograder.sandbox.grader.student import Student


@dataclass(frozen=True)
class WorkedExample:
    """An example that students have: who fails where `result` is expected reads `section` again.

    `result` holds the values in the order of their rows.
    """

    result: tuple[float, ...]
    section: Section


@dataclass(frozen=True)
class Function:
    """A function or class of the contract.

    `parameters` are its own; those of a module's call stand in `forward`. `dtype` is that of its
    results, where they do not keep that of their inputs; of several tensors `dtypes` gives that of
    each, None as `dtype` does. In a counterexample, integers of the
    arguments and results (`got`, `expected`) in `labels` are classes, and `drawing` is drawn.
    `section` explains the function. `depends_on` names the functions of the same file that it may
    be built on.
    """

    name: str
    parameters: tuple[str, ...] = ("x",)
    forward: tuple[str, ...] = ("x",)
    dtype: str | None = None
    dtypes: tuple[str | None, ...] = ()
    labels: tuple[str, ...] = ()
    drawing: Drawing | None = None
    section: Section | None = None
    example: WorkedExample | None = None
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class StandInSpec:
    """The replacement of a function where the student's own cannot be used.

    The stand-in takes the function's own parameters and returns what `gives` describes, which has
    the right form. `module` names the neighbour that holds the function; without, the function
    is one of the task's own file.
    """

    function: str
    gives: Values | MapLike | Joined | Pairs | Figures | Mixed | Pooled | Layers
    defaults: tuple[tuple[str, int | None], ...] = ()
    module: str = ""

    def stand_in(self, task: Task, *, whole_module: bool = False) -> StandIn:
        """The stand-in for the function, in the file of `task`."""
        return StandIn(
            task.name,
            self.function,
            task.function(self.function).parameters,
            self.gives,
            dict(self.defaults),
            whole_module=whole_module,
        )


@dataclass(frozen=True)
class Task:
    """One file of an assignment: `name` is the file without `.py`.

    Its checks lie in the folder of that name, in `modules` (`test_` is theirs), in their order.
    A lost check of a function is run again with `stand_ins` for the functions on which it depends
    and which lost points themselves. `neighbours` are functions of other files that the file may
    import: each is replaced unless `Knowledge.usable` accepts the student's own.
    Functions in `by_library` have an oracle that is the library's own operation on purpose, though
    students may not use it.
    """

    name: str
    points: float
    functions: tuple[Function, ...]
    modules: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    by_library: tuple[str, ...] = ()
    neighbours: tuple[StandInSpec, ...] = ()
    stand_ins: tuple[StandInSpec, ...] = ()

    @property
    def function_names(self) -> tuple[str, ...]:
        return tuple(function.name for function in self.functions)

    def function(self, name: str) -> Function:
        """The function of that name; with defaults for one that is not in the contract."""
        found = (function for function in self.functions if function.name == name)
        return next(found, Function(name))


@dataclass(frozen=True)
class Knowledge:
    """Knowledge of right and wrong answers, by the contract's functions.

    `right` holds right functions, which wrong answers are described against, by means of `traits`
    of the calls and `families` of related results. `right_shape` tells the shape that the result
    of a call should have; None where the call is not valid, or does not return a tensor. `usable`
    calls a student's function of `Task.neighbours`, and says whether it may stay.
    """

    misconceptions: tuple[Misconception, ...] = ()
    right: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    traits: Mapping[str, tuple[Trait, ...]] = field(default_factory=dict)
    families: Mapping[str, tuple[Family, ...]] = field(default_factory=dict)
    right_shape: Callable[[Call], Shape | None] = any_shape
    usable: Mapping[str, Callable[[Student], bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """Files that students are given beside those they write: no work, but for the notebook.

    Written questions are answered in the `notebook`; `folder` holds data.
    """

    files: frozenset[str] = frozenset()
    folder: str = ""
    notebook: str = ""


@dataclass(frozen=True)
class Assignment:
    """The assignment that is graded: `version` changes whenever a suite's points or meaning change.

    Who lost a check by one of the verdicts in `sections` reads that section again.
    """

    name: str
    version: str
    tasks: tuple[Task, ...]
    knowledge: Callable[[], Knowledge] = Knowledge
    sections: Mapping[Verdict, Section] = field(default_factory=dict)
    given: Given = Given()
