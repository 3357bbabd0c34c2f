"""What was found about one submission before its notebook is converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.course.ledger import Entry
from autograder.grading.text import Language, Text


@dataclass
class Grading:
    """The grade of record, and what the notebook's preprocessors need beside it.

    `points` of each file are the suites'. `problem` says what is wrong with the notebook;
    where it `waits`, its answers are for a person to find.
    `answers_before` is what stood in the cells when they were graded last, `guides` how the
    written questions are marked.
    """

    entry: Entry
    points: Mapping[str, float]
    language: Language
    answers_before: Mapping[str, str] = field(default_factory=dict)
    guides: dict[str, str] = field(default_factory=dict)
    problem: Text | None = None
    waits: bool = False

    def earned(self, task: str) -> float | None:
        """The points of a file: 0 where nothing was handed in.

        None where a person has to decide, because a check of the file, or the grader, failed by
        itself.
        """
        found = self.entry.result or self.entry.partial
        if found is None:
            return None if self.entry.open else 0.0
        undecided = {check.task for check in found.checks if check.id in found.undecided}
        if task in undecided:
            return None
        return next(each.earned for each in found.tasks if each.name == task)
