"""A class as one HTML page for those who graded it.

Nothing is fetched. One small script sorts the table of students; without it the table stands by
name, and all the rest is the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from autograder.document.text import Language
from autograder.reports import class_words, words
from autograder.reports.class_summary import ClassSummary, Status, not_passed
from autograder.reports.losses import share
from autograder.reports.rendering import render

HARDEST_CAP = 10
# Names that stand in the open beside a misconception; more are folded.
NAMES_OPEN = 3


def class_page(
    summary: ClassSummary, title: str, language: Language, reports: Mapping[str, str]
) -> str:
    """The whole page. `reports` holds the address of each student's own page."""
    graded = bool(summary.graded)
    rows = sorted(summary.rows, key=lambda row: row.student)
    without = [row for row in rows if row.status is not Status.GRADED]
    sections = {
        "distribution": (class_words.DISTRIBUTION, graded),
        "tasks": (class_words.TASKS, graded),
        "misconceptions": (class_words.MISCONCEPTIONS, graded),
        "checks": (class_words.HARDEST, graded),
        "stopped": (class_words.STOPPED, graded),
        "without": (class_words.WITHOUT, bool(without)),
        "students": (class_words.EVERYBODY, True),
    }
    return render(
        "class.html.j2",
        language,
        script="sort.js",
        title=title,
        summary=summary,
        rows=rows,
        without=without,
        timed=any(row.standing.deadline or row.standing.differs for row in rows),
        sections=[(name, heading) for name, (heading, there) in sections.items() if there],
        graders=[
            f"{class_words.SUITES_AND_SEED.in_(language).format(suites=suites, seed=seed)}: {count}"
            for (suites, seed), count in summary.graders.most_common()
        ],
        reports=reports,
        words=words,
        phrases=class_words,
        share=share,
        not_passed=not_passed,
        status=Status,
        hardest_cap=HARDEST_CAP,
        names_open=NAMES_OPEN,
    )
