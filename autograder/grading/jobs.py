"""What a command and its graders send each other. Both are trusted, so it is pickled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Tell = Callable[[object], None]


@dataclass(frozen=True)
class Job:
    """Call `function` with `arguments`, before which comes, where it `tells`, a way to do so."""

    function: Callable[..., object]
    arguments: tuple[object, ...]
    tells: bool


@dataclass(frozen=True)
class Event:
    """What a job tells while it runs."""

    what: object


@dataclass(frozen=True)
class Done:
    """What a job returned."""

    value: object


@dataclass(frozen=True)
class Raised:
    """What a job raised; its traceback would be lost with it."""

    error: BaseException
    traceback: str
