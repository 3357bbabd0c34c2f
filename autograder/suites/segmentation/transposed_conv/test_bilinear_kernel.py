"""Checks of `bilinear_kernel`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.expect import expect_form, expect_unmodified, fail, matches
from autograder.authoring.invariants import expect_values
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.transposed_conv import oracle

EVEN = (2, 4, 6, 8, 10, 16)
ODD = (1, 3, 5, 7, 9, 15)


@check(
    "bilinear_kernel",
    points=1,
    title=Text(
        "Even sizes: the outer product of the triangle filter, centred between two entries",
        "짝수 크기: 두 칸 사이에 중심이 있는 삼각 필터의 외적입니다",
    ),
    hint=Text(
        "For k = 4 the filter is 0.25, 0.75, 0.75, 0.25: symmetric, and its sum is not 1. It is "
        "not normalised.",
        "k = 4이면 필터는 0.25, 0.75, 0.75, 0.25입니다. 대칭이고 합은 1이 아닙니다. 정규화하지 "
        "않습니다.",
    ),
)
def test_even_sizes(student: Student) -> None:
    for size in EVEN:
        expect_values(student, student.bilinear_kernel(1, size), oracle.bilinear_kernel(1, size))


@check(
    "bilinear_kernel",
    points=1,
    title=Text(
        "Odd sizes: the outer product of the triangle filter, centred on the middle entry",
        "홀수 크기: 가운데 칸에 중심이 있는 삼각 필터의 외적입니다",
    ),
    hint=Text(
        "For k = 3 the filter is 0.5, 1, 0.5: the middle entry is the centre and holds 1. What "
        "are f and c for an odd k?",
        "k = 3이면 필터는 0.5, 1, 0.5입니다. 가운데 칸이 중심이고 값은 1입니다. 홀수 k에서 f와 c는 "
        "얼마입니까?",
    ),
)
def test_odd_sizes(student: Student) -> None:
    for size in ODD:
        expect_values(student, student.bilinear_kernel(1, size), oracle.bilinear_kernel(1, size))


@check(
    "bilinear_kernel",
    points=0.5,
    title=Text(
        "Each channel leads to itself by the same kernel, and to no other",
        "각 채널은 같은 커널로 자기 자신에만 연결됩니다",
    ),
    hint=Text(
        "(channels, channels, k, k): which of these pairs of channels should mix?",
        "(channels, channels, k, k) 가운데 어떤 채널 쌍이 서로 섞여야 합니까?",
    ),
)
def test_channel_diagonal(student: Student) -> None:
    for channels, size in ((2, 4), (3, 3), (5, 2)):
        # The student's own filter: whether it is right is asked above.
        single = student.bilinear_kernel(1, size)
        got = student.bilinear_kernel(channels=channels, kernel_size=size)
        expected = torch.zeros(channels, channels, size, size)
        if single.shape == (1, 1, size, size):
            for channel in range(channels):
                expected[channel, channel] = single[0, 0]
        if not (single.any() and matches(got.to(expected.dtype), expected)):
            expect_values(student, got, oracle.bilinear_kernel(channels, size))


@check(
    "bilinear_kernel",
    points=0.5,
    about="form",
    title=Text(
        "It is float32 whatever the default dtype, on the CPU",
        "기본 dtype과 무관하게 dtype은 float32이고 CPU에 있습니다",
    ),
    hint=Text(
        "Nothing here follows an input: name the dtype. What do torch.tensor and NumPy choose "
        "by themselves?",
        "따를 입력이 없으므로 dtype을 명시하십시오. torch.tensor나 NumPy가 스스로 고르는 dtype은 "
        "무엇입니까?",
    ),
)
def test_kernel_form(student: Student) -> None:
    for channels, size in ((1, 1), (2, 4), (1, 5), (3, 2)):
        call = student.bilinear_kernel.call(channels, size)
        expect_unmodified(student, call)
        got = call.value
        assert isinstance(got, Tensor)
        expect_form(student, got, got.to(torch.float32))
        expect_form(student, student.bilinear_kernel.no_grad(channels, size), got)
        expect_form(student, student.bilinear_kernel.under_float64(channels, size), got)
    fake = student.bilinear_kernel.on_fake_cuda(2, 4)
    if fake.device not in (None, "cpu"):
        fail(
            student,
            Text(
                f"The kernel lies on {fake.device}, it should be on the CPU.",
                f"커널이 {fake.device}에 있습니다. CPU에 있어야 합니다.",
            ),
        )
