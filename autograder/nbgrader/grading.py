"""What was found about one submission before its notebook is converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.course.ledger import Entry
from autograder.grading.text import Language, Text


@dataclass
class Grading:
    """The grade of record, and what the notebook's preprocessors need beside it.

    `points` of each file are the suites'. `problem` says what is wrong with the notebook.
    `answers_before` is what stood in the cells when they were graded last, `guides` how the
    written questions are marked.
    """

    entry: Entry
    points: Mapping[str, float]
    language: Language
    answers_before: Mapping[str, str] = field(default_factory=dict)
    guides: dict[str, str] = field(default_factory=dict)
    problem: Text | None = None

    def earned(self, task: str) -> float:
        """The points of a file; none where nothing could be graded."""
        if self.entry.result is None:
            return 0.0
        return next(each.earned for each in self.entry.result.tasks if each.name == task)
