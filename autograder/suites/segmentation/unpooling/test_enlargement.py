"""Checks of `nearest_unpool2d` and `bed_of_nails_unpool2d`."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.expect import expect_unmodified, expect_value_error
from autograder.authoring.invariants import (
    CALLS,
    CALLS_HINT,
    FLOW,
    FLOW_HINT,
    FORM,
    FORM_HINT,
    awkward_layouts,
    expect_consistent,
    expect_device,
    expect_layout_independent,
    expect_same_values,
    expect_transposed_gradient,
    expect_values,
)
from autograder.authoring.maps import fill
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Function
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call
from autograder.suites.segmentation.unpooling import oracle
from autograder.suites.segmentation.unpooling.strategies import (
    DTYPES,
    Enlargement,
    enlargement,
    enlargements,
    extremes,
)

SCALE = Text(
    "A scale below 1 is a ValueError that names scale",
    "1보다 작은 scale은 scale을 언급하는 ValueError입니다",
)
SCALE_HINT = Text(
    "What would a block of 0 × 0 be? Say so before computing anything.",
    "0 × 0 블록은 무엇을 뜻합니까? 계산하기 전에 알려 주십시오.",
)


def keeps_form(
    student: Student, case: Enlargement, function: Function, right: Callable[[Tensor, int], Tensor]
) -> None:
    for dtype in DTYPES:
        x = extremes(case.x, dtype)
        expect_same_values(student, function(x, case.scale), right(x, case.scale))
    # An operation on a fake GPU takes ten times as long: few values, for loops over them.
    expect_device(student, function.on_fake_cuda(case.x[:1, :1, :2, :2], 2, wrt=(0,)))


def gradient_flows(
    student: Student, case: Enlargement, function: Function, right: Callable[[Tensor, int], Tensor]
) -> None:
    g, v = fill(case.size, "normal", 1), fill(tuple(case.x.shape), "normal", 2)
    probe = (v, function(v, case.scale))
    returned = function.vjp(g, case.x, case.scale, wrt=(0,))
    expect_transposed_gradient(student, "x", returned, right(g, case.scale), g, probe)


def takes_any_call(
    student: Student, case: Enlargement, function: Function, right: Callable[..., Tensor]
) -> None:
    def judge(call: Call) -> None:
        assert isinstance(call.value, Tensor)
        expect_values(student, call.value, right(*call.args, **call.kwargs))

    x, scale = case.x, case.scale
    for awkward in awkward_layouts(x):
        plain = function.call(awkward.contiguous(), scale)
        expect_unmodified(student, plain)
        assert isinstance(plain.value, Tensor)
        expect_layout_independent(student, function, plain.value, awkward, scale, judge=judge)
    plain_value = function(x, scale)
    expect_layout_independent(student, function, plain_value, judge=judge, x=x, scale=scale)
    expect_consistent(student, function.no_grad(x, scale), plain_value, judge)


def refuses_scale(student: Student, function: Function, scale: int) -> None:
    x = fill((1, 2, 2, 3), "counting", 0)
    function(x, 1)
    expect_value_error(student, lambda: function(x, scale), naming=("scale",))


@check(
    "nearest_unpool2d",
    points=1,
    title=Text(
        "Every value fills its scale × scale block", "각 값이 scale × scale 블록을 채웁니다"
    ),
    hint=Text(
        "Equal values stay side by side: [1, 2] becomes [1, 1, 2, 2], not [1, 2, 1, 2].",
        "같은 값은 나란히 놓입니다. [1, 2]는 [1, 2, 1, 2]가 아니라 [1, 1, 2, 2]가 됩니다.",
    ),
)
@settings(max_examples=15)  # few regimes, each of them an example below
@given(case=enlargements())
@example(case=enlargement((1, 1, 1, 2), 2))
@example(case=enlargement((1, 1, 2, 3), 3))
@example(case=enlargement((2, 3, 2, 4), 2, "normal"))
@example(case=enlargement((2, 3, 2, 4), 1, "normal"))
def test_nearest_fills_blocks(student: Student, case: Enlargement) -> None:
    got = student.nearest_unpool2d(case.x, case.scale)
    expect_values(student, got, oracle.nearest_unpool2d(case.x, case.scale))


@check("nearest_unpool2d", points=0.5, title=FORM, hint=FORM_HINT, about="form")
@settings(max_examples=3)  # each example goes through every dtype
@given(case=enlargements())
def test_nearest_keeps_dtype_and_device(student: Student, case: Enlargement) -> None:
    keeps_form(student, case, student.nearest_unpool2d, oracle.nearest_unpool2d)


@check("nearest_unpool2d", points=0.5, title=FLOW, hint=FLOW_HINT, about="form")
@settings(max_examples=8)
@given(case=enlargements())
@example(case=enlargement((2, 3, 2, 3), 2))
def test_nearest_gradient(student: Student, case: Enlargement) -> None:
    gradient_flows(student, case, student.nearest_unpool2d, oracle.nearest_gradient)


@check("nearest_unpool2d", points=0.5, title=CALLS, hint=CALLS_HINT, about="form")
@settings(max_examples=3)  # each example makes ten calls
@given(case=enlargements(min_scale=2))
@example(case=enlargement((2, 3, 3, 4), 2))
def test_nearest_takes_any_call(student: Student, case: Enlargement) -> None:
    takes_any_call(student, case, student.nearest_unpool2d, oracle.nearest_unpool2d)


@check("nearest_unpool2d", points=0.5, title=SCALE, hint=SCALE_HINT, about="errors")
@settings(max_examples=5)
@given(scale=st.integers(-3, 0))
@example(scale=0)
@example(scale=-1)
def test_nearest_refuses_scale(student: Student, scale: int) -> None:
    refuses_scale(student, student.nearest_unpool2d, scale)


@check(
    "bed_of_nails_unpool2d",
    points=1,
    title=Text(
        "The value is in the upper left of its block, zeros elsewhere",
        "값은 블록의 왼쪽 위에 있고 나머지는 0입니다",
    ),
    hint=Text(
        "Where does the block of row i and column j begin?",
        "i행 j열의 블록은 어느 칸에서 시작합니까?",
    ),
)
@settings(max_examples=15)  # few regimes, each of them an example below
@given(case=enlargements())
@example(case=enlargement((1, 1, 1, 2), 2))
@example(case=enlargement((1, 1, 2, 3), 3))
@example(case=enlargement((2, 3, 2, 4), 2, "normal"))
@example(case=enlargement((2, 3, 2, 4), 1, "normal"))
def test_bed_of_nails_places_upper_left(student: Student, case: Enlargement) -> None:
    got = student.bed_of_nails_unpool2d(case.x, case.scale)
    expect_values(student, got, oracle.bed_of_nails_unpool2d(case.x, case.scale))


@check("bed_of_nails_unpool2d", points=0.5, title=FORM, hint=FORM_HINT, about="form")
@settings(max_examples=3)
@given(case=enlargements())
def test_bed_of_nails_keeps_dtype_and_device(student: Student, case: Enlargement) -> None:
    keeps_form(student, case, student.bed_of_nails_unpool2d, oracle.bed_of_nails_unpool2d)


@check("bed_of_nails_unpool2d", points=0.5, title=FLOW, hint=FLOW_HINT, about="form")
@settings(max_examples=8)
@given(case=enlargements())
@example(case=enlargement((2, 3, 2, 3), 2))
def test_bed_of_nails_gradient(student: Student, case: Enlargement) -> None:
    gradient_flows(student, case, student.bed_of_nails_unpool2d, oracle.bed_of_nails_gradient)


@check("bed_of_nails_unpool2d", points=0.5, title=CALLS, hint=CALLS_HINT, about="form")
@settings(max_examples=3)
@given(case=enlargements(min_scale=2))
@example(case=enlargement((2, 3, 3, 4), 2))
def test_bed_of_nails_takes_any_call(student: Student, case: Enlargement) -> None:
    takes_any_call(student, case, student.bed_of_nails_unpool2d, oracle.bed_of_nails_unpool2d)


@check("bed_of_nails_unpool2d", points=0.5, title=SCALE, hint=SCALE_HINT, about="errors")
@settings(max_examples=5)
@given(scale=st.integers(-3, 0))
@example(scale=0)
@example(scale=-1)
def test_bed_of_nails_refuses_scale(student: Student, scale: int) -> None:
    refuses_scale(student, student.bed_of_nails_unpool2d, scale)
