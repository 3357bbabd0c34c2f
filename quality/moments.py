"""Whether every moment costs the same, whichever way it comes in.

    python -m quality.moments [--assignment NAME]

Takes the moments of corpus/moments.csv that are read in Seoul, and more that zoneinfo
reckons, through a folder (what `course collect` writes), nbgrader (submit, collect, autograde, and
as a due date) and GitHub (as the deadline of course.toml). One student has a deadline of his own,
one is excused. Prints how many agree with what is reckoned here; exit code 1 if not all do.
"""

from __future__ import annotations

import csv
import math
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil import parser
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table
from traitlets.config import Config

from autograder.course.collected import COLUMNS, read_collected
from autograder.course.lateness import Lateness, LateRule
from autograder.course.moments import NotAMoment, read_moment
from autograder.course.roster import Roster, read_roster
from autograder.course.rules import Rules
from autograder.course.standings import Standings
from autograder.github.configuration import read_course
from autograder.github.errors import BadConfiguration
from autograder.nbgrader.gradebooks import find_alembic
from autograder.nbgrader.late import PointsADay, lateness_of
from autograder.nbgrader.times import read_times
from corpus.nbgrader.course import Course
from corpus.paths import ROOT
from quality.asked import add_assignment

MOMENTS = ROOT / "corpus" / "moments.csv"
SEOUL = ZoneInfo("Asia/Seoul")
DUE = datetime(2026, 11, 27, 10, 45, tzinfo=UTC)
OWN_DUE = DUE + timedelta(days=2)
RULE = LateRule(days=None, points_a_day=10, grace_minutes=10)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
HOURS = (-30, -1, 0, 1, 30)
OWN, EXCUSED = 0, 1  # these students' numbers
COURSE_TOML = """\
organisation = "o"
grader = "g"
template = "t"
zone = "Asia/Seoul"
deadline = "{text}"
[late]
days = 10000
points_a_day = 10
grace_minutes = 10
[[students]]
student = "s"
login = "s"
"""


@dataclass(frozen=True)
class Case:
    """A text, and the moment that it names; None where it must be refused."""

    number: int
    text: str
    utc: datetime | None

    @property
    def student(self) -> str:
        return f"s{self.number:03}"

    @property
    def off(self) -> float:
        """The points that are taken off, reckoned without the product's own code."""
        if self.utc is None or self.number == EXCUSED:
            return 0.0
        seconds = (self.utc - (OWN_DUE if self.number == OWN else DUE)).total_seconds()
        return 0.0 if seconds <= 600 else 10.0 * math.ceil(seconds / 86400)


def cases() -> Iterator[Case]:
    """Those written by hand, then those of zoneinfo: around the deadline, in other zones."""
    number = 0
    with MOMENTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["zone"] == SEOUL.key:
                named = row["utc"] != "refused"
                utc = datetime.fromisoformat(row["utc"]).replace(tzinfo=UTC) if named else None
                yield Case(number, row["text"], utc)
                number += 1
    for key in ZONES:
        for hours in HOURS:
            moment = DUE + timedelta(hours=hours)
            there = moment.astimezone(ZoneInfo(key))
            for text in (there.strftime("%Y-%m-%d %H:%M:%S %z"), there.isoformat()):
                yield Case(number, text, moment)
                number += 1


def main() -> int:
    options = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_assignment(options)
    assignment: str = options.parse_args().assignment
    find_alembic()
    known = list(cases())
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        roster_file = root / "roster.csv"
        roster_file.write_text(
            f"student,deadline,excused\n{known[OWN].student},{OWN_DUE.isoformat()},\n"
            f"{known[EXCUSED].student},,yes\n"
        )
        roster = read_roster(roster_file, SEOUL)
        ways: dict[str, Callable[[], Mapping[int, float]]] = {
            "folder: collected.csv": lambda: by_folder(root, known, roster),
            "nbgrader: submit, collect, autograde": lambda: by_nbgrader(
                root, known, roster_file, assignment
            ),
            "GitHub: received": lambda: by_github(root, known, roster),
        }
        table = Table("way", "moments", "as reckoned", "otherwise")
        wrong: list[str] = []
        for way, take in ways.items():
            found = take()
            others = [case for case in known if found.get(case.number, 0.0) != case.off]
            wrong += [f"{way}: {case.text!r}: {found.get(case.number)}" for case in others]
            table.add_row(way, str(len(known)), str(len(known) - len(others)), str(len(others)))
        as_deadlines = {"nbgrader: due date": as_due_date, "GitHub: deadline": as_deadline}
        for way, moment_of in as_deadlines.items():
            others = [case for case in known if moment_of(root, case) != case.utc]
            wrong += [f"{way}: {case.text!r}: {moment_of(root, case)}" for case in others]
            table.add_row(way, str(len(known)), str(len(known) - len(others)), str(len(others)))
    Console().print(table)
    refused = sum(case.utc is None for case in known)
    print(f"{refused} of {len(known)} must be refused; nobody loses points by them")
    print("\n".join(wrong), end="\n" if wrong else "")
    return bool(wrong)


