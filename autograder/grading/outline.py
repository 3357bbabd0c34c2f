"""What is known of an assignment without its suites and without torch.

Who publishes a result that came from elsewhere holds it against this, and who only hands out work
need not wait for torch. `outline.json` beside an assignment's suites repeats what they say;
`python -m autograder.release.outline` writes it, and a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.document.faults import NoAssignment

SUITES = Path(__file__).parent.parent / "suites"


class CheckOutline(msgspec.Struct, frozen=True):
    """What a result must say of one check."""

    id: str
    function: str
    points: float


class TaskOutline(msgspec.Struct, frozen=True):
    name: str
    points: float
    checks: tuple[CheckOutline, ...] = ()


class Outline(msgspec.Struct, frozen=True):
    name: str
    version: str
    tasks: tuple[TaskOutline, ...]


def read_outline(name: str) -> Outline:
    """The outline of the assignment of that name. Raises NoAssignment."""
    try:
        document = (SUITES / name / "outline.json").read_bytes()
    except OSError:
        raise NoAssignment(f"there is no assignment called {name}") from None
    return msgspec.json.decode(document, type=Outline)
