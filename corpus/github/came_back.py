"""Results as a runner sends them back, for an assignment of one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from autograder.document.result import Check, Result, Sandbox
from autograder.grading.outline import CheckOutline, Outline, TaskOutline
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result

SANDBOX: Final = Sandbox(
    "isolated",
    {
        "namespaces": "process ids, network, IPC, host name, mounts",
        "scratch": "tmpfs of 16777216 bytes",
        "landlock": "ABI 7",
        "user": "of its own",
        "capabilities": "none",
        "seccomp": "101 calls allowed",
    },
)


def ended(*verdicts: Verdict) -> list[Check]:
    """Checks of one point each, iou.a and so on, that ended so."""
    return [
        lost(
            verdict,
            id=f"iou.{'abcdefgh'[number]}",
            points=1.0,
            earned=1.0 if verdict is Verdict.PASSED else 0.0,
        )
        for number, verdict in enumerate(verdicts)
    ]


def outline(*checks: Check) -> Outline:
    """The assignment that has these checks."""
    outlines = tuple(CheckOutline(check.id, check.function, check.points) for check in checks)
    points = sum(check.points for check in checks)
    return Outline("segmentation", "1", (TaskOutline("iou", points, outlines),))


ASSIGNMENT: Final = outline(*ended(Verdict.FAILED, Verdict.FAILED))


def came_back(submission: str, files: Mapping[str, str], *checks: Check) -> Result:
    """What `autograder grade` writes of a submission that is called so."""
    return msgspec.structs.replace(
        result(*checks), submission=submission, files=dict(files), sandbox=SANDBOX
    )
