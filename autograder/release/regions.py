"""Find the solution regions of a text, between nbgrader's two marker lines.

A marker that is almost right would leave its region in the students' copy. So a line that looks
like a marker, anywhere in any released file, either is one to the letter or stops the release.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from autograder.release.errors import ReleaseError

# nbgrader's own words (its ClearSolutions preprocessor), so that one habit serves both.
BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"

# From here on a word is taken for another one that was mistyped: "soluton" and "SOLUTIN" have 0.93
# of "solution", "BEING" has 0.8 of "begin".
_SIMILAR = 0.8


@dataclass(frozen=True)
class Region:
    """A solution region; line numbers count from 1, `first` and `last` are the marker lines."""

    first: int
    last: int
    indentation: str
    lines: tuple[str, ...]


def find_regions(file: PurePath, text: str) -> list[Region]:
    """Every solution region of a text, in order; an error for any marker that is not in order."""
    lines = text.split("\n")  # not splitlines(): Python counts no form feed as a line
    regions = []
    opened: int | None = None
    for number, line in enumerate(lines, start=1):
        marker = line.strip()
        if marker == BEGIN:
            if opened is not None:
                reason = f"a region begins inside the one that began in line {opened}"
                raise ReleaseError(file, number, reason)
            opened = number
        elif marker == END:
            if opened is None:
                raise ReleaseError(file, number, "a region ends that never began")
            regions.append(_region(file, lines, opened, number))
            opened = None
        elif looks_like_a_marker(line):
            reason = (
                f"{marker!r} looks like a marker; write {BEGIN!r} or {END!r}, alone in its line"
            )
            raise ReleaseError(file, number, reason)
    if opened is not None:
        raise ReleaseError(file, opened, f"this region is never closed by {END!r}")
    return regions


def looks_like_a_marker(line: str) -> bool:
    """Whether somebody may have meant a marker by this line, however it is spelt.

    Prose about the end of the solution is no marker, "# the solution ends" is taken for one. That
    is the safe side: a comment is soon put in other words.
    """
    _, hash_sign, comment = line.partition("#")
    if not hash_sign:
        return False
    words = re.findall(r"[A-Za-z]+", comment)
    if comment.startswith("#") and any(
        word.isupper() and (_opens_or_closes(word) or _is_solution(word)) for word in words
    ):
        return True  # "### END OF SOLUTION", "## BEGIN HIDDEN TESTS"
    return any(_is_solution(word) and _opens_or_closes(word) for word in words) or any(
        (_opens_or_closes(one) and _is_solution(other))
        or (_is_solution(one) and _opens_or_closes(other))
        for one, other in pairwise(words)
    )


def _opens_or_closes(word: str) -> bool:
    word = word.lower()
    return word.startswith(("begin", "end", "start", "stop")) or _similar(word, "begin")


def _is_solution(word: str) -> bool:
    # The end of the word counts too: "BEGINSOLUTION", "endsolutions".
    word = word.lower()
    ends = (word, word[-7:], word[-8:], word[-9:-1])
    return not word.startswith("resol") and any(_similar(end, "solution") for end in ends)


def _similar(word: str, meant: str) -> bool:
    return difflib.SequenceMatcher(None, word, meant).ratio() >= _SIMILAR


def _region(file: PurePath, lines: list[str], first: int, last: int) -> Region:
    """The region between two marker lines, which must be indented alike, and its code no less."""
    indentation = _indentation(lines[first - 1])
    if _indentation(lines[last - 1]) != indentation:
        reason = f"the region's end is not indented like its beginning in line {first}"
        raise ReleaseError(file, last, reason)
    inside = tuple(lines[first : last - 1])
    for number, line in _numbered(inside, first + 1):
        if not line.startswith(indentation):
            # The region would reach out of the function that it stands in.
            reason = f"this line is indented less than its region, which begins in line {first}"
            raise ReleaseError(file, number, reason)
    return Region(first, last, indentation, inside)


def _numbered(lines: tuple[str, ...], start: int) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, start) if line.strip())


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
