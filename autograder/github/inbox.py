"""The listener's queue: of a student's many pushes the newest, and not too often.

Nothing here asks GitHub or looks at a clock of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from autograder.github.grading_target import GradingTarget

# So long after one of a student's commits was sent, the next one waits.
PAUSE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Event(msgspec.Struct, frozen=True):
    """One line of the journal: the event, the student and the time."""

    at: datetime
    kind: Literal["push", "regrade", "too many regrades"]
    student: str
    commit: str


@dataclass(frozen=True)
class Due:
    """A commit to send, not before `at`. A push stands for the newest commit of its branch."""

    target: GradingTarget
    at: datetime
    is_push: bool


class Inbox:
    """Takes events from the server's threads, and hands out orders to the one that sends them.

    `write` keeps an event. `before` are the events of an earlier run, so that a restart makes no
    new regrades.
    """

    def __init__(
        self,
        regrades_a_day: int,
        write: Callable[[Event], None] = lambda event: None,
        before: Iterable[Event] = (),
    ) -> None:
        self._regrades_a_day = regrades_a_day
        self._write = write
        self._regraded: dict[str, deque[datetime]] = {}
        self._sent: dict[str, datetime] = {}
        self._waiting: dict[str, Due] = {}
        self._changed = threading.Condition()
        for event in before:
            if event.kind == "regrade":
                self._regraded.setdefault(event.student, deque()).append(event.at)

    def push(self, target: GradingTarget, now: datetime) -> None:
        """A push takes the place of one that still waits."""
        with self._changed:
            self._write(Event(now, "push", target.student.id, target.commit))
            self._add(target, now, is_push=True)

    def regrade(self, target: GradingTarget, now: datetime) -> bool:
        """False when the student had as many on this day (the last 24 hours) as are allowed.

        It takes the place of no push that waits.
        """
        with self._changed:
            past = self._regraded.setdefault(target.student.id, deque())
            while past and now - past[0] >= DAY:
                past.popleft()
            allowed = len(past) < self._regrades_a_day
            kind: Literal["regrade", "too many regrades"] = "regrade"
            if allowed:
                past.append(now)
                if not self._pushed(target.student.id):
                    self._add(target, now, is_push=False)
            else:
                kind = "too many regrades"
            self._write(Event(now, kind, target.student.id, target.commit))
            return allowed

    def due(self, now: datetime) -> list[Due]:
        """Take out the commits to send now."""
        with self._changed:
            ready = [name for name, waiting in self._waiting.items() if waiting.at <= now]
            for name in ready:
                self._sent[name] = now
            return [self._waiting.pop(name) for name in ready]

    def wait(self, now: datetime, at_most: float) -> None:
        """Return when something may be due, or after `at_most` seconds."""
        with self._changed:
            nearest = min((waiting.at for waiting in self._waiting.values()), default=None)
            seconds = at_most if nearest is None else (nearest - now).total_seconds()
            if seconds > 0:
                self._changed.wait(min(seconds, at_most))

    def _pushed(self, student: str) -> bool:
        waiting = self._waiting.get(student)
        return waiting is not None and waiting.is_push

    def _add(self, target: GradingTarget, now: datetime, *, is_push: bool) -> None:
        sent = self._sent.get(target.student.id)
        at = now if sent is None else max(now, sent + PAUSE)
        self._waiting[target.student.id] = Due(target, at, is_push)
        self._changed.notify()
