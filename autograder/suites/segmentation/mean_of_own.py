"""Follow-through for `mean_iou`: the mean of the student's own `iou_per_class`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.grading.expect import TOLERANCE, expect_close, expect_unmodified, matches
from autograder.sandbox.errors import StudentFault
from autograder.sandbox.student import Student
from autograder.suites.discipline import expect_device
from autograder.suites.segmentation.oracles import iou as oracle


def expect_mean(student: Student, confusion: Tensor, *, exactly: bool = False) -> None:
    """The mean IoU of the student, or the mean of wrong figures of the student's own.

    Unless `exactly`, the dtype does not count and the values are compared as in float32.
    """
    got, call = student.mean_iou(confusion), student.calls[-1]
    dtype = torch.float64 if exactly else torch.float32
    judged = got if exactly else got.to(dtype)
    expected = oracle.mean_iou(confusion).to(dtype)
    if matches(judged, expected) or _follows(student, got, confusion):
        return
    student.calls.append(call)  # the counterexample is the call that is judged
    expect_close(student, judged, expected)


def _follows(student: Student, got: Tensor, confusion: Tensor) -> bool:
    try:
        own = student.iou_per_class(confusion)
    except StudentFault:
        return False
    right = oracle.iou_per_class(confusion)
    if matches(own, right) or own.shape != right.shape or got.shape != ():
        return False
    if got.dtype not in (own.dtype, torch.float32, torch.float64):
        return False
    tolerance = TOLERANCE[torch.float32 if torch.float32 in (own.dtype, got.dtype) else got.dtype]
    # Which classes count may be read off the matrix, or off NaNs that should stand there.
    return any(
        torch.allclose(
            got.double(), values.double().nanmean(), tolerance, tolerance, equal_nan=True
        )
        for values in (own, own[~right.isnan()])
    )


def expect_matrix_in_place(student: Student, confusion: Tensor) -> None:
    """`mean_iou` leaves matrix and device as they are, unless `iou_per_class` does not."""
    own = student.iou_per_class.call(confusion)
    call = student.mean_iou.call(confusion=confusion)
    if not own.modified:
        expect_unmodified(student, call)
    step = student.iou_per_class.on_fake_cuda(confusion)
    fake = student.mean_iou.on_fake_cuda(confusion)
    if step.mismatch is None and step.device in (None, "cuda"):
        expect_device(student, fake)
