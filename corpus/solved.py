"""An assignment as students have it, with the solutions in the place of the stubs."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.reports import lost_check
from corpus.paths import ASSIGNMENT, SHARED, solutions_of

_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".checked.json")


def lay_out(folder: Path, assignment: str = ASSIGNMENT) -> Path:
    """Put the shared files, those of the solutions and the grader's drawing into a folder."""
    for source in (SHARED, solutions_of(assignment)):  # an assignment's own file wins
        shutil.copytree(source, folder, ignore=_LEFT_BEHIND, dirs_exist_ok=True)
    shutil.copy(lost_check.__file__, folder)
    return folder
