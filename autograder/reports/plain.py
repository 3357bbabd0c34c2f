"""A check as lines of plain text, for code blocks and for reports that know no other form."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.document.result import Check
from autograder.document.text import Language
from autograder.reports import words
from autograder.reports.losses import Loss, told
from autograder.reports.lost_check import example_lines


def check_lines(check: Check, language: Language) -> Iterator[str]:
    """Everything there is to learn from a check."""
    lost = told(Loss((check,)), language)
    if lost.message:
        yield lost.message
    yield from example_lines(lost, language)
    for label, text in ((words.DIAGNOSIS, lost.diagnosis), (words.HINT, lost.hint)):
        if text:
            yield f"{label.in_(language)}: {text}"
