"""Checks of what relates results of `transposed_conv2d` to conv2d and to each other."""

from __future__ import annotations

from functools import partial

import torch
import torch.nn.functional as F
from hypothesis import given, settings

from autograder.authoring.expect import TOLERANCE, expect_form, fail
from autograder.authoring.invariants import expect_consistent
from autograder.authoring.maps import fill
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.transposed_conv import oracle
from autograder.suites.segmentation.transposed_conv.strategies import Stamping, stampings
from autograder.suites.segmentation.transposed_conv.test_transposed_values import run
from autograder.suites.segmentation.transposed_conv.test_worked_example import judge


@check(
    "transposed_conv2d",
    points=0.5,
    title=Text("It is the transpose of conv2d", "conv2d의 전치 연산입니다"),
    hint=Text(
        "A convolution of the same stride and padding is a matrix; this is that matrix "
        "transposed, so the two products ⟨T(x), g⟩ and ⟨x, conv2d(g)⟩ are equal.",
        "같은 stride와 padding의 합성곱은 하나의 행렬이고 이 연산은 그 전치 행렬입니다. 따라서 "
        "⟨T(x), g⟩와 ⟨x, conv2d(g)⟩는 같습니다.",
    ),
)
@settings(max_examples=8)
@given(
    case=stampings(
        batch=2,
        channels=3,
        kernel=3,
        stride=(1, 3),
        padding=(0, 2),
        output_padding=(0, 2),
        pairs=True,
    )
)
def test_adjoint(student: Student, case: Stamping) -> None:
    shape = oracle.transposed_conv2d(case).shape
    g, got = fill(tuple(shape), "normal", 1), run(student, case)
    expect_form(student, got.to(g.dtype), g)
    left = (got.double() * g.double()).sum()
    right = (case.x.double() * oracle.conv2d(g, case).double()).sum()
    largest = oracle.magnitude(case) * float(g.abs().sum())
    if not abs(float(left - right)) <= TOLERANCE[torch.float32] * largest:  # NaN is neither
        fail(
            student,
            Text(
                f"⟨T(x), g⟩ is {left:g} and ⟨x, conv2d(g)⟩ is {right:g}; they should be equal.",
                f"⟨T(x), g⟩는 {left:g}, ⟨x, conv2d(g)⟩는 {right:g}입니다. 둘은 같아야 합니다.",
            ),
            got=got,
            expected=oracle.transposed_conv2d(case),
        )


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "An input moved by one row or column moves the output by the stride",
        "입력을 한 행이나 한 열 옮기면 출력은 stride만큼 옮겨집니다",
    ),
    hint=Text(
        "No place is special: every input value leaves the same stamp. Does your code treat "
        "the first or the last row or column differently?",
        "특별한 위치는 없으며 모든 입력값은 같은 도장을 남깁니다. 코드가 처음이나 마지막 행, 열을 "
        "다르게 다루지는 않습니까?",
    ),
)
@settings(max_examples=8)
@given(case=stampings(batch=2, channels=2, kernel=3, stride=(1, 3), kinds=("normal",)))
def test_shift(student: Student, case: Stamping) -> None:
    assert isinstance(case.stride, int)
    still, scale = run(student, case), oracle.magnitude(case)
    if not still.any():
        fail(
            student, Text("The result holds nothing but zeros.", "결과가 모두 0입니다."), got=still
        )
    for row, column in ((1, 0), (0, 1)):
        margins = (column, 0, row, 0)  # left, right, top, bottom
        moved = student.transposed_conv2d(F.pad(case.x, margins), case.weight, **case.settings)
        widened = tuple(case.stride * margin for margin in margins)
        own = F.pad(still, widened) if still.dim() == 4 else None
        expect_consistent(student, moved, own, partial(judge, student), scale=scale)
