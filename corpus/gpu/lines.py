"""The lines of `python -m quality.gpu`: what was tried, and whether it held."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, field

import msgspec


class Decision(enum.StrEnum):
    HELD = "held"
    MISSED = "missed"
    OPEN = "not decided"


class Tried(msgspec.Struct, frozen=True):
    """One thing that was tried, and the figures."""

    what: str
    state: Decision
    figures: str = ""
    seconds: float = 0.0

    @classmethod
    def of(cls, what: str, held: bool, figures: str) -> Tried:
        """A line that is decided."""
        return cls(what, Decision.HELD if held else Decision.MISSED, figures)


class Machine(msgspec.Struct, frozen=True):
    """The machine that was measured; "" where it has no such thing."""

    card: str
    driver: str
    torch: str
    cuda: str
    python: str
    kernel: str
    landlock: str
    user: str


class Report(msgspec.Struct, frozen=True):
    """Everything that one run found."""

    when: str
    gpu: bool
    pretended: bool
    machine: Machine
    lines: tuple[Tried, ...]
    seconds: float


@dataclass(frozen=True)
class Setting:
    """What is asked of the command, and how long it may take."""

    pretend: bool = False
    without: tuple[str, ...] = ()
    seconds: float = 460.0
    started: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds that are left. Raises TimeoutError where there are none."""
        left = self.started + self.seconds - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
