"""Names that a learning system, a browser or a file system made of a file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from autograder.sandbox.grader.printable import printable

# A longer name is no near miss, and would take long to compare.
NAME_CAP: Final = 100
TOLD_CAP: Final = 3

_PYTHON = re.compile(r"\.py(\.py|\.txt)*$")
_ENDINGS = re.compile(r"(\.py|\.txt)+$")
# `iou-1` (handed in again), `iou (1)` (downloaded twice), `iou 2`, `iou - Copy`, `iou_복사본`.
_COPIES = re.compile(r"([\s_-]+(\d+|copy|복사본)|[\s_-]*\(\d+\))+$")
_SEPARATORS = re.compile(r"[\s_-]")


def looks_like_python(name: str) -> bool:
    """Whether a file's name may be one of these; `iou.py.txt` is, `notes.txt` is not."""
    return _PYTHON.search(name.casefold()) is not None and not name.startswith(".")


def near_misses(name: str, there: Iterable[str]) -> tuple[str, ...]:
    """The names among `there` that are `name` but for what others added to it, made printable."""
    short = (other for other in there if len(other) <= NAME_CAP and other != name)
    found = sorted(other for other in short if bare(other) == bare(name))
    return tuple(printable(other) for other in found[:TOLD_CAP])


def bare(name: str) -> str:
    """A file's name without the parts that downloads add: the same for all near misses."""
    stem = _ENDINGS.sub("", name.casefold()).removeprefix("copy of ")
    return _SEPARATORS.sub("", _COPIES.sub("", stem))
