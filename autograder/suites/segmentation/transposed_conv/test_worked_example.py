"""Checks of `transposed_conv2d` on the example that the lecture works through by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.expect import fail, matches
from autograder.authoring.invariants import (
    expect_consistent,
    expect_transposed_gradient,
    expect_values,
)
from autograder.authoring.maps import fill
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call
from autograder.suites.segmentation.transposed_conv import oracle
from autograder.suites.segmentation.transposed_conv.oracle import WORKED_RESULT
from autograder.suites.segmentation.transposed_conv.strategies import (
    WORKED_KERNEL,
    WORKED_X,
    PlacedExample,
    Stamping,
    placed_examples,
)

MISPRINT = WORKED_RESULT.clone()
MISPRINT[0, 0, 2, 2] = 15
ERRATUM = Text(
    "Row 3, column 3 holds 15, which is a misprint of the lecture slide: 16 is right. The slide's "
    "third step writes 5+2 where 3·1 must be added, so 5+3, and its last step 7+8 where 8+8 is "
    "right. Check it by hand: the output must sum to sum(input)·sum(kernel) = 10·17 = 170, and "
    "the slide's numbers sum to 169.",
    "3행 3열이 15입니다. 이는 강의 슬라이드의 오류이며 16이 맞습니다. 슬라이드의 세 번째 단계는 "
    "3·1을 더해야 하므로 5+2가 아니라 5+3이고, 마지막 단계는 7+8이 아니라 8+8입니다. 손으로 "
    "확인해 보십시오. 출력의 합은 sum(입력)·sum(커널) = 10·17 = 170이어야 하는데, 슬라이드의 "
    "숫자를 모두 더하면 169입니다.",
)


def is_misprint(got: Tensor) -> bool:
    return got.numel() == 16 and matches(got.float().reshape(1, 1, 4, 4), MISPRINT)


def expect_table(
    student: Student,
    got: Tensor,
    expected: Tensor,
    message: Text | None = None,
    *,
    scale: float | None = None,
) -> None:
    """Compare the values, and name the misprint of the slide where it is handed in."""
    if is_misprint(got) and torch.equal(expected, WORKED_RESULT):
        fail(student, ERRATUM, got=got, expected=expected)
    expect_values(student, got, expected, scale=scale, message=message)


def judge(student: Student, call: Call) -> None:
    """One call and what is right, for relations between the student's own results."""
    assert isinstance(call.value, Tensor)
    case = Stamping(*call.args, **call.kwargs)  # type: ignore[arg-type]
    expected, scale = oracle.transposed_conv2d(case), oracle.magnitude(case)
    expect_table(student, call.value, expected, scale=scale)


def expect_something(student: Student, got: Tensor) -> None:
    """Zeros have every property below, and are no result."""
    if not got.any():
        fail(
            student,
            Text("The result holds nothing but zeros.", "결과가 모두 0입니다."),
            got=got,
        )


@check(
    "transposed_conv2d",
    points=1.5,
    title=Text("The worked example of the lecture", "강의의 손계산 예제와 같습니다"),
    hint=Text(
        "Draw the four stamps on a 4 × 4 grid and add up what lies on each cell. The sum of the "
        "output tells whether the additions are right.",
        "4 × 4 격자에 네 개의 도장을 그리고 칸마다 놓인 값을 더해 보십시오. 출력의 합을 보면 "
        "덧셈이 맞는지 알 수 있습니다.",
    ),
)
def test_worked_example(student: Student) -> None:
    expect_table(student, student.transposed_conv2d(WORKED_X, WORKED_KERNEL), WORKED_RESULT)


