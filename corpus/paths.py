"""Where things lie in the repository."""

from __future__ import annotations

from pathlib import Path

ASSIGNMENT = "segmentation"
ROOT = Path(__file__).parent.parent
SHARED = ROOT / "solutions" / "shared"
SOLUTIONS = ROOT / "solutions" / ASSIGNMENT
RELEASE = ROOT / "assignment" / ASSIGNMENT
EXAMPLES = ROOT / "examples"
