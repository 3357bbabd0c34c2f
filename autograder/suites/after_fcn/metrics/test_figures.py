"""Checks of the four figures: their formulas, absent classes, no class at all, exactness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.declared import Test, made_test
from autograder.authoring.expect import expect_close, expect_unmodified, matches
from autograder.authoring.invariants import expect_device, expect_values
from autograder.authoring.maps import LAYOUTS, with_layout
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.after_fcn.metrics import oracle
from autograder.suites.after_fcn.metrics.strategies import (
    ABSENT,
    FULL,
    LARGE,
    MATRICES_WITH_ABSENT,
    UNEVEN,
    matrices,
)

MATRICES = matrices(1, 10)


def figure(
    function: str,
    *,
    points: float,
    title: Text,
    hint: Text,
    cases: st.SearchStrategy[Tensor] = MATRICES,
    examples: Sequence[Tensor] = FULL,
) -> Test:
    """A figure of matrices, as in float32: whether it is exact has a check of its own."""

    def body(student: Student, confusion: Tensor) -> None:
        got = getattr(student, function)(confusion)
        expect_values(student, got, oracle.FIGURES[function](confusion).float())

    return made_test(
        body,
        function,
        points=points,
        title=title,
        hint=hint,
        about="values",
        cases=cases,
        examples=examples,
        max_examples=12,
    )


absent = partial(figure, cases=MATRICES_WITH_ABSENT, examples=ABSENT)
nothing = partial(
    figure,
    title=Text("A matrix of zeros gives NaN", "0뿐인 행렬의 결과는 NaN입니다"),
    hint=Text(
        "Where every pixel is ignored nothing can be said, good or bad. Is 0 an honest answer?",
        "모든 픽셀이 무시되면 좋다고도 나쁘다고도 할 수 없습니다. 0이라고 답해도 됩니까?",
    ),
    examples=(UNEVEN, *(torch.zeros(k, k).long() for k in (1, 2, 5))),  # not always NaN
)


def exact(function: str, *, points: float) -> Test:
    """A float64 scalar on the matrix's device, exact for any counts; the matrix stays."""

    def body(student: Student, confusion: Tensor) -> None:
        own, expected = getattr(student, function), oracle.FIGURES[function](confusion)
        for layout in LAYOUTS:
            call = own.call(confusion=with_layout(confusion, layout))
            expect_unmodified(student, call)
            if not matches(call.value, expected):
                excused = _exact_in_its_way(student, function, call.value, confusion)
                student.calls.append(call)  # the counterexample is the call that is judged
                if not excused:
                    expect_close(student, call.value, expected)
        expect_device(student, own.on_fake_cuda(confusion))

    return made_test(
        body,
        function,
        points=points,
        title=Text(
            "A float64 scalar on the matrix's device, exact for large counts; the matrix stays",
            "큰 개수에서도 정확하고 행렬의 장치에 있는 float64 스칼라이며, 행렬은 그대로입니다",
        ),
        hint=Text(
            "float32 has seven digits, int64 ends near 9.2 · 10^18, and nothing has to be added to "
            "a denominator. Do you write into the matrix?",
            "float32는 일곱 자리이고 int64는 약 9.2 · 10^18까지입니다. 분모에 무언가를 더할 필요도 "
            "없습니다. 행렬에 값을 쓰고 있지 않습니까?",
        ),
        about="form",
        cases=matrices(2**24, 2**38),
        examples=LARGE,
        max_examples=4,
    )


def _exact_in_its_way(student: Student, function: str, got: Tensor, confusion: Tensor) -> bool:
    """Whether a wrong formula, which has lost its points, is neither rounded nor smoothed.

    Three times the counts give the same figure unless something is.
    """
    own = getattr(student, function)
    small = own(UNEVEN)
    if matches(small.float(), oracle.FIGURES[function](UNEVEN).float()):
        return False
    telling = got.shape == () and got.dtype == torch.float64 and not matches(got, small)
    return telling and matches(own(3 * confusion), got)


