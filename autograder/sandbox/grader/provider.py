"""The interface that grading needs of a sandbox or of its replacement."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.protocol.layers import Layer
from autograder.sandbox.protocol.limits import Limits


class ClosableChannel(Channel, Protocol):
    """A channel that its holder ends."""

    def close(self) -> None:
        """End the worker and let go of what loading has changed; once more does nothing."""
        ...


class SandboxProvider(Protocol):
    """Runs the files of submissions, each behind a channel of its own.

    `layers` are those in force around the last worker, `torch` is the version that it computes
    with: both are known once something was loaded.
    """

    limits: Limits
    torch: str

    @property
    def confined(self) -> bool:
        """Whether a submission is kept from the machine."""
        ...

    @property
    def layers(self) -> tuple[Layer, ...]: ...

    def connect(self, folder: Path, budget: Budget | None = None) -> ClosableChannel:
        """The way to a file in `folder`, which takes its time from `budget`.

        Nothing is started yet. The channel's `exchange` raises SandboxUnavailable where this
        machine cannot isolate a submission.
        """
        ...
