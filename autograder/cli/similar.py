"""List texts that share much, for `autograder course similar`."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.cli.options import cannot_write
from autograder.course.roster import read_roster
from autograder.course.similarity import find_similarity, given_files
from autograder.course.submissions import find
from autograder.document.text import Language
from autograder.grading.assignments import load_assignment
from autograder.reports import similarity_words
from autograder.reports.similarity_page import percent, similarity_page
from autograder.sandbox.grader.printable import printable

PAIRS_PRINTED = 20
UTC = ZoneInfo("UTC")  # deadlines do not matter here


def show_similar(
    folder: Path,
    page: Path | None,
    *,
    threshold: float,
    release: Path | None,
    roster: Path | None,
    assignment: str,
    language: Language,
) -> None:
    """Print the pairs, and write the page if one was asked for. Raises AutograderError."""
    submissions = find(folder, assignment)
    tasks = [task.name for task in load_assignment(assignment).tasks]
    groups = {}
    if roster is not None:
        groups = {one.id: one.group for one in read_roster(roster, UTC) if one.group}
    given = given_files(release or _release(assignment), tasks)
    found = find_similarity(submissions, tasks, given, threshold, groups)
    if page is not None:
        text = similarity_page(found, folder.resolve().name, language)
        try:
            page.write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            raise cannot_write("--to", page, error) from error
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("file", "students", "shared"):
        table.add_column(column)
    for pair in found.pairs[:PAIRS_PRINTED]:
        students = escape(printable(f"{pair.left.student}, {pair.right.student}"))
        table.add_row(f"{pair.task}.py", students, percent(pair.share))
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    if found.pairs:
        console.print(table)
    if len(found.pairs) > PAIRS_PRINTED:
        console.print(f"… and {len(found.pairs) - PAIRS_PRINTED} more")
    console.print(
        f"{len(found.pairs)} of {found.compared} pairs of files share {percent(threshold)} or "
        f"more; not comparable, for too little is the student's own: {len(found.too_little)}"
    )
    console.print(similarity_words.PLACES.in_(language))
    if page is not None:
        print(page)


def _release(assignment: str) -> Path:
    """The folder of the release: below the current one, or beside this package in a checkout."""
    here = Path("assignment", assignment)
    beside = Path(__file__).parents[2] / here
    return here if here.is_dir() or not beside.is_dir() else beside
