"""Reports of a graded class: a page for each student, one for the teachers, and files of grades.

Everything is written as it is read, one student after another, so memory does not grow with what
the results hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from autograder.course.entries import Entry
from autograder.course.grade_table import table
from autograder.course.roster import FileNames
from autograder.document.result import Result
from autograder.document.text import Language
from autograder.reports.class_page import class_page
from autograder.reports.class_summary import ClassSummary, StudentRow
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.gradescope import gradescope
from autograder.reports.html import page
from autograder.reports.junit import junit
from autograder.reports.no_grade import no_grade_page
from autograder.reports.spreadsheet import write
from autograder.reports.standing import NOTHING, Standing

INDEX = "index.html"
STUDENTS = "students"
CSV = "grades.csv"
JSON_LINES = "results.jsonl"
JUNIT = "junit"
GRADESCOPE = "gradescope"
# The files that the last call wrote: what is there of them after the next one is stale.
WRITTEN = ".written"


@dataclass(frozen=True)
class ReportOptions:
    """Files to write beside the pages, and the pages' language and detail."""

    language: Language = Language.EN
    feedback: Feedback = Feedback.FULL
    handout: str | None = None
    csv: bool = False
    json_lines: bool = False
    junit: bool = False
    gradescope: bool = False


@dataclass
class WrittenReports:
    """The summary of the class, the number of students' pages, and files in the way.

    `removed` are files that an earlier call wrote and this one did not, `left` such of somebody
    else's among the students' files.
    """

    summary: ClassSummary = field(default_factory=ClassSummary)
    pages: int = 0
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def write_reports(
    entries: Iterable[Entry],
    absent: Callable[[Sequence[str]], Sequence[str]],
    folder: Path,
    title: str,
    wanted: ReportOptions,
    standing_of: Callable[[str, datetime | None], Standing] = lambda student, received: NOTHING,
) -> WrittenReports:
    """Write everything into `folder`, which is made if need be.

    Everybody has a page: who has no grade reads why, and what to do.

    `absent` names the students who are missing from those that have an entry. What an earlier
    call wrote is replaced, or removed. Raises OSError where a file cannot be written.
    """
    done = WrittenReports()
    summary = done.summary
    addresses: dict[str, str] = {}
    names = FileNames()
    folder.mkdir(parents=True, exist_ok=True)
    files = _Files(folder)

    def put_page(student: str, text: str) -> str:
        name = names.of(student)
        addresses[student] = quote(f"{STUDENTS}/{name}.html")
        files.put(f"{STUDENTS}/{name}.html", text)
        return name

    with ExitStack() as stack:
        lines = None
        if wanted.json_lines:
            lines = stack.enter_context(files.open(JSON_LINES).open("wb"))
        for entry in entries:
            received = datetime.fromisoformat(entry.received) if entry.received else None
            standing = standing_of(entry.student, received)
            summary.add(
                entry.student,
                entry.result,
                graded=entry.graded,
                reason=entry.reason,
                standing=standing,
            )
            if lines is not None:
                lines.write(_line(entry, standing))
            found = entry.result or entry.partial
            if found is None:
                put_page(entry.student, _no_grade(summary.rows[-1], wanted, is_open=entry.open))
                continue
            shown = withhold(found, wanted.feedback)
            name = put_page(entry.student, page(shown, wanted.language, wanted.handout, standing))
            for place, text in _exports(shown, wanted, standing):
                files.put(place.format(name), text)
    for student in absent([row.student for row in summary.rows]):
        summary.add_missing(student, standing_of(student, None))
        put_page(student, _no_grade(summary.rows[-1], wanted, is_open=False))
    if wanted.csv:
        write(files.open(CSV), table(summary))
    files.put(INDEX, class_page(summary, title, wanted.language, addresses))
    done.pages = len(addresses)
    done.removed, done.left = files.close()
    return done


class _Files:
    """The files of a folder that one call writes, and those that it finds from before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: set[str] = set()

    def open(self, place: str) -> Path:
        """The path of a file that is about to be written."""
        self._written.add(place)
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def put(self, place: str, text: str) -> None:
        self.open(place).write_text(text, encoding="utf-8", errors="replace")

    def close(self) -> tuple[list[str], list[str]]:
        """Remove what the last call wrote and this one did not; and what else lies there."""
        before = self._folder / WRITTEN
        stale = []
        if before.is_file():
            stale = before.read_text(encoding="utf-8").splitlines()
        removed = [place for place in stale if place not in self._written and self._remove(place)]
        before.write_text("".join(f"{place}\n" for place in sorted(self._written)), "utf-8")
        left = [
            path.relative_to(self._folder).as_posix()
            for kind in (STUDENTS, JUNIT, GRADESCOPE)
            for path in sorted(self._folder.joinpath(kind).rglob("*"))
            if path.is_file() and path.relative_to(self._folder).as_posix() not in self._written
        ]
        return removed, left

    def _remove(self, place: str) -> bool:
        """Whether it was there. Nothing outside of the folder is touched, whatever a line says."""
        path = self._folder / place
        if ".." in path.parts or Path(place).is_absolute() or not path.is_file():
            return False
        path.unlink()
        if place.startswith(f"{GRADESCOPE}/"):
            path.parent.rmdir()  # a folder a student
        return True


def _no_grade(row: StudentRow, wanted: ReportOptions, *, is_open: bool) -> str:
    return no_grade_page(
        row.student,
        row.status,
        wanted.language,
        reason=row.reason,
        is_open=is_open,
        standing=row.standing,
    )


def _exports(shown: Result, wanted: ReportOptions, standing: Standing) -> Iterator[tuple[str, str]]:
    """The other files of one student: a place with room for the name, and what belongs there."""
    if wanted.junit:
        yield f"{JUNIT}/{{}}.xml", junit(shown, wanted.language, standing)
    if wanted.gradescope and not shown.undecided and not standing.excused:
        # Gradescope takes a file of this name only.
        yield f"{GRADESCOPE}/{{}}/results.json", gradescope(shown, wanted.language, standing)


def _line(entry: Entry, standing: Standing) -> bytes:
    """A student's grade of record with the whole result, in one line of JSON."""
    fields = msgspec.to_builtins(entry) | {"standing": msgspec.to_builtins(standing)}
    return msgspec.json.encode(fields) + b"\n"
