"""Whether work came in time, and what lateness costs: one rule for every way work comes in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from autograder.course.roster import Student

DAY = timedelta(days=1)


class LateRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price of handing in late: points for each day begun, for so many days at most.

    By default nothing counts that came after the deadline. `days` None is no end.
    """

    days: Annotated[int, msgspec.Meta(ge=0)] | None = 0
    points_a_day: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    grace_minutes: Annotated[float, msgspec.Meta(ge=0)] = 0.0

    def off(self, late: timedelta) -> float:
        """The points that are taken off; what is no later than the grace costs nothing."""
        if late <= timedelta(minutes=self.grace_minutes):
            return 0.0
        return self.points_a_day * math.ceil(late / DAY)

    def closes(self, deadline: datetime) -> datetime | None:
        """Until when work may count; None is no end."""
        if self.days is None:
            return None
        return deadline + max(timedelta(days=self.days), timedelta(minutes=self.grace_minutes))


@dataclass(frozen=True)
class Lateness:
    """One student's work held against the deadline.

    `deadline` is None where the course has none, `own` says that it is this student's alone.
    `received` is None where no time is known: then nothing is taken off. Where work does not
    `count` any more, its points are 0. What an `excused` student hands in costs and earns nothing.
    """

    deadline: datetime | None
    own: bool = False
    received: datetime | None = None
    off: float = 0.0
    counts: bool = True
    excused: bool = False

    @property
    def late(self) -> timedelta:
        """The time after the deadline; 0 where it was in time or no time is known."""
        if self.deadline is None or self.received is None:
            return timedelta(0)
        return max(timedelta(0), self.received - self.deadline)

    def total(self, earned: float) -> float:
        """The earned points less the penalty."""
        return max(0.0, earned - self.off) if self.counts else 0.0


def lateness(
    received: datetime | None,
    deadline: datetime | None,
    rule: LateRule,
    student: Student | None = None,
) -> Lateness:
    """Decide for one student, who may have a deadline of his own or be excused.

    Moments are aware. Nobody loses points for a time that is not known.
    """
    own = student is not None and student.deadline is not None
    if student is not None and student.deadline is not None:
        deadline = student.deadline
    excused = student is not None and student.excused
    if received is None or deadline is None or excused:
        return Lateness(deadline, own, received, excused=excused)
    closes = rule.closes(deadline)
    if closes is not None and received > closes:
        return Lateness(deadline, own, received, counts=False)
    return Lateness(deadline, own, received, rule.off(received - deadline))
