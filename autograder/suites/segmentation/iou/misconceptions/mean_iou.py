"""Misconceptions about `mean_iou`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

MEAN = ("iou.mean_over_classes", "iou.absent_classes_do_not_count")


def _areas(confusion: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The numbers of each class's pixels in both, in the target, in the prediction: float64."""
    counts = confusion.double()
    return counts.diagonal(), counts.sum(1), counts.sum(0)


def _right(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return both / (target + prediction - both)


def _mean(figures: Tensor, weights: Tensor) -> Tensor:
    """The weighted mean of the figures that are not NaN."""
    return (figures * weights)[~figures.isnan()].sum() / weights[~figures.isnan()].sum()


@misconception(
    "mean_iou",
    explanation=Text(
        "One class that occurs nowhere makes your whole mean NaN. Its NaN means that there is "
        "nothing to average: leave it out and divide by the number of classes that remain.",
        "어디에도 없는 클래스가 하나만 있어도 평균 전체가 NaN이 됩니다. 그 NaN은 평균에 넣을 값이 "
        "없다는 뜻입니다. 빼고 남은 클래스의 수로 나누십시오.",
    ),
    loses=("iou.absent_classes_do_not_count",),
)
def nan_leaks_into_the_mean(confusion: Tensor) -> Tensor:
    return _right(confusion).mean()


@misconception(
    "mean_iou",
    explanation=Text(
        "You divide by all K classes, so one that occurs nowhere counts like one that was missed "
        "entirely. Average over the classes whose union is not empty.",
        "항상 K개의 클래스로 나누므로, 어디에도 없는 클래스가 완전히 놓친 클래스와 똑같이 "
        "취급됩니다. 합집합이 비어 있지 않은 클래스만 평균하십시오.",
    ),
    loses=("iou.absent_classes_do_not_count", "iou.mean_of_nothing"),
)
def absent_classes_counted_as_zero(confusion: Tensor) -> Tensor:
    return _right(confusion).nan_to_num(nan=0.0).mean()


@misconception(
    "mean_iou",
    explanation=Text(
        "You leave out every class with IoU 0, and with them those that were missed. A missed "
        "class is the worst a prediction can do and must pull the mean down; only an empty union "
        "is left out.",
        "IoU가 0인 클래스를 모두 빼서, 완전히 놓친 클래스까지 빠집니다. 놓친 클래스는 가장 나쁜 "
        "결과이므로 평균을 낮추어야 합니다. 합집합이 빈 클래스만 뺍니다.",
    ),
    loses=("iou.absent_classes_do_not_count",),
)
def missed_classes_left_out(confusion: Tensor) -> Tensor:
    figures = _right(confusion)
    empty = figures.isnan().all()
    return _mean(figures, torch.where(empty, torch.nan, (figures > 0).double()))


@misconception(
    "mean_iou",
    explanation=Text(
        "You average only over the classes of the target. A class that is predicted where there "
        "is none has a union and an IoU of 0: inventing it must cost something.",
        "정답에 있는 클래스만 평균했습니다. 없는 곳에 예측된 클래스에는 합집합이 있고 IoU는 "
        "0입니다. 없는 클래스를 만들어 낸 예측은 평균이 낮아져야 합니다.",
    ),
    loses=("iou.absent_classes_do_not_count",),
)
def classes_of_the_target_only(confusion: Tensor) -> Tensor:
    _, target, _ = _areas(confusion)
    return _mean(_right(confusion), (target > 0).double())


@misconception(
    "mean_iou",
    explanation=Text(
        "You weight each class by its pixels in the target: that is the frequency-weighted IoU. A "
        "large background drowns the small classes in it; in mean IoU every class counts alike.",
        "클래스마다 정답의 픽셀 수로 가중했습니다. 이것은 frequency-weighted IoU입니다. 넓은 "
        "배경에 작은 클래스들이 묻힙니다. mean IoU에서는 모든 클래스가 똑같이 한 번씩 들어갑니다.",
    ),
    loses=MEAN,
)
def frequency_weighted_mean(confusion: Tensor) -> Tensor:
    _, target, _ = _areas(confusion)
    return _mean(_right(confusion), target)


@misconception(
    "mean_iou",
    explanation=Text(
        "You computed pixel accuracy, the right pixels over all pixels. An image full of "
        "background scores high there without a single object found; mean IoU judges each class "
        "by itself and then averages.",
        "전체 픽셀 가운데 맞은 픽셀의 비율인 pixel accuracy를 계산했습니다. 배경이 넓은 "
        "영상에서는 물체를 하나도 찾지 못해도 높게 나옵니다. mean IoU는 클래스마다 따로 평가한 뒤 "
        "평균합니다.",
    ),
    loses=MEAN,
)
def pixel_accuracy_instead_of_the_mean(confusion: Tensor) -> Tensor:
    both, target, _ = _areas(confusion)
    return both.sum() / target.sum()


@misconception(
    "mean_iou",
    explanation=Text(
        "You add up all intersections and all unions and divide once. Large classes then decide "
        "the figure; divide for each class first, and average the results.",
        "교집합과 합집합을 각각 모두 더한 뒤 한 번 나누었습니다. 그러면 큰 클래스가 값을 정하게 "
        "됩니다. 클래스마다 먼저 나누고 그 결과를 평균하십시오.",
    ),
    loses=MEAN,
)
def sums_divided_instead_of_figures_averaged(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return both.sum() / (target + prediction - both).sum()


@misconception(
    "mean_iou",
    explanation=Text(
        "Where there is no class to average you return 0, the figure of the worst prediction. "
        "With every pixel ignored nothing can be said, good or bad: that is NaN.",
        "평균 낼 클래스가 없을 때 가장 나쁜 예측의 값인 0을 반환합니다. 모든 픽셀이 무시되면 "
        "좋다고도 나쁘다고도 할 수 없습니다. 그것이 NaN입니다.",
    ),
    loses=("iou.mean_of_nothing",),
)
def zero_where_there_is_no_class(confusion: Tensor) -> Tensor:
    return _right(confusion).nanmean().nan_to_num(nan=0.0)


@misconception(
    "mean_iou",
    explanation=Text(
        "The mean is float32. Seven digits are fewer than the pixels of a data set have; keep the "
        "float64 of the classes' figures.",
        "평균이 float32입니다. 일곱 자리로는 데이터셋의 픽셀 수를 담지 못합니다. 클래스별 값의 "
        "float64를 그대로 유지하십시오.",
    ),
    loses=("iou.mean_is_exact",),
)
def mean_in_float32(confusion: Tensor) -> Tensor:
    return _right(confusion).nanmean().float()
