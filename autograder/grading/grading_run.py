"""The inputs of a run of the suites, made once by its caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from autograder.authoring.manifest import Assignment, Task
from autograder.document.faults import Fault
from autograder.document.result import Check
from autograder.grading.drawn import Drawn
from autograder.sandbox.grader.calls import Settings
from autograder.sandbox.protocol.messages import Device

if TYPE_CHECKING:
    from autograder.sandbox.grader.exchange import Channel


@dataclass(frozen=True)
class Progress:
    """Progress callbacks.

    `on_plan` gets the number of checks, `on_check` each check that has ended, `on_fault` the fault
    of each check that failed by itself and is undecided.
    """

    on_plan: Callable[[int], None] = field(default=lambda checks: None)
    on_check: Callable[[Check], None] = field(default=lambda check: None)
    on_fault: Callable[[Fault], None] = field(default=lambda fault: None)


@dataclass(frozen=True)
class GradingRun:
    """The tasks of an assignment to grade, with which inputs and where, and who listens.

    `drawn` is what checks drew in an earlier run with the same seed.
    """

    assignment: Assignment
    tasks: tuple[Task, ...]
    settings: Settings
    progress: Progress = field(default_factory=Progress)
    drawn: Drawn = field(default_factory=Drawn)

    @classmethod
    def of(
        cls,
        assignment: Assignment,
        *,
        seed: int,
        device: Device = "cpu",
        tasks: Sequence[Task] | None = None,
        progress: Progress | None = None,
        drawn: Drawn | None = None,
    ) -> GradingRun:
        """A run of these tasks, by default of all, on the CPU, with nobody listening."""
        chosen = assignment.tasks if tasks is None else tuple(tasks)
        settings = Settings(device=device, seed=seed)
        return cls(assignment, chosen, settings, progress or Progress(), drawn or Drawn())


class Workers(Protocol):
    """Opens the way to workers, and ends them."""

    def connect(self, task: Task) -> Channel:
        """The way to a fresh worker for a task."""
        ...

    def finish(self, task: Task) -> None:
        """The checks of a task are over: end its workers."""
        ...
