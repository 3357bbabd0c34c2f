"""Collect a download, as `autograder course collect` asks."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.course.collecting.collect import (
    CollectedRow,
    CollectOptions,
    CollectOutcome,
    collect,
)
from autograder.course.collecting.handed_in import CannotCollect, counted
from autograder.course.collecting.systems import System
from autograder.course.moments import read_zone, show
from autograder.course.roster import Roster, read_roster
from autograder.course.rules import read_rules
from autograder.errors import ExitCode
from autograder.sandbox.grader.printable import printable

# All students of a large class, who may not have handed in.
LINE_CAP = 20_000


def collect_class(
    download: Path,
    to: Path,
    *,
    system: System,
    roster: Path | None,
    config: Path | None,
    zone: str | None,
    times: Path | None,
    nbgrader: bool,
    assignment: str,
) -> ExitCode:
    """Collect, and print who was and everything that was not. Raises AutograderError."""
    clocks, students = _course(roster, config, zone)
    known = tuple(path for path in (roster, config, times) if path is not None)
    wanted = CollectOptions(system, assignment, clocks, nbgrader, times, known)
    outcome = collect(download, to, students, wanted)
    _print(outcome, to, clocks)
    return ExitCode.INCOMPLETE if outcome.look else ExitCode.DONE


def _course(roster: Path | None, config: Path | None, zone: str | None) -> tuple[ZoneInfo, Roster]:
    """The course's clocks and students. Raises AutograderError."""
    if config is None:
        clocks = read_zone(zone or "UTC")
        return clocks, Roster() if roster is None else read_roster(roster, clocks)
    if zone is not None:
        raise CannotCollect(f"--zone: {config} has the zone")
    rules, students = read_rules(config)
    return rules.zone_info, (students if roster is None else read_roster(roster, rules.zone_info))


def _print(outcome: CollectOutcome, to: Path, zone: ZoneInfo) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(_table(outcome.rows, zone))
    for note in outcome.notes:
        print(printable(note.text, LINE_CAP))
    before = len(outcome.rows) - len(outcome.new) - len(outcome.changed)
    counts = [f"{len(outcome.new)} new"] if outcome.new else []
    if outcome.changed:
        counts.append(f"{len(outcome.changed)} changed ({', '.join(outcome.changed)})")
    if before:
        counts.append(f"{before} as before")
    collected = f"{counted(len(outcome.rows), 'student')} collected into {to}"
    print(printable(f"{collected}: {', '.join(counts)}" if counts else collected, LINE_CAP))


def _table(rows: list[CollectedRow], zone: ZoneInfo) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("student", "name", "received", "late"):
        table.add_column(column, overflow="fold")
    table.add_column("files", justify="right")
    table.add_column("from", overflow="fold")
    for row in rows:
        received = "" if row.received is None else show(row.received, zone)
        cells = (row.folder, row.name, received, "late" if row.late else "", str(row.files))
        table.add_row(*(escape(printable(cell)) for cell in (*cells, row.source)))
    return table
