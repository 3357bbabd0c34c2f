"""Entries of the ledger: a grading of a student, by a key of all that it depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.document.faults import Fault
from autograder.document.result import Result
from autograder.sandbox.grader.intake import SubmissionFiles


@dataclass(frozen=True)
class Entry:
    """One grading. `result` is None where there is no grade, for `reason`.

    Where a check could not be decided, `partial` holds what the others found and `traceback` why.
    An `open` grading was not decided for no fault of the student's: never a 0.

    Of work that was pushed: `commit`, and when it was `received` (ISO, UTC).
    """

    student: str
    key: str
    points: float
    earned: float
    graded: str = ""
    reason: str | None = None
    result: Result | None = None
    commit: str | None = None
    received: str | None = None
    open: bool = False
    partial: Result | None = None
    traceback: str | None = None


@dataclass(frozen=True)
class Push:
    """One grading of a commit in the ledger, without the checks."""

    number: int
    student: str
    commit: str
    received: datetime
    graded: datetime
    points: float
    earned: float
    reason: str | None
    check_run: int | None


def to_entry(student: str, key: str, result: Result, faults: Sequence[Fault] = ()) -> Entry:
    """A result as a grade; as none, but open, while a check in it is undecided."""
    if not result.undecided:
        return Entry(student, key, result.points, result.earned, result=result)
    errors = {fault.check: f" ({fault.error})" for fault in faults}
    checks = ", ".join(f"{check}{errors.get(check, '')}" for check in result.undecided)
    return Entry(
        student,
        key,
        result.points,
        0.0,
        reason=f"could not be decided: {checks}; ask the authors of the suite",
        open=True,
        partial=result,
        traceback="\n".join(f"{fault.check}\n{fault.traceback}" for fault in faults) or None,
    )


def key_of(
    submitted: SubmissionFiles, *, suites: str, grader: str, seed: int, points: float
) -> str:
    """What a grading depends on, as one hash: the files, the suites, the grader, the seed."""
    digest = hashlib.sha256(f"{suites}\n{grader}\n{seed}\n{points}\n".encode())
    for name, content in sorted(submitted.files.items()):
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    for name, problem in sorted(submitted.problems.items()):
        digest.update(f"{name!r} {problem!r}\n".encode())
    for name in sorted(submitted.passed_over):  # the feedback may name them
        digest.update(f"{name!r}\n".encode())
    return digest.hexdigest()
