"""Where things lie in the repository."""

from __future__ import annotations

from pathlib import Path

ASSIGNMENT = "segmentation"  # the example of whatever needs one
ROOT = Path(__file__).parent.parent
SHARED = ROOT / "solutions" / "shared"
EXAMPLES = ROOT / "examples"


def solutions_of(assignment: str) -> Path:
    """The folder of an assignment's solutions."""
    return ROOT / "solutions" / assignment


def release_of(assignment: str) -> Path:
    """The folder that an assignment's students are given."""
    return ROOT / "assignment" / assignment


SOLUTIONS = solutions_of(ASSIGNMENT)
RELEASE = release_of(ASSIGNMENT)
