"""Follow-through for `confusion_matrix`: what is asked of counts that are wrong anyway.

A mistake in the counting loses `test_rows_are_targets`, one in the ignoring loses
`test_ignored_targets_do_not_count`. The other checks then compare with the student's own
counts, or leave out what such a function cannot do.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.invariants import expect_values
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault
from autograder.suites.segmentation.iou import oracle
from autograder.suites.segmentation.iou import strategies as cases
from autograder.suites.segmentation.iou.strategies import Labels


def confuse(student: Student, case: Labels) -> Tensor:
    return student.confusion_matrix(
        case.prediction, case.target, case.num_classes, case.ignore_index
    )


def expect_counts(student: Student, got: Tensor, case: Labels) -> None:
    """The right counts, or those of the student's own for the same pairs of labels.

    Which way rows and columns go is one check's business.
    """
    if _right(got, case):
        return
    call = student.calls[-1]
    own = _own(student, case)
    student.calls.append(call)  # the counterexample is the call that is judged
    expect_values(student, got, _expected(case) if own is None else own)


def ignores(student: Student, number: int = 255) -> bool:
    """Whether the student's function leaves out the pixels of a plain case."""
    case = cases.plain_ignoring(number)
    try:
        got = confuse(student, case)
    except StudentFault:
        return False
    own = None if _right(got, case) else _own(student, case)
    return _right(got, case) or (own is not None and torch.equal(got, own))


def _expected(case: Labels) -> Tensor:
    return oracle.confusion_matrix(
        case.prediction, case.target, case.num_classes, case.ignore_index
    )


def _right(got: Tensor, case: Labels) -> bool:
    expected = _expected(case)
    return got.shape == expected.shape and any(
        torch.equal(got.to(expected.dtype), right) for right in (expected, expected.T)
    )


def _partly_right(plain: Tensor) -> bool:
    """Whether two different counts of the plain case stand where they should."""
    expected = _expected(cases.PLAIN)
    if plain.shape != expected.shape:
        return False
    return any(
        len(set(right[(plain == right) & (right > 0)].tolist())) > 1
        for right in (expected, expected.T)
    )


def _own(student: Student, case: Labels) -> Tensor | None:
    """The student's counts of the pairs that count, by themselves and in int64.

    None where the student counts a plain case rightly, so that nothing excuses a mistake, and
    where not even two cells of it hold the right counts, each its own, or the own counts say
    nothing.
    """
    pairs = case.to(torch.int64, torch.int64)
    pairs = pairs[pairs.target != pairs.ignore_index].reshape((1, 1, -1))
    try:
        plain = confuse(student, cases.PLAIN)
        if _right(plain, cases.PLAIN) or not _partly_right(plain):
            return None
        own = confuse(student, pairs)
    except StudentFault:
        return None
    k = case.num_classes
    counted = bool(own.any()) or not pairs.target.numel()
    return own if own.shape == (k, k) and counted else None
