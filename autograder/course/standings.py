"""Each student's standing beside the result: by the rules, the roster, the times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from autograder.course.collected import Collected
from autograder.course.lateness import Lateness, lateness
from autograder.course.moments import show
from autograder.course.roster import Roster, folded
from autograder.course.rules import Rules
from autograder.errors import AutograderError
from autograder.reports.standing import Standing


class NoStandings(AutograderError):
    """The standings cannot be read; the message is one line that says why."""


class Standings:
    """Read a folder's standings; by default of a course without deadline, roster and times."""

    def __init__(
        self,
        rules: Rules | None = None,
        roster: Roster | None = None,
        times: Mapping[str, Collected] | None = None,
    ) -> None:
        self.rules = rules or Rules()
        self.roster = roster or Roster()
        self._times = times or {}

    def of(self, student: str, received: datetime | None = None) -> Standing:
        """One student's; `received` is when a push was, as the ledger says."""
        on_roster = self.roster.get(student)
        collected = self._times.get(folded(student))
        if received is None and collected is not None:
            received = collected.received
        found = lateness(received, self.rules.deadline, self.rules.late, on_roster)
        name = "" if on_roster is None else on_roster.name
        late = collected is not None and collected.late and received is None
        return replace(standing(found, self.rules.zone_info, name=name), called_late=late)


def standing(found: Lateness, zone: ZoneInfo, name: str = "") -> Standing:
    """Lateness as pages and tables tell it, on the clocks of `zone`."""
    return Standing(
        name=name,
        received=show(found.received, zone) if found.received else "",
        deadline=show(found.deadline, zone) if found.deadline else "",
        own=found.own,
        late=bool(found.late),
        off=found.off,
        counts=found.counts,
        excused=found.excused,
    )
