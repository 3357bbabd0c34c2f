"""Checks of `max_unpool2d`."""

from __future__ import annotations

from collections.abc import Callable

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.expect import expect_value_error
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
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call
from autograder.suites.segmentation.unpooling import oracle
from autograder.suites.segmentation.unpooling.strategies import (
    DTYPES,
    Pooled,
    extremes,
    other_shapes,
    pool,
    pooled,
)


@check(
    "max_unpool2d",
    points=1,
    title=Text(
        "Every value returns to its index in its own plane, zeros elsewhere",
        "각 값이 자기 평면의 자기 인덱스로 돌아가고 나머지는 0입니다",
    ),
    hint=Text(
        "An index counts the cells of one sample's one channel row by row. How do row and "
        "column follow from it and the width of the output?",
        "인덱스는 한 샘플의 한 채널 안에서 행 순서로 칸을 셉니다. 인덱스와 출력의 너비에서 "
        "행과 열은 어떻게 정해집니까?",
    ),
)
@settings(max_examples=15)
@given(case=pooled(), extra=st.integers(0, 2), kind=st.sampled_from(("pooled", "normal")))
@example(case=pool(1, 1, (3, 4), 2, 2, 1), extra=0, kind="pooled")
@example(case=pool(2, 3, (5, 7), 2, 2, 2), extra=0, kind="pooled")
@example(case=pool(2, 2, (4, 7), 2, 2, 3), extra=2, kind="normal")
@example(case=pool(2, 1, (3, 1), 1, 1, 4), extra=0, kind="pooled")
@example(case=pool(1, 2, (1, 3), 1, 1, 5), extra=0, kind="pooled")
def test_max_unpool_follows_indices(student: Student, case: Pooled, extra: int, kind: str) -> None:
    # The values may be others than those pooled; rows beyond the pooled map stay zero.
    x = case.x if kind == "pooled" else fill(tuple(case.x.shape), "normal", 1)
    size = (case.output_size[0] + extra, case.output_size[1])
    got = student.max_unpool2d(x, case.indices, size)
    expect_values(student, got, oracle.max_unpool2d(x, case.indices, size))


@check(
    "max_unpool2d",
    points=0.5,
    title=Text(
        "A value that overlapping windows found twice is placed, not added up",
        "겹치는 창이 두 번 찾은 값은 더하지 않고 한 번만 놓습니다",
    ),
    hint=Text(
        "With stride 1 one maximum may win in several windows. How large was it in the map?",
        "stride가 1이면 한 최댓값이 여러 창에서 뽑힐 수 있습니다. 원래 그 값은 얼마였습니까?",
    ),
)
@settings(max_examples=8)
@given(case=pooled(overlapping=True))
@example(case=pool(1, 1, (3, 4), 2, 1, 1))
@example(case=pool(2, 3, (5, 6), 3, 1, 2))
def test_max_unpool_overlap(student: Student, case: Pooled) -> None:
    got = student.max_unpool2d(case.x, case.indices, case.output_size)
    expect_values(student, got, oracle.max_unpool2d(case.x, case.indices, case.output_size))


@check("max_unpool2d", points=0.5, title=FORM, hint=FORM_HINT, about="form")
@settings(max_examples=3)
@given(case=pooled())
def test_max_unpool_keeps_dtype_and_device(student: Student, case: Pooled) -> None:
    for dtype in DTYPES:
        x = extremes(case.x, dtype)
        got = student.max_unpool2d(x, case.indices, case.output_size)
        expect_same_values(student, got, oracle.max_unpool2d(x, case.indices, case.output_size))
    few = pool(1, 1, (2, 4), 2, 2, 1)  # operations on a fake GPU are slow
    fake = student.max_unpool2d.on_fake_cuda(few.x, few.indices, few.output_size, wrt=(0,))
    expect_device(student, fake)