@check(
    "transposed_conv2d",
    points=1,
    title=Text(
        "The four stamps of the worked example, one by one and in any order",
        "손계산 예제의 네 도장은 하나씩도, 어떤 순서로 더해도 맞습니다",
    ),
    hint=Text(
        "An input that is zero but for one value leaves one stamp: the kernel times that value, "
        "neither turned nor mirrored. Where is its upper left corner?",
        "한 값만 0이 아닌 입력은 도장 하나를 남깁니다. 도장은 커널에 그 값을 곱한 것이며 돌리거나 "
        "뒤집지 않습니다. 왼쪽 위 모서리는 어디에 놓입니까?",
    ),
)
@settings(max_examples=4)
@given(order=st.permutations(range(4)))
@example(order=[0, 1, 2, 3])
def test_worked_stamps(student: Student, order: Sequence[int]) -> None:
    some, so_far = torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 4, 4)
    for row, column in (divmod(cell, 2) for cell in order):
        value = WORKED_X[0, 0, row, column]
        single, stamp = torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 4, 4)
        single[0, 0, row, column] = value
        stamp[0, 0, row : row + 3, column : column + 3] = value * WORKED_KERNEL[0, 0]
        where = f"({row + 1}, {column + 1})"
        wrong = Text(
            f"The stamp of the input value {value:g} in row and column {where} is not right.",
            f"행과 열 {where}에 있는 입력값 {value:g}의 도장이 올바르지 않습니다.",
        )
        expect_table(student, student.transposed_conv2d(single, WORKED_KERNEL), stamp, wrong)
        some, so_far = some + single, so_far + stamp
        expect_table(student, student.transposed_conv2d(some, WORKED_KERNEL), so_far)


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "Scaling the input scales the output, adding inputs adds outputs",
        "입력을 몇 배 하면 출력도 그만큼, 입력을 더하면 출력도 더해집니다",
    ),
    hint=Text(
        "The operation is linear: every input value counts by itself, whatever its neighbours "
        "and its sign are, and nothing is kept from an earlier call.",
        "이 연산은 선형입니다. 각 입력값은 이웃과 부호에 상관없이 따로 더해지며, 이전 호출의 값이 "
        "남아 있어서는 안 됩니다.",
    ),
)
@settings(max_examples=6)
@given(factor=st.integers(2, 9), seed=st.integers(0, 10**6))
@example(factor=-1, seed=1)
def test_worked_linear(student: Student, factor: int, seed: int) -> None:
    other = fill((1, 1, 2, 2), "digits", seed)
    first = student.transposed_conv2d(WORKED_X, WORKED_KERNEL)
    expect_something(student, first)
    scaled = student.transposed_conv2d(factor * WORKED_X, WORKED_KERNEL)
    expect_consistent(student, scaled, factor * first, partial(judge, student))
    second = student.transposed_conv2d(other, WORKED_KERNEL)
    added = student.transposed_conv2d(WORKED_X + other, WORKED_KERNEL)
    own, largest = None, None
    if second.shape == first.shape:
        own, largest = first + second, float(first.abs().max() + second.abs().max())
    expect_consistent(student, added, own, partial(judge, student), scale=largest)


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "Input and kernel transposed give the output transposed",
        "입력과 커널을 전치하면 출력도 전치됩니다",
    ),
    hint=Text(
        "Rows and columns are treated alike. Does one of them lag behind in your code?",
        "행과 열은 똑같이 다루어집니다. 코드에서 한쪽만 다르게 처리하지는 않습니까?",
    ),
)
@settings(max_examples=4)
@given(seed=st.integers(0, 10**6), width=st.integers(1, 4))
@example(seed=0, width=2)
def test_worked_transposed(student: Student, seed: int, width: int) -> None:
    x = fill((1, 1, 2, width), "digits", seed) if seed else WORKED_X
    upright = student.transposed_conv2d(x, WORKED_KERNEL)
    if x.any():
        expect_something(student, upright)
    lying = student.transposed_conv2d(x.mT.contiguous(), WORKED_KERNEL.mT.contiguous())
    own = upright.mT.contiguous() if upright.dim() >= 2 else None
    expect_consistent(student, lying, own, partial(judge, student))


