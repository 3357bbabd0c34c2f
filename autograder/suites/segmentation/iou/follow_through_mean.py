"""Follow-through for the figures of `iou.py`.

Where `iou_per_class` lost points, `mean_iou` may be the mean of the figures of its stand-in. And
whether figures are exact is asked of a wrong formula too: its check has cost the points, here it
is compared with itself.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.expect import expect_close, expect_unmodified, matches
from autograder.authoring.invariants import expect_device
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault
from autograder.suites.segmentation.iou import oracle

# Of the checks of the formulas: who is wrong about these has lost points there.
MATRIX = torch.tensor([[3, 1], [2, 4]])
UNEVEN = torch.tensor([[90, 2], [3, 1]])


def expect_exact_figures(student: Student, confusion: Tensor) -> None:
    """Exact float64 figures of each class, or of a wrong formula figures that are as exact.

    Three times the counts give the same figures unless something is rounded or added.
    """
    got, call = student.iou_per_class(confusion), student.calls[-1]
    expected = oracle.iou_per_class(confusion)
    if matches(got, expected):
        return
    if not _right(student.iou_per_class(MATRIX), oracle.iou_per_class(MATRIX)):
        renamed = student.iou_per_class(confusion.roll((1, 1), (0, 1)))
        threefold = student.iou_per_class(3 * confusion)
        telling = got.dim() == 1 and len(set(got.tolist())) > 1 and matches(renamed, got.roll(1))
        if telling and got.dtype == torch.float64 and matches(got, threefold):
            return
    student.calls.append(call)  # the counterexample is the call that is judged
    expect_close(student, got, expected)


def _right(got: Tensor, expected: Tensor) -> bool:
    return matches(got.float(), expected.float())


def expect_mean(student: Student, confusion: Tensor, *, exactly: bool = False) -> None:
    """The mean IoU, or the mean of what a stand-in for `iou_per_class` gives.

    Unless `exactly`, the dtype does not count and the values are compared as in float32.
    """
    got, call = student.mean_iou(confusion), student.calls[-1]
    dtype = torch.float64 if exactly else torch.float32
    judged = got if exactly else got.to(dtype)
    right = oracle.mean_iou(confusion)
    if "iou_per_class" in student.replaced:
        right = student.iou_per_class(confusion).nanmean()
    expected = right.to(dtype)
    if matches(judged, expected):
        return
    if exactly and _is_exact_in_its_way(student, got, confusion):
        return
    student.calls.append(call)  # the counterexample is the call that is judged
    expect_close(student, judged, expected)


def _is_exact_in_its_way(student: Student, got: Tensor, confusion: Tensor) -> bool:
    """Whether a mean by a wrong formula is neither rounded nor smoothed."""
    try:
        uneven = student.mean_iou(UNEVEN)
        if _right(uneven, oracle.mean_iou(UNEVEN)):
            return False
        threefold = student.mean_iou(3 * confusion)
    except StudentFault:
        return False
    telling = got.shape == () and got.dtype == torch.float64 and not matches(got, uneven)
    return telling and matches(got, threefold)


def expect_matrix_in_place(student: Student, confusion: Tensor) -> None:
    """`mean_iou` leaves the matrix as it is, unless `iou_per_class` does not, and its device."""
    own = student.iou_per_class.call(confusion)
    call = student.mean_iou.call(confusion=confusion)
    if own.leaves_all:
        expect_unmodified(student, call)
    expect_device(student, student.mean_iou.on_fake_cuda(confusion))
