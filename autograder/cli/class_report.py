"""Write the reports that `autograder course report` asks for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.cli.options import UsageError, cannot_write, check_handout
from autograder.course.class_reports import (
    INDEX,
    STUDENTS,
    ReportOptions,
    WrittenReports,
    write_reports,
)
from autograder.course.collected import read_collected
from autograder.course.entries import Entry
from autograder.course.ledger import Ledger, LedgerError
from autograder.course.roster import Roster, missing, read_roster
from autograder.course.rules import Rules, read_rules
from autograder.course.standings import Standings
from autograder.course.submissions import find, ledger_of
from autograder.reports.class_summary import Status
from autograder.reports.standing import Standing
from autograder.sandbox.grader.printable import printable

NAMED = 5


@dataclass(frozen=True)
class Sources:
    """The files beside the ledger that decide grades, each if there is one."""

    config: Path | None = None
    roster: Path | None = None
    gradebook: Path | None = None


def report_class(
    source: Path, folder: Path, *, sources: Sources, assignment: str, wanted: ReportOptions
) -> None:
    """Write the reports of a ledger, or of a folder that was graded. Raises AutograderError."""
    check_handout(wanted.handout)
    try:
        rules, roster = Rules(), Roster()
        if sources.gradebook is not None and sources.config is None:
            raise UsageError("--gradebook needs --config, which says the zone and the roster")
        if sources.config is not None:
            rules, roster = read_rules(sources.config)
        if sources.roster is not None:
            roster = read_roster(sources.roster, rules.zone_info)
            if sources.config is None and any(one.deadline for one in roster):
                raise UsageError(f"{sources.roster} holds deadlines: --config says in which zone")
        due = [student.id for student in roster]
        students: set[str] | None = None
        ledger, title = source, source.stem
        times = {}
        if source.is_dir():
            ledger, title = ledger_of(source), source.resolve().name
            students = {submission.student for submission in find(source, assignment)}
            due = [*due, *sorted(students)]
            times = read_collected(source, rules.zone_info)
        if not ledger.is_file():
            raise LedgerError(f"there is no ledger {ledger}; grade the class first")
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"--to: {folder} cannot be written: not a folder")
        standings = Standings(rules, roster, times)
        standing_of = _standing_of(standings, sources.gradebook, assignment)
        with Ledger(ledger) as opened:
            entries = (
                entry for entry in opened.record() if students is None or entry.student in students
            )
            done = write_reports(
                _watched(entries),
                lambda there: missing(due, there),
                folder,
                title,
                wanted,
                standing_of,
            )
    except OSError as error:
        raise cannot_write("--to", error.filename or folder, error) from error
    _tell(done, folder, roster, standings if sources.gradebook is None else None)


def _standing_of(
    standings: Standings, gradebook: Path | None, assignment: str
) -> Callable[[str, datetime | None], Standing]:
    if gradebook is None:
        return standings.of
    # Brings nbgrader along, which nothing else here needs.
    from autograder.nbgrader.marks import read_standings

    return read_standings(gradebook, assignment, standings.roster, standings.rules.zone_info)


def _tell(done: WrittenReports, folder: Path, roster: Roster, standings: Standings | None) -> None:
    """Print how much was written, and the grades that need a look."""
    rows = done.summary.rows
    counted = {status: len(done.summary.with_status(status)) for status in Status}
    parts = [f"{done.pages} pages in {folder / STUDENTS}"]
    for status, words in (
        (Status.NO_GRADE, "without a grade"),
        (Status.MISSING, "missing"),
        (Status.EXCUSED, "excused"),
    ):
        parts += [f"{counted[status]} {words}"] * bool(counted[status])
    print(f"{', '.join(parts)}; the class: {folder / INDEX}")
    for student in roster.strangers([row.student for row in rows]) if len(roster) else ():
        print(printable(f"{student}: not on the roster"))
    there = [row.student for row in rows if row.status is not Status.MISSING]
    if standings is not None:
        unknown = [row.student for row in rows if row.student in there and row.standing.unknown]
        _name("when it was handed in is not known, nothing is taken off", unknown)
        late = [row.student for row in rows if row.standing.called_late]
        _name("late, as the learning system says without a time; decide by hand", late)
    _name("removed, of an earlier report", done.removed)
    _name("not of this report, left as it was", done.left)


def _name(what: str, whose: Sequence[str]) -> None:
    if whose:
        more = f" and {len(whose) - NAMED} more" if len(whose) > NAMED else ""
        print(printable(f"{what}: {', '.join(whose[:NAMED])}{more}"))


def _watched(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, counted on the console if it is a terminal."""
    quiet = not sys.stdout.isatty()
    yield from track(entries, "pages", total=None, transient=True, disable=quiet, console=Console())
