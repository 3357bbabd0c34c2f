"""How a command says that it could not do what was asked: one line, and its exit code."""

from __future__ import annotations

import sys

# A check failed by itself: what was found is told, but it is no grade.
OPEN = 1
REFUSED = 2


def refuse(reason: object) -> int:
    """Print the reason, which is one line. Returns the exit code."""
    print(f"autograder: {reason}", file=sys.stderr)
    return REFUSED
