"""What `autograder course report` does."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import track

from autograder.cli.refusal import refuse
from autograder.course.handing_back import INDEX, STUDENTS, Wanted, hand_back
from autograder.course.ledger import Entry, Ledger, LedgerError
from autograder.course.roster import NoRoster, Roster, missing, read_roster
from autograder.course.submissions import NoClass, find, ledger_of
from autograder.reports.class_summary import Status
from autograder.reports.handout import check_folder
from autograder.sandbox.printable import printable


def report_class(
    source: Path, folder: Path, *, roster: Path | None, assignment: str, wanted: Wanted
) -> int:
    """Write the reports of a ledger, or of a folder that was graded. Returns the exit code."""
    try:
        if wanted.handout is not None:
            check_folder(wanted.handout)
        listed = read_roster(roster, ZoneInfo("UTC")) if roster else Roster()
        due = [student.id for student in listed]
        students: set[str] | None = None
        ledger, title = source, source.stem
        if source.is_dir():
            ledger, title = ledger_of(source), source.resolve().name
            students = {submission.student for submission in find(source, assignment)}
            due = [*due, *sorted(students)]
        if not ledger.is_file():
            raise LedgerError(f"there is no ledger {ledger}; grade the class first")
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(0, "not a folder", str(folder))
        with Ledger(ledger) as kept:
            entries = (
                entry for entry in kept.record() if students is None or entry.student in students
            )
            summary, pages = hand_back(
                _watched(entries), lambda there: missing(due, there), folder, title, wanted
            )
    except (LedgerError, NoClass, NoRoster) as error:
        return refuse(error)
    except OSError as error:
        return refuse(f"--to: {error.filename or folder} cannot be written: {error.strerror}")
    except ValueError as error:
        return refuse(f"--handout: {error}")
    counted = {status: len(summary.with_status(status)) for status in Status}
    said = [f"{pages} pages in {folder / STUDENTS}"]
    said += [f"{counted[Status.NO_GRADE]} without a grade"] * bool(counted[Status.NO_GRADE])
    said += [f"{counted[Status.MISSING]} missing"] * bool(counted[Status.MISSING])
    print(f"{', '.join(said)}; the class: {folder / INDEX}")
    strangers = listed.strangers([row.student for row in summary.rows]) if roster else []
    for student in strangers:
        print(printable(f"{student}: not on the roster"))
    return 0


def _watched(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, with how many there were so far where somebody is looking."""
    quiet = not sys.stdout.isatty()
    yield from track(entries, "pages", total=None, transient=True, disable=quiet, console=Console())
