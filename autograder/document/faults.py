"""Faults of the hidden tests themselves, for which no student loses a point."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

import msgspec

from autograder.errors import AutograderError
from autograder.sandbox.grader.printable import printable

# Enough for the frames that matter; a recursion's would fill a ledger.
TRACEBACK_CAP = 20_000
ERROR_CAP = 200
PACKAGE = str(Path(__file__).parents[1])


class SuiteError(AutograderError):
    """A suite failed for a reason of its own; no grade can be given."""


class NoAssignment(SuiteError):
    """There is no assignment of that name."""


class Fault(msgspec.Struct, frozen=True):
    """A check that failed by itself on one submission, for the authors of the suite.

    The traceback shows the suite's own lines: it is kept apart from the result, which students
    read. `error` is it in one line.
    """

    check: str
    traceback: str
    error: str

    @classmethod
    def of(cls, check: str, error: BaseException) -> Fault:
        message = " ".join(f"{type(error).__name__}: {error}".removesuffix(": ").split())
        whole = "".join(traceback.format_exception(type(error), error, _from_here(error)))
        return cls(check, whole[-TRACEBACK_CAP:], printable(message, ERROR_CAP))


def _from_here(error: BaseException) -> TracebackType | None:
    """The traceback without pytest's own frames, which come first and say nothing."""
    trace = error.__traceback__
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(PACKAGE):
        trace = trace.tb_next
    return trace or error.__traceback__
