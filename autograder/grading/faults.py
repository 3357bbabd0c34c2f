"""What is wrong with the hidden tests themselves, for which no student loses a point."""

from __future__ import annotations

import traceback

import msgspec

# Enough for the frames that matter; a recursion's would fill a ledger.
TRACEBACK_CAP = 20_000


class SuiteError(Exception):
    """A suite failed for a reason of its own; no grade can be given."""


class NoAssignment(SuiteError):
    """There is none of that name."""


class Fault(msgspec.Struct, frozen=True):
    """A check that failed by itself on one submission, for the authors of the suite.

    The traceback shows the suite's own lines: it is kept apart from the result, which students
    read.
    """

    check: str
    traceback: str

    @classmethod
    def of(cls, check: str, error: BaseException) -> Fault:
        return cls(check, "".join(traceback.format_exception(error))[-TRACEBACK_CAP:])
