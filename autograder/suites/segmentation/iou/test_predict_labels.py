"""Checks of `predict_labels`."""

from __future__ import annotations

import itertools

import torch
from hypothesis import example, given, settings
from torch import Tensor

from autograder.authoring.expect import expect_close, expect_unmodified
from autograder.authoring.invariants import expect_device, expect_values
from autograder.authoring.maps import LAYOUTS, with_layout
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.iou import oracle
from autograder.suites.segmentation.iou import strategies as cases

# Every single case is made to show the mistakes: more of them would only cost time.
few = settings(max_examples=12)


def own_labels(student: Student, scores: Tensor) -> Tensor:
    """The student's own labels: that the right class wins has its check. One label says nothing."""
    own = student.predict_labels(scores)
    return own.long() if len(set(own.flatten().tolist())) > 1 else oracle.predict_labels(scores)


@check(
    "predict_labels",
    points=1.5,
    title=Text(
        "At every pixel the class with the highest score wins",
        "픽셀마다 점수가 가장 높은 클래스가 선택됩니다",
    ),
    hint=Text(
        "One map of scores a class: which of the four axes do you compare along?",
        "클래스마다 점수 맵이 하나씩 있습니다. 네 축 가운데 어느 축을 따라 비교해야 합니까?",
    ),
)
@given(scores=cases.clear_scores())
@example(scores=cases.distinct_scores((3, 3, 3, 3), 1))  # no wrong axis shows in the shape
@example(scores=cases.distinct_scores((2, 3, 4, 2), 1))
@example(scores=cases.distinct_scores((1, 4, 1, 1), 1))
@example(scores=cases.distinct_scores((2, 1, 2, 3), 1))
@few
def test_highest_score_wins(student: Student, scores: Tensor) -> None:
    expect_values(student, student.predict_labels(scores), oracle.predict_labels(scores))


@check(
    "predict_labels",
    points=1,
    title=Text("On a tie the lowest class wins", "동점이면 번호가 가장 작은 클래스가 선택됩니다"),
    hint=Text(
        "Several classes share the highest score. Which one does your way of searching meet first?",
        "가장 높은 점수를 여러 클래스가 함께 가집니다. 지금의 방법은 그중 어느 것을 먼저 만납니까?",
    ),
)
@given(scores=cases.ties())
@example(scores=torch.zeros(1, 21, 2, 3))
@few
def test_lowest_class_wins_ties(student: Student, scores: Tensor) -> None:
    expect_values(student, student.predict_labels(scores), oracle.predict_labels(scores))


@check(
    "predict_labels",
    points=0.5,
    title=Text(
        "Scores that are close, tiny or large are told apart",
        "아주 가깝거나 작거나 큰 점수도 구별됩니다",
    ),
    hint=Text(
        "Two different scores may become equal once they are rounded, squashed or exponentiated. "
        "Is that step needed to find the highest?",
        "서로 다른 점수도 반올림하거나 확률로 바꾸면 같아질 수 있습니다. 최댓값을 찾는 데 "
        "그 단계가 필요합니까?",
    ),
)
def test_scores_are_compared_as_they_are(student: Student) -> None:
    for dtype in cases.CLOSE:
        scores = cases.close_scores(dtype)
        expect_values(student, student.predict_labels(scores), oracle.predict_labels(scores))


@check(
    "predict_labels",
    points=0.5,
    about="form",
    title=Text(
        "Labels are int64, for any dtype and memory layout of the scores, which stay as they were",
        "점수의 dtype과 메모리 배치에 관계없이 결과는 int64이고, 점수는 바뀌지 않습니다",
    ),
    hint=Text(
        "Class numbers are whole numbers: see which dtype your labels have. The scores may be a "
        "view into another tensor, and somebody may still need them.",
        "클래스 번호는 정수입니다. 결과의 dtype을 확인하십시오. 점수는 다른 텐서의 view일 수 있고, "
        "호출한 뒤에도 쓰일 수 있습니다.",
    ),
)
@given(seed=cases.SEEDS)
@settings(max_examples=3)  # the layouts and dtypes are gone through, only values are drawn
def test_labels_are_int64(student: Student, seed: int) -> None:
    plain = cases.distinct_scores((2, 3, 4, 2), seed)
    expected = own_labels(student, plain)
    for dtype, layout in itertools.product(cases.CLOSE, LAYOUTS):
        scores = with_layout(plain.to(dtype), layout)
        call = student.predict_labels.call(scores=scores)
        assert isinstance(call.value, Tensor)
        expect_close(student, call.value, expected)
        expect_unmodified(student, call)


@check(
    "predict_labels",
    points=0.5,
    about="form",
    title=Text("Labels lie on the device of the scores", "결과가 점수와 같은 장치에 있습니다"),
    hint=Text(
        "Where does a tensor that you make yourself come to lie?",
        "직접 만든 텐서는 어느 장치에 놓입니까?",
    ),
)
def test_labels_stay_on_the_device(student: Student) -> None:
    scores = cases.distinct_scores((2, 3, 2, 4), 1)
    expect_values(student, student.predict_labels(scores), own_labels(student, scores))
    expect_device(student, student.predict_labels.on_fake_cuda(scores))