COUNTED = Text(
    "By how many classes do you divide? Which of t and u must be above 0 for a figure to exist?",
    "몇 개의 클래스로 나누고 있습니까? t와 u 중 어느 것이 0보다 커야 그 클래스의 값이 존재합니까?",
)

test_right_pixels_over_all = figure(
    "pixel_accuracy",
    points=1,
    title=Text("The right pixels over all pixels", "전체 픽셀 가운데 맞힌 픽셀의 비율입니다"),
    hint=Text(
        "Every pixel counts alike here, whatever its class.",
        "여기서는 클래스와 관계없이 모든 픽셀이 똑같이 한 번씩 들어갑니다.",
    ),
    examples=(*FULL, *ABSENT),
)
test_pixel_accuracy_of_nothing = nothing("pixel_accuracy", points=0.5)
test_pixel_accuracy_is_exact = exact("pixel_accuracy", points=0.5)

test_accuracy_of_each_class_is_averaged = figure(
    "mean_accuracy",
    points=1,
    title=Text("The mean of the classes' n[i, i] / t[i]", "클래스별 n[i, i] / t[i]의 평균입니다"),
    hint=Text(
        "Mark the cells of the pixels that are of class i: do they form a row or a column?",
        "실제로 클래스 i인 픽셀이 있는 칸들을 표시해 보십시오. 행입니까, 열입니까?",
    ),
)
test_accuracy_needs_pixels_of_the_class = absent(
    "mean_accuracy",
    points=1,
    title=Text(
        "Classes without a pixel in the target do not count, missed ones do",
        "정답에 픽셀이 없는 클래스는 세지 않고, 모두 놓친 클래스는 셉니다",
    ),
    hint=COUNTED,
)
test_mean_accuracy_of_nothing = nothing("mean_accuracy", points=0.5)
test_mean_accuracy_is_exact = exact("mean_accuracy", points=0.5)

test_iu_of_each_class_is_averaged = figure(
    "mean_iu",
    points=1,
    title=Text("The mean of the classes' n[i, i] / u[i]", "클래스별 n[i, i] / u[i]의 평균입니다"),
    hint=Text(
        "Which cells hold pixels that are of class i or were given it? How often is n[i, i] there?",
        "클래스 i이거나 i로 예측된 픽셀은 어느 칸들에 있습니까? n[i, i]는 그중 몇 번 나옵니까?",
    ),
)
test_iu_counts_invented_classes = absent(
    "mean_iu",
    points=1,
    title=Text(
        "Classes that occur nowhere do not count; those only predicted, or missed, count as 0",
        "어디에도 없는 클래스는 세지 않고, 예측에만 있거나 모두 놓친 클래스는 0으로 셉니다",
    ),
    hint=COUNTED,
)
test_mean_iu_of_nothing = nothing("mean_iu", points=0.5)
test_mean_iu_is_exact = exact("mean_iu", points=0.5)

test_iu_is_weighted_by_frequency = figure(
    "frequency_weighted_iu",
    points=1,
    title=Text(
        "Each class's n[i, i] / u[i] has the weight t[i] / Σ t",
        "클래스마다 n[i, i] / u[i]의 가중치는 t[i] / Σ t입니다",
    ),
    hint=Text(
        "The weights add up to 1. Of which map, target or prediction, are they the frequencies?",
        "가중치의 합은 1입니다. 정답과 예측 가운데 어느 쪽의 빈도입니까?",
    ),
)
test_weight_of_absent_classes_is_zero = absent(
    "frequency_weighted_iu",
    points=1,
    title=Text(
        "Classes without a pixel in the target have weight 0",
        "정답에 픽셀이 없는 클래스의 가중치는 0입니다",
    ),
    hint=Text(
        "0 times NaN is NaN. Which classes have a union at all?",
        "0에 NaN을 곱하면 NaN입니다. 합집합이 있는 클래스는 무엇입니까?",
    ),
)
test_frequency_weighted_iu_of_nothing = nothing("frequency_weighted_iu", points=0.5)
test_frequency_weighted_iu_is_exact = exact("frequency_weighted_iu", points=0.5)
