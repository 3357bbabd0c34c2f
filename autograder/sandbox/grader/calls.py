"""Settings of the calls of a student's functions, and the findings of one on the fake GPU."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.sandbox.protocol.errors import Call
from autograder.sandbox.protocol.messages import Device


@dataclass(frozen=True)
class FakeCall:
    """A call with tensors on a GPU that does not exist.

    `mismatch` is PyTorch's own sentence when two devices met in one operation, `backward` where
    that was on the way back; `device` is where the result lies, of a module the first of those
    that its parameters lie on. Without either the call ended otherwise, which says nothing; `late`
    where that was by the limit for one call, and what it was made with is gone with its worker.
    """

    mismatch: str | None = None
    device: str | None = None
    backward: bool = False
    late: bool = False


@dataclass(frozen=True)
class Settings:
    """The device of calls, and the seed of a run's inputs."""

    device: Device = "cpu"
    seed: int = 0


Shape = tuple[int, ...]


def any_shape(call: Call) -> Shape | None:
    return None
