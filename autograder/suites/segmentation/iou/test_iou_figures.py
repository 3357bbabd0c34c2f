"""Checks of `iou_per_class` and `mean_iou`."""

from __future__ import annotations

import torch
from hypothesis import example, given, settings
from torch import Tensor

from autograder.authoring.expect import expect_unmodified
from autograder.authoring.invariants import expect_device, expect_values
from autograder.authoring.maps import LAYOUTS, with_layout
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.iou import oracle
from autograder.suites.segmentation.iou import strategies as cases
from autograder.suites.segmentation.iou.follow_through_mean import (
    MATRIX,
    UNEVEN,
    expect_exact_figures,
    expect_matrix_in_place,
    expect_mean,
)

# Every single case is made to show the mistakes: more of them would only cost time.
few = settings(max_examples=12)


@check(
    "iou_per_class",
    points=1.5,
    title=Text(
        "Each class gets its intersection divided by its union",
        "클래스마다 교집합을 합집합으로 나눕니다",
    ),
    hint=Text(
        "Mark on paper which cells of the matrix hold the pixels of a class in the target, in the "
        "prediction, in both. How often do you count those in both?",
        "한 클래스의 정답 픽셀, 예측 픽셀, 둘 다인 픽셀이 행렬의 어느 칸에 있는지 표시해 보십시오. "
        "둘 다인 픽셀을 몇 번 세고 있습니까?",
    ),
)
@given(confusion=cases.matrices())
@example(confusion=MATRIX)
@example(confusion=torch.tensor([[5, 0, 0], [0, 1, 0], [0, 0, 2]]))
@example(confusion=torch.tensor([[7]]))
@few
def test_intersection_over_union(student: Student, confusion: Tensor) -> None:
    expected = oracle.iou_per_class(confusion).float()  # how exact it is has its own check
    expect_values(student, student.iou_per_class(confusion), expected)
    # Other names for the classes rename the figures and change nothing else.
    renamed = confusion.roll((1, 1), (0, 1))
    expect_values(student, student.iou_per_class(renamed), expected.roll(1))


@check(
    "iou_per_class",
    points=1,
    title=Text(
        "A class that occurs nowhere is NaN, one that is never met is 0",
        "어디에도 없는 클래스는 NaN, 한 번도 맞지 않은 클래스는 0입니다",
    ),
    hint=Text(
        "0 means that a class was missed. What can be said of a class that was neither there nor "
        "predicted? And of one that was predicted but not there?",
        "0은 클래스를 놓쳤다는 뜻입니다. 정답에도 예측에도 없는 클래스는 어떻게 말해야 합니까? "
        "예측만 되고 정답에는 없는 클래스는 어떻습니까?",
    ),
)
@given(confusion=cases.matrices_with_absent())
@example(confusion=torch.tensor([[0, 2, 0], [0, 3, 0], [0, 1, 0]]))
@example(confusion=torch.tensor([[3, 2, 0], [0, 0, 0], [0, 0, 0]]))
@example(confusion=torch.zeros(2, 2).long())
@few
def test_absent_classes_are_nan(student: Student, confusion: Tensor) -> None:
    got = student.iou_per_class(confusion)
    expected = oracle.iou_per_class(confusion).float()
    if got.shape == expected.shape:  # a class that was met has a figure, here any figure
        expected = torch.where((expected > 0) & ~got.isnan(), got.float(), expected)
    expect_values(student, got, expected)


@check(
    "iou_per_class",
    points=1,
    about="form",
    title=Text(
        "The figures are float64 and exact, also for the counts of a large data set",
        "큰 데이터셋의 개수에서도 결과는 float64로 정확합니다",
    ),
    hint=Text(
        "Which dtype do you divide in? float32 has seven digits, and nothing has to be added to "
        "avoid a division by zero.",
        "어떤 dtype으로 나눕니까? float32는 일곱 자리뿐입니다. 0으로 나누는 일을 피하려고 무언가를 "
        "더할 필요도 없습니다.",
    ),
)
@given(confusion=cases.large_matrices())
@example(confusion=torch.tensor([[1, 1], [1, 4]]))
@example(confusion=torch.tensor([[3 * 2**31, 2**31], [1, 2**24 + 1]]))
@few
def test_figures_are_exact(student: Student, confusion: Tensor) -> None:
    expect_exact_figures(student, confusion)


