"""The released text, to tell whether a student's text holds anything else.

White space, line ends, the form of Unicode and the order of lines do not count: editors change
them, and cells are split, merged and moved. A line counts as released only as a whole, because an
answer may be one word, which stands somewhere in what was released.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nbformat import NotebookNode

# Beside white space: what has no width, and stands in a text without being seen.
_SPACE = re.compile(r"[\s\x00-\x1f\xad\u200b-\u200f\u2060\ufeff]+")
_SPACE_IN_LINES = re.compile(r"[^\S\n]+|[\x00-\x09\x0b-\x1f\xad\u200b-\u200f\u2060\ufeff]+")
# A letter and what is to be put together with it. To sort accents takes a time that grows with the
# square of how many there are, so not too many at once.
_TO_COMPOSE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]{1,300}")
# Colab puts this cell above a notebook that it saves.
_BADGE = re.compile(
    r'<ahref="https://colab\.research\.google\.com/[^"<>]*"target="_parent">'
    r'<imgsrc="https://colab\.research\.google\.com/assets/colab-badge\.svg"'
    r'alt="OpenInColab"/></a>'
)
# A prompt is a line that is long enough to be known by, also where a word of it was changed.
PROMPT_LENGTH = 20
SHINGLE = 5
ALIKE = 0.7


def key(text: str) -> str:
    """A text without what does not count."""
    return _SPACE.sub("", _composed(text))


def line_keys(text: str) -> list[str]:
    """The lines of a text that hold anything."""
    lines = "\n".join(_composed(text).splitlines())
    return list(filter(None, _SPACE_IN_LINES.sub("", lines).split("\n")))


def _composed(text: str) -> str:
    if text.isascii():
        return text
    return _TO_COMPOSE.sub(lambda run: unicodedata.normalize("NFC", run[0]), text)


def grade_id(cell: Mapping[str, Any]) -> str | None:
    """nbgrader's name of a cell, if it has one."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, Mapping) else None
    return name if isinstance(name, str) else None


@dataclass(frozen=True)
class Released:
    """One cell of the released notebook."""

    cell: NotebookNode
    place: int

    @cached_property
    def name(self) -> str | None:
        """The name in the gradebook: nbgrader also names cells that it does not grade."""
        about = self.cell.metadata.get("nbgrader", {})
        kinds = ("grade", "solution", "locked", "task")
        return grade_id(self.cell) if any(about.get(kind) for kind in kinds) else None

    @property
    def graded(self) -> bool:
        return self.name is not None and bool(self.cell.metadata.nbgrader.get("grade"))

    @property
    def is_question(self) -> bool:
        """Whether a person gives its points."""
        return self.graded and bool(self.cell.metadata.nbgrader.get("solution"))

    @cached_property
    def key(self) -> str:
        return key(self.cell.source)

    @cached_property
    def lines(self) -> frozenset[str]:
        return frozenset(line_keys(self.cell.source))

    def covers(self, text: str) -> bool:
        """Whether a text holds nothing but what was released in this cell."""
        lines = line_keys(text)
        return self.lines.issuperset(lines) or "".join(lines) == self.key


class ReleasedText:
    """The cells of the released notebook, and their text."""

    def __init__(self, released: NotebookNode) -> None:
        self.cells = [Released(cell, place) for place, cell in enumerate(released.cells)]
        self.known = {each.name: each for each in self.cells if each.name is not None}
        self.questions = [each for each in self.cells if each.is_question]
        self.by_id = {each.cell.id: each for each in self.cells if "id" in each.cell}
        self.by_key = {each.key: each for each in reversed(self.cells)}
        self._lines = frozenset[str]().union(*(each.lines for each in self.cells))
        in_order = [line for each in self.cells for line in line_keys(each.cell.source)]
        self._stream, self._edges = "".join(in_order), set(_edges(in_order))
        self._prompts = dict(self._all_prompts())

    def covers(self, text: str) -> bool:
        """Whether a text holds nothing but what was released, in any cell, and in any order."""
        lines = line_keys(text)
        if self._lines.issuperset(lines):
            return True
        whole = "".join(lines)
        return whole in self.by_key or _BADGE.fullmatch(whole) is not None

    def covers_together(self, texts: Iterable[str]) -> bool:
        """Whether texts, one after another, are a piece of what was released.

        So a cell that was split in the middle of a line is known again.
        """
        whole = "".join(map(key, texts))
        at = self._stream.find(whole)
        return at in self._edges and at + len(whole) in self._edges

    def asked_by(self, line: str) -> Released | None:
        """The question that a line is part of, although a word of it may have been changed."""
        found = key(line)
        if found in self._prompts:
            return self._prompts[found]
        for prompt, question in self._prompts.items():
            if len(found) >= ALIKE * len(prompt) and _is_in(prompt, found):
                return question
        return None

    def _all_prompts(self) -> Iterator[tuple[str, Released]]:
        """The lines of each question that stand in no other cell."""
        for question in self.questions:
            others = [each.lines for each in self.cells if each is not question]
            for line in question.lines.difference(*others):
                if len(line) >= PROMPT_LENGTH:
                    yield line, question


def _edges(lines: Iterable[str]) -> Iterator[int]:
    """Start and end of each line in the joined text."""
    at = 0
    yield at
    for line in lines:
        at += len(line)
        yield at


def _is_in(prompt: str, text: str) -> bool:
    """Whether most of a prompt stands in a text, in pieces of a few characters."""
    pieces = {prompt[at : at + SHINGLE] for at in range(len(prompt) - SHINGLE + 1)}
    missed, allowed = 0, (1 - ALIKE) * len(pieces)
    for piece in pieces:
        missed += piece not in text
        if missed > allowed:
            return False
    return True
