"""What a graded class gets: a page for each student, one for those who teach, and files of grades.

Everything is written as it is read, one student after another, so memory does not grow with what
the results hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec

from autograder.course.ledger import Entry
from autograder.course.roster import FileNames
from autograder.grading.result import Result
from autograder.grading.text import Language
from autograder.reports.class_page import class_page
from autograder.reports.class_summary import ClassSummary, Row, Status
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.gradescope import gradescope
from autograder.reports.html import page
from autograder.reports.junit import junit
from autograder.reports.spreadsheet import number, plain, write
from autograder.sandbox.errors import Verdict

INDEX = "index.html"
STUDENTS = "students"
CSV = "grades.csv"
JSON_LINES = "results.jsonl"
JUNIT = "junit"
GRADESCOPE = "gradescope"


@dataclass(frozen=True)
class Wanted:
    """What is to be written beside the pages, and how the pages speak."""

    language: Language = "en"
    feedback: Feedback = "full"
    handout: str | None = None
    csv: bool = False
    json_lines: bool = False
    junit: bool = False
    gradescope: bool = False


def hand_back(
    entries: Iterable[Entry],
    absent: Callable[[Sequence[str]], Sequence[str]],
    folder: Path,
    title: str,
    wanted: Wanted,
) -> tuple[ClassSummary, int]:
    """Write everything into `folder`, which is made if need be.

    Returns what was found, and the number of students' pages. Who is undecided has a page, too,
    but no grade in it.

    `absent` names the students who are missing from those that have an entry. What an earlier
    call wrote is replaced. Raises OSError where a file cannot be written.
    """
    summary = ClassSummary()
    addresses: dict[str, str] = {}
    names = FileNames()
    with ExitStack() as files:
        folder.mkdir(parents=True, exist_ok=True)
        lines = None
        if wanted.json_lines:
            lines = files.enter_context((folder / JSON_LINES).open("wb"))
        for entry in entries:
            summary.add(entry.student, entry.result, graded=entry.graded, reason=entry.reason)
            if lines is not None:
                lines.write(_line(entry))
            found = entry.result or entry.partial
            if found is None:
                continue
            name = names.of(entry.student)
            addresses[entry.student] = quote(f"{STUDENTS}/{name}.html")
            for place, text in _files_of(found, wanted):
                _put(folder / place.format(name), text)
    summary.add_missing(absent([row.student for row in summary.rows]))
    if wanted.csv:
        write(folder / CSV, _table(summary))
    _put(folder / INDEX, class_page(summary, title, wanted.language, addresses))
    return summary, len(addresses)


def _files_of(result: Result, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """The files of one student: a place with room for the name, and what belongs there."""
    told = withhold(result, wanted.feedback)
    yield f"{STUDENTS}/{{}}.html", page(told, wanted.language, wanted.handout)
    if wanted.junit:
        yield f"{JUNIT}/{{}}.xml", junit(told, wanted.language)
    if wanted.gradescope and not result.undecided:
        # Gradescope takes a file of this name only.
        yield f"{GRADESCOPE}/{{}}/results.json", gradescope(told, wanted.language)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="replace")


def _line(entry: Entry) -> bytes:
    """A student's grade of record with the whole result, in one line of JSON."""
    return msgspec.json.encode(entry) + b"\n"


def _table(summary: ClassSummary) -> Iterator[Sequence[object]]:
    tasks = [task.name for task in summary.tasks]
    verdicts = [verdict.value for verdict in Verdict]
    yield ["student", *tasks, "total", "out of", "status", *verdicts, "graded", "reason"]
    for row in sorted(summary.rows, key=lambda row: row.student):
        yield [plain(row.student), *_figures(row, summary, tasks), row.graded, plain(row.reason)]


def _figures(row: Row, summary: ClassSummary, tasks: Sequence[str]) -> Iterator[str]:
    earned = {task.name: task.earned for task in row.tasks}
    yield from (number(earned[task]) if task in earned else "" for task in tasks)
    # Nothing handed in earns nothing; what could not be graded is for a person to decide.
    yield {Status.GRADED: number(row.earned), Status.MISSING: "0", Status.NO_GRADE: ""}[row.status]
    yield number(row.points or summary.points)
    yield row.status
    graded = row.status is Status.GRADED
    yield from (str(row.verdicts[verdict]) if graded else "" for verdict in Verdict)