@check("max_unpool2d", points=0.5, title=FLOW, hint=FLOW_HINT, about="form")
@settings(max_examples=8)
@given(case=pooled())
@example(case=pool(2, 3, (4, 5), 2, 2, 1))
def test_max_unpool_gradient(student: Student, case: Pooled) -> None:
    indices, size = case.indices, case.output_size
    g, v = fill(case.size, "normal", 1), fill(tuple(case.x.shape), "normal", 2)
    probe = (v, student.max_unpool2d(v, indices, size))
    returned = student.max_unpool2d.vjp(g, case.x, indices, size, wrt=(0,))
    expected = oracle.max_unpool2d_gradient(g, indices)
    expect_transposed_gradient(student, "x", returned, expected, g, probe)


@check("max_unpool2d", points=0.5, title=CALLS, hint=CALLS_HINT, about="form")
@settings(max_examples=3)
@given(case=pooled())
@example(case=pool(2, 3, (5, 7), 2, 2, 1))
def test_max_unpool_takes_any_call(student: Student, case: Pooled) -> None:
    def judge(call: Call) -> None:
        assert isinstance(call.value, Tensor)
        right: Callable[..., Tensor] = oracle.max_unpool2d
        expect_values(student, call.value, right(*call.args, **call.kwargs))

    function, size = student.max_unpool2d, case.output_size
    layouts = zip(awkward_layouts(case.x), awkward_layouts(case.indices), strict=True)
    for x, indices in layouts:
        plain = function(x.contiguous(), indices.contiguous(), size)
        expect_layout_independent(
            student, function, plain, x, indices.contiguous(), size, judge=judge
        )
        expect_layout_independent(
            student, function, plain, x.contiguous(), indices, size, judge=judge
        )
    x, indices = case.x, case.indices
    plain = function(x, indices, size)
    expect_layout_independent(student, function, plain, x, indices, list(size), judge=judge)
    named = {"x": x, "indices": indices, "output_size": size}
    expect_layout_independent(student, function, plain, judge=judge, **named)
    expect_consistent(student, function.no_grad(x, indices, size), plain, judge)


@check(
    "max_unpool2d",
    points=0.5,
    about="errors",
    title=Text(
        "x and indices of different shapes are a ValueError that names one of them",
        "x와 indices의 shape이 다르면 그중 하나를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Every value needs an index of its own. Shapes that broadcast are not equal.",
        "값마다 자기 인덱스가 필요합니다. broadcast가 되는 shape은 같은 shape이 아닙니다.",
    ),
)
@settings(max_examples=3)
@given(case=pooled())
@example(case=pool(2, 3, (5, 7), 2, 2, 1))
def test_max_unpool_refuses_shapes(student: Student, case: Pooled) -> None:
    x, indices, size = case.x, case.indices, case.output_size
    student.max_unpool2d(x, indices, size)
    for other in other_shapes(indices):
        expect_value_error(
            student,
            lambda other=other: student.max_unpool2d(x, other, size),  # type: ignore[misc]
            naming=("x", "indices"),
        )


@check(
    "max_unpool2d",
    points=0.5,
    about="errors",
    title=Text(
        "An index outside the plane is a ValueError that names indices or output_size",
        "평면을 벗어난 인덱스는 indices 또는 output_size를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Which is the first cell of a plane of H_out × W_out, and which the last?",
        "H_out × W_out 평면의 첫 칸과 마지막 칸의 인덱스는 무엇입니까?",
    ),
)
@settings(max_examples=8)
@given(case=pooled(), beyond=st.integers(0, 9), where=st.integers(0, 1000))
@example(case=pool(1, 1, (4, 5), 2, 2, 1), beyond=0, where=0)
@example(case=pool(2, 3, (4, 5), 2, 2, 1), beyond=0, where=23)
def test_max_unpool_refuses_indices(
    student: Student, case: Pooled, beyond: int, where: int
) -> None:
    x, size = torch.ones_like(case.x), case.output_size
    cells, place = size[0] * size[1], where % x.numel()
    for index, inside in ((0, True), (cells - 1, True), (cells + beyond, False), (-1, False)):
        indices = case.indices.clone()
        indices.view(-1)[place] = index
        if inside:
            student.max_unpool2d(x, indices, size)
        else:
            expect_value_error(
                student,
                lambda indices=indices: student.max_unpool2d(x, indices, size),  # type: ignore[misc]
                naming=("indices", "output_size"),
            )
