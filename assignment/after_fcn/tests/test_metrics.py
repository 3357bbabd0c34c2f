"""Public tests of metrics.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import math

import metrics
import pytest
import torch
from expectations import about, expect, expect_that, refused

FIGURES = {
    "pixel_accuracy": 7 / 12,
    "mean_accuracy": (3 / 4 + 4 / 8) / 2,
    "mean_iu": (3 / 6 + 4 / 9 + 0 / 2) / 3,
    "frequency_weighted_iu": (4 * 3 / 6 + 8 * 4 / 9) / 12,
}


@about(
    "{figure}",
    "The worked example: a class that is only predicted counts in mean IU alone",
    "예제: 예측에만 나온 클래스는 mean IU에서만 셉니다",
    hint=(
        "t is 4, 8, 0 and u is 6, 9, 2. Which of them do you divide by, and by how many classes?",
        "t는 4, 8, 0이고 u는 6, 9, 2입니다. 어느 것으로, 그리고 몇 개의 클래스로 나눕니까?",
    ),
)
@pytest.mark.parametrize("figure", FIGURES)
def test_the_worked_example(figure) -> None:
    got = getattr(metrics, figure)(torch.tensor([[3, 1, 0], [2, 4, 2], [0, 0, 0]]))
    expect(got, torch.tensor(FIGURES[figure], dtype=torch.float64))


@about(
    "{figure}",
    "A class that occurs nowhere changes nothing",
    "어디에도 없는 클래스는 아무것도 바꾸지 않습니다",
    hint=(
        "0 divided by 0 is NaN, and so is a sum with it. Leave the class out before you add.",
        "0을 0으로 나누면 NaN이고, 그것을 더한 합도 NaN입니다. 더하기 전에 그 클래스를 빼십시오.",
    ),
)
@pytest.mark.parametrize("figure", FIGURES)
def test_a_class_that_occurs_nowhere_changes_nothing(figure) -> None:
    small = torch.tensor([[3, 1], [2, 6]])
    wide = torch.zeros(4, 4, dtype=torch.int64)
    wide[:2, :2] = small
    expect(getattr(metrics, figure)(wide), getattr(metrics, figure)(small))


@about(
    "{figure}",
    "Without any pixel the figure is NaN",
    "픽셀이 하나도 없으면 NaN입니다",
    hint=(
        "Nothing can be said then, good or bad. Is 0 an honest answer?",
        "좋다고도 나쁘다고도 할 수 없습니다. 0이라고 답해도 됩니까?",
    ),
)
@pytest.mark.parametrize("figure", FIGURES)
def test_without_any_pixel_the_figure_is_nan(figure) -> None:
    empty = float(getattr(metrics, figure)(torch.zeros(3, 3, dtype=torch.int64)))
    expect_that(math.isnan(empty), f"It is {empty:g}.", f"결과가 {empty:g}입니다.")


@about(
    "{figure}",
    "Counts of a large data set do not overflow",
    "큰 데이터셋의 개수에서도 넘치지 않습니다",
    hint=(
        "The product of two such counts does not fit into int64. Which dtype do you calculate in?",
        "이런 개수 두 개의 곱은 int64에 들어가지 않습니다. 어떤 dtype으로 계산합니까?",
    ),
)
@pytest.mark.parametrize("figure", FIGURES)
def test_counts_of_a_large_data_set_do_not_overflow(figure) -> None:
    counts = torch.tensor([[3, 1, 0], [2, 4, 2], [0, 0, 0]]) * 10**11
    got = getattr(metrics, figure)(counts)
    expect(got, torch.tensor(FIGURES[figure], dtype=torch.float64))


@about(
    "segmentation_scores",
    "The four figures in their order, without the ignored pixels",
    "무시되는 픽셀을 뺀 네 가지 점수를 순서대로 냅니다",
    hint=(
        "Which of the two maps decides that a pixel is left out? Rows are the target's class.",
        "픽셀을 뺄지 정하는 것은 두 맵 가운데 어느 쪽입니까? 행은 정답의 클래스입니다.",
    ),
)
def test_four_figures_of_two_maps() -> None:
    prediction = torch.tensor([[0, 1], [1, 7]], dtype=torch.uint8)
    target = torch.tensor([[0, 0], [1, 255]], dtype=torch.uint8)
    got = metrics.segmentation_scores(prediction, target, 3)
    expect(got, torch.tensor([2 / 3, 3 / 4, 1 / 2, 1 / 2], dtype=torch.float64))


@about(
    "segmentation_scores",
    "A label that is none of the classes, and shapes that differ, are a ValueError",
    "클래스 번호가 아닌 레이블과 서로 다른 shape은 ValueError입니다",
    hint=(
        "From K on there is no class, in either map. Look at each before you combine them.",
        "K 이상인 클래스는 없습니다. 합치기 전에 두 맵을 각각 확인하십시오.",
    ),
)
def test_a_label_outside_the_classes_and_a_shape_mismatch_are_refused() -> None:
    zeros = torch.zeros(2, 3, dtype=torch.int64)
    for maps in ((zeros + 2, zeros), (zeros, zeros - 1)):
        with refused("prediction", "target", "num_classes", "ignore_index"):
            metrics.segmentation_scores(*maps, 2)
    with refused("prediction", "target"):
        metrics.segmentation_scores(zeros, zeros[:, :2], 2)