def by_folder(root: Path, known: list[Case], roster: Roster) -> dict[int, float]:
    """Points off by what stands in collected.csv; a text that is refused never gets there."""
    folder = root / "class"
    folder.mkdir()
    with (folder / "collected.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for case in known:
            try:
                read_moment(case.text, SEOUL)
            except NotAMoment:
                continue
            rows.writerow([case.student, case.text, "", ""])
    rules = Rules(zone=SEOUL.key, deadline=DUE, late=RULE)
    standings = Standings(rules, roster, read_collected(folder, SEOUL))
    return {case.number: standings.of(case.student).off for case in known}


def can_be_submitted(text: str) -> bool:
    """Whether `nbgrader submit` can write it; other texts come in a file from elsewhere."""
    try:
        parser.parse(text)
    except (ValueError, OverflowError):
        return False
    return "/" not in text


def by_nbgrader(
    root: Path, known: list[Case], roster_file: Path, assignment: str
) -> dict[int, float]:
    """Points off by the gradebook, after nbgrader's own commands; every step is run once."""
    course = Course(root / "nbgrader", assignment)
    (course.root / "roster.csv").write_text(roster_file.read_text())
    course.release()
    course.nbgrader("db", "assignment", "add", assignment, f"--duedate={DUE.isoformat()}")
    submitting = [case for case in known if can_be_submitted(case.text)]
    course._several((case.student, ["fetch_assignment", assignment]) for case in submitting)
    for case in submitting:
        for path in (course.students / case.student / assignment).glob("*.py"):
            path.unlink()  # nothing to grade: it is the times that are asked for
    course._several(
        (
            case.student,
            [
                "submit",
                assignment,
                f"--student={case.student}",
                f"--Exchange.timestamp_format={case.text}",
            ],
        )
        for case in submitting
    )
    course.nbgrader("collect", assignment)
    for case in known:
        if case not in submitting:
            folder = course.folder / "submitted" / case.student / assignment
            folder.mkdir(parents=True)
            (folder / "timestamp.txt").write_text(case.text, encoding="utf-8")
    course.run("nbgrader", "autograde", assignment)
    plugin = PointsADay(points_a_day=RULE.points_a_day, grace_minutes=RULE.grace_minutes)
    roster = read_roster(roster_file, SEOUL)
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        found: dict[str, Lateness] = {
            submission.student_id: lateness_of(submission, plugin, roster)
            for submission in gradebook.assignment_submissions(assignment)
        }
    missing = {case.student for case in known} - set(found)
    assert not missing, f"not graded: {sorted(missing)}"
    return {case.number: found[case.student].off for case in known}


def by_github(root: Path, known: list[Case], roster: Roster) -> dict[int, float]:
    """Points off for a push that was received then; GitHub writes moments in one form only."""
    path = root / "course.toml"
    path.write_text(COURSE_TOML.format(text=DUE.isoformat()), encoding="utf-8")
    course, _ = read_course(path)
    found = {}
    for case in known:
        if case.utc is not None:
            received = datetime.fromisoformat(case.utc.strftime("%Y-%m-%dT%H:%M:%SZ"))
            found[case.number] = course.lateness(roster.get(case.student), received).off
    return found


def as_due_date(root: Path, case: Case) -> datetime | None:
    """The moment that nbgrader keeps for the text as a due date."""
    config = Config()
    config.Exchange.timezone = SEOUL.key
    read_times(config)
    path = root / "due.db"
    path.unlink(missing_ok=True)
    with Gradebook(f"sqlite:///{path}") as gradebook:
        try:
            assignment = gradebook.add_assignment("a", duedate=case.text)
        except ValueError:
            return None
        due: datetime = assignment.duedate
        return due.replace(tzinfo=UTC)


def as_deadline(root: Path, case: Case) -> datetime | None:
    """The deadline that GitHub's side reads out of course.toml."""
    path = root / "course.toml"
    path.write_text(COURSE_TOML.format(text=case.text), encoding="utf-8")
    try:
        return read_course(path)[0].deadline
    except BadConfiguration:
        return None


if __name__ == "__main__":
    sys.exit(main())
