"""Find students' texts that share much, by copydetect's fingerprints.

A file is taken together with the student's helpers that it imports. Names and comments do not
count, and neither does what stands in the files that everybody was given.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from copydetect import CodeFingerprint, compare_files
from copydetect.utils import get_token_coverage

from autograder.errors import AutograderError
from autograder.reports.similarity_page import (
    PAIRS_SHOWN,
    SharedLine,
    Similarity,
    SimilarPair,
    SimilarText,
    TooLittle,
)
from autograder.sandbox.grader.intake import NoSubmission, SubmissionFiles

# Right variants that were written independently stay below (quality/similar.py).
THRESHOLD = 0.7
# Characters in a row, names aside, that count as shared: copydetect's own choice, about a line.
GRAM = 25
# All fingerprints are kept: which ones a sample holds would change from run to run.
WINDOW = 1
# Characters of the student's own, names aside; the shortest right file has twice as many.
OWN_LEAST = 150
# Longer than any five files that a student writes; a lexer takes a second for a million.
TEXT_CAP = 200_000

_IMPORT = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)


class NoRelease(AutograderError):
    """The files that everybody was given are not there; the message says where they should be."""


class HasSubmission(Protocol):
    """A student's submission; `course.submissions.Submission` is one."""

    @property
    def student(self) -> str: ...

    def take(self) -> SubmissionFiles: ...


@dataclass(frozen=True)
class _Half:
    """One student's text, the share of it that the other one holds, and where that stands."""

    student: str
    text: str
    share: float
    slices: np.ndarray[Any, Any]

    def side(self, *, with_lines: bool) -> SimilarText:
        lines = tuple(_lines(self.text, self.slices)) if with_lines else ()
        return SimilarText(self.student, lines, float(self.share))


@dataclass(frozen=True)
class _Overlap:
    task: str
    left: _Half
    right: _Half

    @property
    def share(self) -> float:
        return max(self.left.share, self.right.share)

    def pair(self, *, with_lines: bool) -> SimilarPair:
        sides = (half.side(with_lines=with_lines) for half in (self.left, self.right))
        return SimilarPair(self.task, *sides)


def given_files(release: Path, tasks: Sequence[str]) -> dict[str, str]:
    """The Python files that everybody was given. Raises NoRelease."""
    found = {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(release.glob("*.py"))
    }
    for task in tasks:
        if f"{task}.py" not in found:
            raise NoRelease(
                f"{release} holds no {task}.py, so what was given is not known; --release names "
                "the folder that students were given"
            )
    return found


def find_similarity(
    submissions: Iterable[HasSubmission],
    tasks: Sequence[str],
    given: Mapping[str, str],
    threshold: float = THRESHOLD,
    groups: Mapping[str, str] | None = None,
) -> Similarity:
    """Find pairs of texts of one task where one lies by at least `threshold` in the other.

    Two students of one group, by `groups`, hand in together and are not compared.
    Submissions that cannot be read are passed over: grading says why.
    """
    by_student = dict(_by_student(submissions))
    boilerplate = set().union(*(_prints(text).hashes for text in given.values()))
    overlaps: list[_Overlap] = []
    too_little: list[TooLittle] = []
    compared = 0
    for task in tasks:  # one at a time: the fingerprints of a large class take much memory
        texts: dict[str, str] = {}
        prints: dict[str, CodeFingerprint] = {}
        for student, submitted in by_student.items():
            text = _text(submitted, task, tasks, given)
            if text is None:
                continue
            own = _own(_prints(text), boilerplate)
            if own.token_coverage < OWN_LEAST:
                too_little.append(TooLittle(task, student))
            else:
                texts[student], prints[student] = text, own
        for one, other in combinations(texts, 2):
            if groups and one in groups and groups[one] == groups.get(other):
                continue
            compared += 1
            _, shares, slices = compare_files(prints[one], prints[other])
            if max(shares) >= threshold:
                parts = zip((one, other), shares, slices, strict=True)
                overlaps.append(
                    _Overlap(task, *(_Half(name, texts[name], *rest) for name, *rest in parts))
                )
    overlaps.sort(key=lambda overlap: -overlap.share)
    # Where half a class has one text there are too many pairs to hold every line of them.
    pairs = [overlap.pair(with_lines=k < PAIRS_SHOWN) for k, overlap in enumerate(overlaps)]
    return Similarity(threshold, compared, pairs, too_little)


def _by_student(submissions: Iterable[HasSubmission]) -> Iterator[tuple[str, SubmissionFiles]]:
    for submission in submissions:
        try:
            yield submission.student, submission.take()
        except NoSubmission:
            continue


def _text(
    submitted: SubmissionFiles, task: str, tasks: Sequence[str], given: Mapping[str, str]
) -> str | None:
    """The file of a task, then the student's helpers that it imports; None if there is none."""
    others = {f"{other}.py" for other in tasks if other != task}
    names = [f"{task}.py"]
    parts: list[str] = []
    for name in names:  # grows while it is read
        if name in others or name not in submitted.files:
            continue
        text = submitted.files[name].decode("utf-8", errors="replace")
        if parts and text == given.get(name):
            continue  # a helper that everybody has
        # A comment, which does not count, says where a helper begins.
        parts.append(text if not parts else f"\n# {name}\n{text}")
        names += [f"{m}.py" for m in _IMPORT.findall(text) if f"{m}.py" not in names]
    return "\n".join(parts)[:TEXT_CAP] or None


def _prints(text: str) -> CodeFingerprint:
    return CodeFingerprint("text.py", GRAM, WINDOW, language="python", fp=io.StringIO(text))


def _own(prints: CodeFingerprint, boilerplate: set[int]) -> CodeFingerprint:
    """Without the boilerplate.

    copydetect's own way of leaving it out takes what a text says twice for boilerplate, and its
    table of offsets steps back at the name of a class.
    """
    prints.hash_idx = {
        gram: places for gram, places in prints.hash_idx.items() if gram not in boilerplate
    }
    prints.hashes = set(prints.hash_idx)
    prints.token_coverage = get_token_coverage(prints.hash_idx, GRAM, len(prints.filtered_code))
    if len(prints.offsets):
        prints.offsets[:, 1] = np.maximum.accumulate(prints.offsets[:, 1])
    return prints


def _lines(text: str, slices: np.ndarray[Any, Any]) -> Iterator[SharedLine]:
    """A line is shared when more than half of what stands in it is; an empty one, as that above."""
    inside = np.zeros(len(text) + 1, dtype=bool)
    for start, end in slices.T.astype(int):
        inside[start:end] = True
    shared, start = False, 0
    for line in text.split("\n"):
        ink = [inside[start + k] for k, letter in enumerate(line) if not letter.isspace()]
        if ink:
            shared = sum(ink) * 2 > len(ink)
        yield SharedLine(line, bool(shared))
        start += len(line) + 1
