"""Findings about one submission before its notebook is converted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograder.course.entries import Entry
from autograder.document.text import Language, Text
from autograder.nbgrader.submitted import ELSEWHERE, Submitted, answers


@dataclass
class Grading:
    """The grade of record, and what the notebook's preprocessors need beside it.

    `points` of each file are the suites'. `problem` says what is wrong with the notebook, and
    `notebook` in a word (`read`, `renamed`, `damaged`, `missing`). `waiting` are the written
    questions for a person to read, each with what is particular about it, if anything is; the
    others hold no answer. `answers_before` is what stood in the cells when they were graded last,
    `elsewhere` what stands now in all that nbgrader does not know, `guides` how the written
    questions are marked.
    """

    entry: Entry
    points: Mapping[str, float]
    language: Language
    answers_before: Mapping[str, str] = field(default_factory=dict)
    guides: dict[str, str] = field(default_factory=dict)
    problem: Text | None = None
    notebook: str = "read"
    waiting: Mapping[str, Text | None] = field(default_factory=dict)
    elsewhere: str = ""

    def take_over(self, submitted: Submitted) -> None:
        """Store the findings of the notebook."""
        self.problem, self.notebook = submitted.problem, submitted.state
        self.waiting = submitted.waiting
        self.elsewhere = answers(submitted.notebook)[ELSEWHERE]

    def notebook_lines(self) -> Iterator[str]:
        """Lines about the notebook for the person who grades."""
        if self.problem is not None:
            yield self.problem.en
        for reason, names in self.unusual.items():
            yield f"the written questions wait for a person: {reason.en} ({', '.join(names)})"

    @property
    def unusual(self) -> dict[Text, list[str]]:
        """Reasons why questions wait that do not simply hold an answer, each with its questions."""
        found = dict[Text, list[str]]()
        for name, reason in self.waiting.items():
            if reason is not None:
                found.setdefault(reason, []).append(name)
        return found

    def changed(self, name: str, answer: str) -> bool:
        """Whether what a person read for a question is not what stands there now."""
        elsewhere = self.answers_before.get(ELSEWHERE) != self.elsewhere
        moved = self.waiting.get(name) is not None and elsewhere
        return self.answers_before.get(name) != answer or moved

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
