"""Public tests of iou.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import math

import iou
import torch
from expectations import about, expect, expect_that, refused


@about(
    "predict_labels",
    "The highest score wins, and on a tie the lowest class",
    "점수가 가장 높은 클래스가, 동점이면 번호가 가장 작은 클래스가 선택됩니다",
    hint=(
        "One map of scores a class: which of the four axes do you compare along? Labels are int64.",
        "클래스마다 점수 맵이 하나씩 있습니다. 네 축 가운데 어느 축을 따라 비교해야 합니까? "
        "레이블은 int64입니다.",
    ),
)
def test_the_highest_score_wins_and_on_a_tie_the_lowest_class() -> None:
    scores = torch.tensor([[[[0.2, 3.0]], [[0.7, 1.0]], [[0.7, 2.0]]]])  # K = 3, one row of two
    expect(
        iou.predict_labels(scores),
        torch.tensor([[[1, 0]]]),
        "Class 1 ties with class 2 and wins; in the next pixel class 0 leads.",
        "첫 픽셀에서는 동점인 1과 2 가운데 1이, 다음 픽셀에서는 0이 선택됩니다.",
        labels=True,
    )


@about(
    "confusion_matrix",
    "Rows are the target's class, columns the prediction's",
    "행은 정답의 클래스, 열은 예측의 클래스입니다",
    hint=(
        "Take one pixel of class 1 that was predicted as class 0. Which cell should it add to?",
        "클래스 1을 0으로 예측한 픽셀 하나를 생각해 보십시오. 어느 칸이 1 늘어나야 합니까?",
    ),
)
def test_rows_are_the_target_and_columns_the_prediction() -> None:
    prediction = torch.tensor([[0, 1, 1], [2, 2, 1]])
    target = torch.tensor([[0, 0, 1], [2, 0, 1]])
    expected = torch.tensor([[1, 1, 1], [0, 2, 0], [0, 0, 1]])
    expect(iou.confusion_matrix(prediction, target, 3), expected)


@about(
    "confusion_matrix",
    "Pixels whose target is ignore_index do not count, whatever is predicted there",
    "정답이 ignore_index인 픽셀은 무엇을 예측했든 세지 않습니다",
    hint=(
        "Which of the two label maps decides that a pixel is left out? An ignored pixel is out "
        "of the game altogether: when do you look at its prediction?",
        "픽셀을 제외할지 정하는 것은 두 레이블 맵 가운데 어느 쪽입니까? 무시되는 픽셀은 아예 "
        "빠집니다. 그 픽셀의 예측을 언제 살펴봅니까?",
    ),
)
def test_ignored_pixels_do_not_count_whatever_is_predicted_there() -> None:
    prediction = torch.tensor([0, 99, 1], dtype=torch.uint8)
    target = torch.tensor([0, 255, 0], dtype=torch.uint8)
    expected = torch.tensor([[1, 1], [0, 0]])
    expect(iou.confusion_matrix(prediction, target, 2), expected)
    expect(iou.confusion_matrix(prediction.flip(0), target, 2, ignore_index=255), expected)


@about(
    "confusion_matrix",
    "Many classes in uint8 do not overflow",
    "uint8에 담긴 여러 클래스에서도 넘치지 않습니다",
    hint=(
        "A uint8 holds no number above 255. How large do the numbers on your way get, with 21 "
        "classes?",
        "uint8은 255보다 큰 수를 담지 못합니다. 클래스가 21개일 때 계산 도중의 수는 얼마나 "
        "커집니까?",
    ),
)
def test_many_classes_in_uint8_do_not_overflow() -> None:
    labels = torch.tensor([20, 20, 3], dtype=torch.uint8)
    expected = torch.zeros(21, 21, dtype=torch.int64)
    expected[20, 20], expected[3, 3] = 2, 1
    expect(iou.confusion_matrix(labels, labels, 21), expected)


@about(
    "confusion_matrix",
    "A label that is none of the classes, and shapes that differ, are a ValueError",
    "클래스 번호가 아닌 레이블과 서로 다른 shape은 ValueError입니다",
    hint=(
        "From K on there is no class, in the target and in the prediction. Look at each of them "
        "before you combine them.",
        "K 이상인 클래스는 없습니다. 정답과 예측을 합치기 전에 각각 확인하십시오.",
    ),
)
def test_a_label_outside_the_classes_and_a_shape_mismatch_are_refused_by_name() -> None:
    zeros = torch.zeros(2, 3, dtype=torch.int64)
    with refused("prediction", "num_classes", "ignore_index"):
        iou.confusion_matrix(zeros + 2, zeros, 2)
    with refused("prediction", "target"):
        iou.confusion_matrix(zeros, zeros[:, :2], 2)


@about(
    "iou_per_class",
    "Each class gets its intersection over its union, NaN where it occurs nowhere",
    "클래스마다 교집합을 합집합으로 나누며, 어디에도 없는 클래스는 NaN입니다",
    hint=(
        "Mark on paper which cells of the matrix hold the pixels of a class in the target, in "
        "the prediction, in both. How often do you count those in both?",
        "한 클래스의 정답 픽셀, 예측 픽셀, 둘 다인 픽셀이 행렬의 어느 칸에 있는지 표시해 "
        "보십시오. 둘 다인 픽셀을 몇 번 세고 있습니까?",
    ),
)
def test_iou_is_intersection_over_union_and_nan_for_an_absent_class() -> None:
    expect(
        iou.iou_per_class(torch.tensor([[3, 1, 0], [2, 4, 0], [0, 0, 0]])),
        torch.tensor([3 / 6, 4 / 7, math.nan], dtype=torch.float64),
    )


@about(
    "mean_iou",
    "The mean leaves out classes that do not occur",
    "평균에서 어디에도 없는 클래스는 빠집니다",
    hint=(
        "By how many classes do you divide? An IoU of 0 is a figure, an empty union is none.",
        "몇 개의 클래스로 나누고 있습니까? IoU 0은 값이지만, 빈 합집합에는 값이 없습니다.",
    ),
)
def test_the_mean_leaves_out_classes_that_do_not_occur() -> None:
    expect(
        iou.mean_iou(torch.tensor([[3, 1, 0], [0, 4, 0], [0, 0, 0]])),
        torch.tensor((3 / 4 + 4 / 5) / 2, dtype=torch.float64),
    )
    empty = iou.mean_iou(torch.zeros(2, 2, dtype=torch.int64))
    expect_that(
        math.isnan(empty),
        f"Without any class to average the mean is NaN, not {float(empty):g}.",
        f"평균 낼 클래스가 하나도 없으면 {float(empty):g}이(가) 아니라 NaN입니다.",
    )
