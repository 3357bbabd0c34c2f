"""Checks of `fuse_skip`."""

from __future__ import annotations

from functools import partial

import torch
import torch.nn.functional as F
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.authoring.expect import expect_form, expect_unmodified, expect_value_error
from autograder.authoring.invariants import (
    awkward_layouts,
    expect_device,
    expect_layout_independent,
    expect_transposed_gradient,
    expect_values,
)
from autograder.authoring.maps import fill
from autograder.authoring.marks import check
from autograder.authoring.titles import CALLS, CALLS_HINT, FORM
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.fcn8s import oracle
from autograder.suites.segmentation.fcn8s.strategies import (
    Skip,
    misplaced,
    skip,
    skips,
    unlike,
)

# Windows flush with the edge of skip are the business of the first check alone.
ROOMY = skip((2, 3), (2, 1), 1, (3, 4), "normal")


@check(
    "fuse_skip",
    points=2,
    title=Text(
        "The window of skip at (offset, offset) is added to coarse",
        "skip의 (offset, offset) 위치에 있는 창이 coarse에 더해집니다",
    ),
    hint=Text(
        "The upper left corner of the window is given, its size is coarse's. "
        "Is it the same on both axes, and is anything counted from the centre?",
        "창의 왼쪽 위 모서리가 주어지고 크기는 coarse와 같습니다. "
        "두 축에서 같습니까? 가운데를 기준으로 세지는 않았습니까?",
    ),
)
@settings(max_examples=20)
@given(case=skips())
@example(case=skip((1, 1), (1, 2), 1, (0, 0)))
@example(case=skip((2, 3), (2, 1), 2, (0, 0), "normal"))
@example(case=skip((2, 3), (2, 3), 0, (2, 3), "digits"))
def test_fusion_adds_window(student: Student, case: Skip) -> None:
    expected = oracle.fuse_skip(case.coarse, case.skip, case.offset)
    largest = max(float(case.coarse.abs().max()), float(case.skip.abs().max()))
    got = student.fuse_skip(case.coarse, case.skip, case.offset)
    expect_values(student, got, expected, scale=largest)


@check(
    "fuse_skip",
    points=1,
    about="errors",
    title=Text(
        "A window that does not fit into skip is a ValueError",
        "skip 안에 들어가지 않는 창은 ValueError입니다",
    ),
    hint=Text(
        "Slicing never complains: it cuts short what is too long, and counts a negative start "
        "from the end. One row or column that is left may be broadcast.",
        "슬라이싱은 오류를 내지 않습니다. 넘치는 부분은 잘리고 음수는 끝에서부터 셉니다. "
        "한 행이나 한 열만 남으면 broadcast될 수도 있습니다.",
    ),
)
@settings(max_examples=4)  # each example holds one window of each kind
@given(cases=misplaced())
def test_fusion_refuses_misplaced_windows(student: Student, cases: list[Skip]) -> None:
    student.fuse_skip(ROOMY.coarse, ROOMY.skip, ROOMY.offset)
    for case in cases:
        expect_value_error(
            student,
            partial(student.fuse_skip, case.coarse, case.skip, case.offset),
            naming=("coarse", "skip", "offset"),
        )


@check(
    "fuse_skip",
    points=0.5,
    about="errors",
    title=Text(
        "Different numbers of samples or of classes are a ValueError",
        "N이나 K가 서로 다르면 ValueError입니다",
    ),
    hint=Text(
        "Where one of two lengths is 1, adding broadcasts in silence.",
        "두 길이 중 하나가 1이면 덧셈은 아무 말 없이 broadcast합니다.",
    ),
)
@settings(max_examples=3)  # each example holds one pair of each kind
@given(cases=unlike())
def test_fusion_refuses_other_samples_or_classes(student: Student, cases: list[Skip]) -> None:
    student.fuse_skip(ROOMY.coarse, ROOMY.skip, ROOMY.offset)
    for case in cases:
        expect_value_error(
            student,
            partial(student.fuse_skip, case.coarse, case.skip, case.offset),
            naming=("coarse", "skip"),
        )


@check(
    "fuse_skip",
    points=0.5,
    about="form",
    title=Text(
        "Gradients reach coarse, and the window of skip",
        "gradient가 coarse와 skip의 창까지 전달됩니다",
    ),
    hint=Text(
        "Both sides are trained. What would cut the connection: detach, .data, no_grad?",
        "양쪽 모두 학습됩니다. 무엇이 연결을 끊습니까(detach, .data, no_grad)?",
    ),
)
@settings(max_examples=6)
@given(case=skips(flush=False))
def test_fusion_gradient_reaches_both(student: Student, case: Skip) -> None:
    coarse, whole, offset = case.coarse, case.skip, case.offset
    g, v = (
        fill(tuple(coarse.shape), "normal", 1, coarse.dtype),
        fill(tuple(whole.shape), "normal", 2, coarse.dtype),
    )
    returned = student.fuse_skip.vjp(g, coarse, whole, offset, wrt=(0, 1))
    below, right = (whole.shape[i] - coarse.shape[i] - offset for i in (2, 3))
    spread = F.pad(g, (offset, right, offset, below))
    on_coarse = (g, student.fuse_skip(g, torch.zeros_like(whole), offset))
    expect_transposed_gradient(student, "coarse", returned, g, g, on_coarse)
    on_skip = (v, student.fuse_skip(torch.zeros_like(coarse), v, offset))
    expect_transposed_gradient(student, "skip", returned, spread, g, on_skip, position=1)


@check(
    "fuse_skip",
    points=0.5,
    about="form",
    title=FORM,
    hint=Text(
        "A new tensor has a dtype and a device of its own: which ones should they be?",
        "새로 만든 텐서에도 dtype과 장치가 있습니다. 무엇이어야 합니까?",
    ),
)
@settings(max_examples=2)
@given(data=st.data())
def test_fusion_keeps_dtype_and_device(student: Student, data: st.DataObject) -> None:
    for dtype in (torch.float32, torch.float64):
        case = data.draw(skips(dtype, flush=False))
        got = student.fuse_skip(case.coarse, case.skip, case.offset)
        expect_form(student, got, case.coarse)
        arguments = case.coarse, case.skip, case.offset
        expect_device(student, student.fuse_skip.on_fake_cuda(*arguments, wrt=(0, 1)))


@check("fuse_skip", points=0.5, title=CALLS, hint=CALLS_HINT, about="form")
@settings(max_examples=3)
@given(case=skips(flush=False))
@example(case=ROOMY)
def test_fusion_takes_any_call(student: Student, case: Skip) -> None:
    fuse, offset = student.fuse_skip, case.offset
    layouts = zip(awkward_layouts(case.coarse), awkward_layouts(case.skip), strict=True)
    for coarse, whole in layouts:
        call = fuse.call(coarse.contiguous(), whole.contiguous(), offset)
        expect_unmodified(student, call)
        assert isinstance(call.value, torch.Tensor)
        expect_layout_independent(student, fuse, call.value, coarse, whole, offset)
    plain = fuse(case.coarse, case.skip, offset)
    expect_layout_independent(
        student, fuse, plain, coarse=case.coarse, skip=case.skip, offset=offset
    )
    expect_values(student, fuse.no_grad(case.coarse, case.skip, offset), plain)
