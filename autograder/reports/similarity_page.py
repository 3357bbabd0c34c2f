"""Texts that share much, side by side on one HTML page: places to look at, not verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.document.text import Language
from autograder.reports import similarity_words, words
from autograder.reports.rendering import render

# More than anybody reads; the list names them all.
PAIRS_SHOWN = 50


@dataclass(frozen=True)
class SharedLine:
    """One line of a text; `shared` says that the other text holds it too."""

    text: str
    shared: bool


@dataclass(frozen=True)
class SimilarText:
    """One student's text, and the share of its own lines that the other text holds.

    The lines are there of the first PAIRS_SHOWN pairs.
    """

    student: str
    lines: tuple[SharedLine, ...]
    share: float

    @property
    def runs(self) -> list[tuple[bool, str]]:
        """The text cut where lines that are shared begin and end."""
        found: list[tuple[bool, list[str]]] = []
        for line in self.lines:
            if not found or found[-1][0] != line.shared:
                found.append((line.shared, []))
            found[-1][1].append(line.text)
        return [(shared, "\n".join(texts)) for shared, texts in found]


@dataclass(frozen=True)
class SimilarPair:
    """Two students' texts of one file; at least one lies largely in the other."""

    task: str
    left: SimilarText
    right: SimilarText

    @property
    def share(self) -> float:
        return max(self.left.share, self.right.share)


@dataclass(frozen=True)
class TooLittle:
    """A file in which too little is the student's own to be compared."""

    task: str
    student: str


@dataclass(frozen=True)
class Similarity:
    """The outcome of a comparison: `compared` pairs of files, those at `threshold` or above."""

    threshold: float
    compared: int
    pairs: Sequence[SimilarPair]
    too_little: Sequence[TooLittle]


def similarity_page(found: Similarity, title: str, language: Language) -> str:
    """The whole page; no script, no network."""
    return render(
        "similar.html.j2",
        language,
        title=title,
        found=found,
        pairs_shown=PAIRS_SHOWN,
        words=words,
        phrases=similarity_words,
        percent=percent,
    )


def percent(share: float) -> str:
    """A share in whole percent, never more of it than there is."""
    return f"{int(100 * share)} %"
