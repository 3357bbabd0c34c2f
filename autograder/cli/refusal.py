"""How a command says that it could not do what was asked: one line, and its exit code."""

from __future__ import annotations

import sys
from typing import Final

from autograder.sandbox.grader.printable import printable

# A path and a sentence about it.
REASON_CAP: Final = 5000
# A check failed by itself: what was found is told, but it is no grade.
OPEN = 1
REFUSED = 2


def refuse(reason: object) -> int:
    """Print the reason, made printable, in one line. Returns the exit code."""
    print(f"autograder: {printable(str(reason), REASON_CAP)}", file=sys.stderr)
    return REFUSED
