"""Whether every text that a student reads is there in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.authoring.manifest import Function
from autograder.document.result import Section
from autograder.document.text import Text
from autograder.lint.suite import Suite

_HANGUL = re.compile("[가-힣]")


def texts_in_one_language(suite: Suite) -> Iterator[str]:
    """Titles, hints, explanations and titles of sections that lack English or Korean."""
    for place, text in texts(suite):
        if not text.en.strip() or _HANGUL.search(text.en):
            yield f"{place} is not in English"
        if text.ko == text.en:
            yield f"{place} is the same in both languages"
        elif not _HANGUL.search(text.ko):
            yield f"{place} is not in Korean"


def texts(suite: Suite) -> Iterator[tuple[str, Text]]:
    """Every text of the suite, with what it is."""
    for _, name, spec in suite.every_check:
        yield f"the title of {name}", spec.title
        yield f"the hint of {name}", spec.hint
    for wrong in suite.knowledge.misconceptions:
        yield f"the explanation of {wrong.name!r}", wrong.explanation
    for place, section in sections(suite):
        yield f"the title of the section of {place}", section.title


def sections(suite: Suite) -> Iterator[tuple[str, Section]]:
    """Every section that a student is sent to, each once, with what sends there first."""
    found: dict[Section, str] = {}
    for verdict, section in suite.assignment.sections.items():
        found.setdefault(section, f"the verdict {verdict.value!r}")
    for _, function in suite.functions:
        for section in _of(function):
            found.setdefault(section, function.name)
    return ((place, section) for section, place in found.items())


def _of(function: Function) -> Iterator[Section]:
    if function.section:
        yield function.section
    if function.example:
        yield function.example.section
