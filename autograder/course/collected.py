"""Times at which a class handed in, as `autograder course collect` found them.

It stands in `collected.csv` at the top of the class's folder, where no student's file ever lies:
a time in a submission itself is the student's word.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from autograder.course.moments import NotAMoment, read_moment
from autograder.course.roster import folded
from autograder.errors import AutograderError

FILE = "collected.csv"
COLUMNS = ("student", "received", "late", "source")


class NoTimes(AutograderError):
    """The file cannot be read; the message is one line that says where and why."""


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """One student's work as it came in.

    `received` is None where the learning system told no time; `late` says that it called the work
    late all the same. `source` is where in the download it lay.
    """

    student: str
    received: datetime | None = None
    late: bool = False
    source: str = ""


def write_collected(folder: Path, rows: Iterable[Collected], zone: ZoneInfo) -> None:
    """Write the file anew; moments in `zone`, with its offset. Raises OSError."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for row in rows:
            moment = row.received and row.received.astimezone(zone)
            received = moment.isoformat(sep=" ") if moment else ""
            table.writerow([row.student, received, "late" if row.late else "", row.source])


def read_collected(folder: Path, zone: ZoneInfo) -> dict[str, Collected]:
    """Read the file, by student (see `folded`); nothing where there is none.

    Raises NoTimes, naming the line.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    found: dict[str, Collected] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise NoTimes(f"{path}, line 1: the columns are not {', '.join(COLUMNS)}")
            for cells in rows:
                place = f"{path}, line {rows.line_num}"
                if None in cells or None in cells.values():
                    raise NoTimes(f"{place}: not as many cells as the first line has")
                found[folded(cells["student"])] = _row(place, cells, zone)
    except OSError as error:
        raise NoTimes(f"{path} cannot be read: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise NoTimes(f"{path} is no CSV file in UTF-8: {error}") from None
    return found


def _row(place: str, cells: dict[str, str], zone: ZoneInfo) -> Collected:
    received = cells["received"].strip()
    try:
        moment = read_moment(received, zone) if received else None
    except NotAMoment as error:
        raise NoTimes(f"{place}: received: {error}") from None
    return Collected(
        student=cells["student"],
        received=moment,
        late=cells["late"].strip() != "",
        source=cells["source"],
    )