@check(
    "transposed_conv2d",
    points=0.5,
    title=Text(
        "The output sums to sum(input)·sum(kernel), in the worked example to 170",
        "출력의 합은 sum(입력)·sum(커널)이며, 손계산 예제에서는 170입니다",
    ),
    hint=Text(
        "Every input value spreads its whole kernel over the output. Is something lost or "
        "counted twice where stamps overlap?",
        "각 입력값은 커널 전체를 출력에 퍼뜨립니다. 도장이 겹치는 곳에서 값이 사라지거나 두 번 "
        "더해지지는 않습니까?",
    ),
)
@settings(max_examples=6)
@given(seed=st.integers(1, 10**6))
@example(seed=0)
def test_worked_sum(student: Student, seed: int) -> None:
    x = fill((1, 1, 2, 2), "digits", seed) if seed else WORKED_X
    kernel = fill((1, 1, 3, 3), "digits", seed + 1) if seed else WORKED_KERNEL
    got = student.transposed_conv2d(x, kernel)
    if not seed and is_misprint(got):
        fail(student, ERRATUM, got=got, expected=WORKED_RESULT)
    total, expected = got.double().sum(), x.double().sum() * kernel.double().sum()
    expect_values(
        student,
        total,
        expected,
        scale=float(x.abs().sum() * kernel.abs().sum()) * 1e4,  # float32's tolerance
        message=Text(
            f"The output sums to {total:g}, not to {x.sum():g}·{kernel.sum():g} = {expected:g}.",
            f"출력의 합이 {total:g}입니다. "
            f"{x.sum():g}·{kernel.sum():g} = {expected:g}이어야 합니다.",
        ),
    )


@check(
    "transposed_conv2d",
    points=1,
    title=Text(
        "The worked example keeps its numbers inside larger maps, channels and batches",
        "손계산 예제는 더 큰 맵, 채널, 배치 안에서도 같은 숫자를 줍니다",
    ),
    hint=Text(
        "The same 2 × 2 values stand somewhere in a map of zeros, in one channel of one sample. "
        "Where do their stamps belong, and in which output channel?",
        "같은 2 × 2 값이 0으로 된 맵의 어딘가, 한 샘플의 한 채널에 있습니다. 그 도장은 어디에, "
        "어느 출력 채널에 찍혀야 합니까?",
    ),
)
@settings(max_examples=10)
@given(case=placed_examples())
@example(
    case=PlacedExample(samples=1, sample=0, channels=(1, 1), pair=(0, 0), size=(3, 4), at=(1, 2))
)
@example(
    case=PlacedExample(samples=3, sample=2, channels=(2, 2), pair=(1, 0), size=(2, 3), at=(0, 1))
)
@example(
    case=PlacedExample(samples=2, sample=1, channels=(3, 2), pair=(2, 1), size=(4, 3), at=(2, 0))
)
def test_worked_embedded(student: Student, case: PlacedExample) -> None:
    got = student.transposed_conv2d(case.x, case.weight)
    expect_table(student, got, case.place(WORKED_RESULT), scale=22)


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "Gradients of the worked example, for the input and for the kernel",
        "손계산 예제에서 입력과 커널의 gradient가 맞습니다",
    ),
    hint=Text(
        "Each input value collects the gradient of the nine cells its stamp covers, weighted by "
        "the kernel. Does anything cut the connection on the way?",
        "각 입력값은 자기 도장이 덮는 아홉 칸의 gradient를 커널로 가중해 모읍니다. 도중에 연결을 "
        "끊는 것이 있습니까?",
    ),
)
@settings(max_examples=4)
@given(seed=st.integers(0, 10**6))
def test_worked_gradient(student: Student, seed: int) -> None:
    function, case = student.transposed_conv2d, Stamping(WORKED_X, WORKED_KERNEL)
    probes = fill((1, 1, 2, 2), "normal", seed), fill((1, 1, 3, 3), "normal", seed)
    results = function(probes[0], WORKED_KERNEL), function(WORKED_X, probes[1])
    g = fill((1, 1, 4, 4), "digits", seed)
    returned = function.vjp(g, WORKED_X, WORKED_KERNEL, wrt=(0, 1))
    expected, scales = oracle.gradients(case, g), oracle.gradient_magnitudes(case, g)
    for i, name in enumerate(("x", "weight")):
        probe = probes[i], results[i]
        expect_transposed_gradient(
            student, name, returned, expected[i], g, probe, position=i, scale=scales[i]
        )
