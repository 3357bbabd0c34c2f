"""Levels of feedback: how much of a result a student sees."""

from __future__ import annotations

import enum

import msgspec

from autograder.document.result import Result
from autograder.sandbox.protocol.errors import Verdict


class Feedback(enum.StrEnum):
    FULL = "full"
    HINT = "hint"
    SCORE = "score"


def withhold(result: Result, feedback: Feedback) -> Result:
    """The result with less in it.

    full: everything. hint: what was asked, the verdict, the diagnosis and the hint, but no
    input and no expected value. score: the points, and no check that was lost.
    """
    if feedback == Feedback.FULL:
        return result
    if feedback == Feedback.SCORE:
        return msgspec.structs.replace(result, checks=())
    return msgspec.structs.replace(
        result,
        checks=tuple(
            # An exception of the student's own says nothing about the tests.
            msgspec.structs.replace(
                check,
                counterexample=None,
                message=None if check.verdict is Verdict.FAILED else check.message,
            )
            for check in result.checks
        ),
    )
