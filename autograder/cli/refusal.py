"""How a command says that it could not do what was asked: one line, and its exit code."""

from __future__ import annotations

import sys

REFUSED = 2


def refuse(reason: object) -> int:
    """Print the reason, which is one line. Returns the exit code."""
    print(f"autograder: {reason}", file=sys.stderr)
    return REFUSED