@check(
    "iou_per_class",
    points=0.5,
    about="form",
    title=Text(
        "The matrix may be a view, stays as it was, and the figures lie on its device",
        "행렬은 view여도 되고 바뀌지 않으며, 결과는 행렬과 같은 장치에 있습니다",
    ),
    hint=Text(
        "The matrix belongs to the caller: do you set its diagonal to zero, or divide in place?",
        "행렬은 호출한 쪽의 것입니다. 대각선을 0으로 바꾸거나 제자리에서 나누고 있지 않습니까?",
    ),
)
@given(confusion=cases.matrices())
@settings(max_examples=3)  # the layouts are gone through
def test_matrix_is_left_alone(student: Student, confusion: Tensor) -> None:
    own = student.iou_per_class(confusion)  # its values are another check's business
    for layout in LAYOUTS:
        call = student.iou_per_class.call(confusion=with_layout(confusion, layout))
        assert isinstance(call.value, Tensor)
        expect_values(student, call.value, own)
        expect_unmodified(student, call)
    expect_device(student, student.iou_per_class.on_fake_cuda(confusion))


@check(
    "mean_iou",
    points=1,
    title=Text("The mean of the classes' IoU", "클래스별 IoU의 평균입니다"),
    hint=Text(
        "Every class counts alike here, however many pixels it has.",
        "픽셀이 몇 개이든 모든 클래스가 똑같이 한 번씩 들어갑니다.",
    ),
)
@given(confusion=cases.matrices())
@example(confusion=UNEVEN)
@example(confusion=torch.tensor([[7]]))
@few
def test_mean_over_classes(student: Student, confusion: Tensor) -> None:
    expect_mean(student, confusion)


@check(
    "mean_iou",
    points=1,
    title=Text(
        "Classes that occur nowhere are left out of the mean, classes that were missed are not",
        "어디에도 없는 클래스는 평균에서 빠지고, 놓친 클래스는 빠지지 않습니다",
    ),
    hint=Text(
        "By how many classes do you divide? An IoU of 0 is a figure, an empty union is none.",
        "몇 개의 클래스로 나누고 있습니까? IoU 0은 값이지만, 빈 합집합에는 값이 없습니다.",
    ),
)
@given(confusion=cases.matrices_with_absent())
@example(confusion=torch.tensor([[3, 1, 0], [0, 4, 0], [0, 0, 0]]))
# A class that was missed, then one that is only predicted: two mistakes told apart.
@example(confusion=torch.tensor([[0, 2, 0], [0, 3, 0], [0, 1, 0]]))
@example(confusion=torch.tensor([[3, 2, 0], [0, 0, 0], [0, 0, 0]]))
@few
def test_absent_classes_do_not_count(student: Student, confusion: Tensor) -> None:
    expect_mean(student, confusion)


@check(
    "mean_iou",
    points=0.5,
    title=Text(
        "With no class to average, the mean is NaN", "평균 낼 클래스가 하나도 없으면 NaN입니다"
    ),
    hint=Text(
        "An image in which every pixel is ignored has no mean IoU. Is 0 an honest answer?",
        "모든 픽셀이 무시되는 영상에는 mean IoU가 없습니다. 0이라고 답해도 됩니까?",
    ),
)
def test_mean_of_nothing(student: Student) -> None:
    expect_mean(student, torch.tensor([[2]]))  # so that not everything is NaN
    for k in (1, 2, 5):
        expect_mean(student, torch.zeros(k, k, dtype=torch.int64))


@check(
    "mean_iou",
    points=0.5,
    about="form",
    title=Text(
        "The mean is a float64 scalar on the matrix's device, exact for the sum over a data set",
        "평균은 행렬과 같은 장치의 float64 스칼라이고, 데이터셋의 행렬을 모두 더해도 정확합니다",
    ),
    hint=Text(
        "Which dtype has your result, which shape, and where does it lie? A data set has more "
        "pixels than a float32 can count. The matrix belongs to the caller.",
        "결과의 dtype과 shape은 무엇이고, 어느 장치에 있습니까? 데이터셋에는 float32로 셀 수 있는 "
        "것보다 많은 픽셀이 있습니다. 행렬은 호출한 쪽의 것입니다.",
    ),
)
@given(confusion=cases.large_matrices())
@example(confusion=torch.tensor([[1, 1], [1, 4]]))
@example(confusion=torch.tensor([[3 * 2**31, 2**31], [1, 2**24 + 1]]))
@settings(max_examples=3)  # the fixed cases show the mistakes
def test_mean_is_exact(student: Student, confusion: Tensor) -> None:
    for layout in LAYOUTS:
        expect_mean(student, with_layout(confusion, layout), exactly=True)
    expect_matrix_in_place(student, confusion)
