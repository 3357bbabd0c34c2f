"""The hidden checks as a peer's kernel runs them, on the modules in the current folder.

Imported by the hidden cells and the test files that `benchmarks/peers.py` writes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from autograder.document.result import Check
from corpus.in_process import grade_in_process

SEED = 1  # the one with which every peer grades


@cache
def _checks(task: str) -> dict[str, Check]:
    return {check.id: check for check in grade_in_process(Path.cwd(), [task], SEED)}


def earned(task: str) -> float:
    """The points of a task; the first to ask runs its checks."""
    return sum(check.earned for check in _checks(task).values())


def passes(task: str, check: str) -> bool:
    return _checks(task)[check].earned == _checks(task)[check].points
