"""Misconceptions about `iou_per_class` and `mean_iou`.

The other functions of the file have modules of their own, `iou_labels.py` and `iou_counts.py`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

FIGURES = "iou.intersection_over_union"
ABSENT = "iou.absent_classes_are_nan"
MEAN = ("iou.mean_over_classes", "iou.absent_classes_do_not_count")


def _areas(confusion: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """How many pixels each class has in both, in the target, in the prediction: float64."""
    counts = confusion.double()
    return counts.diagonal(), counts.sum(1), counts.sum(0)


def _right(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return both / (target + prediction - both)


@misconception(
    "iou_per_class",
    explanation=Text(
        "Your union adds target and prediction and leaves it at that, so the pixels that both "
        "share are counted twice, and a perfect prediction gets 0.5. Take the intersection off "
        "once.",
        "합집합에서 정답과 예측을 더하기만 하여, 둘이 겹치는 픽셀이 두 번 들어갑니다. 그래서 "
        "완벽한 예측도 0.5가 됩니다. 교집합을 한 번 빼야 합니다.",
    ),
    loses=(FIGURES,),
)
def union_without_subtracting_the_intersection(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return both / (target + prediction)


@misconception(
    "iou_per_class",
    explanation=Text(
        "You computed Dice, 2·|A∩B| / (|A| + |B|), also called F1. It is never below the IoU and "
        "equal only at 0 and 1; IoU divides the intersection, taken once, by the union.",
        "F1이라고도 하는 Dice, 2·|A∩B| / (|A| + |B|)를 계산했습니다. Dice는 IoU보다 작지 않고 0과 "
        "1에서만 같습니다. IoU는 한 번 센 교집합을 합집합으로 나눈 값입니다.",
    ),
    loses=(FIGURES,),
)
def dice_instead_of_iou(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return 2 * both / (target + prediction)


@misconception(
    "iou_per_class",
    explanation=Text(
        "You divide by the target's pixels alone: that is recall. Who paints the whole image in "
        "one class gets 1 for it; the union also holds the pixels predicted wrongly as the class.",
        "정답의 픽셀 수로만 나누었습니다. 이것은 recall입니다. 영상 전체를 한 클래스로 칠해도 그 "
        "클래스는 1이 됩니다. 합집합에는 그 클래스로 잘못 예측한 픽셀도 들어갑니다.",
    ),
    loses=(FIGURES, ABSENT),
)
def recall_of_each_class(confusion: Tensor) -> Tensor:
    both, target, _ = _areas(confusion)
    return both / target


@misconception(
    "iou_per_class",
    explanation=Text(
        "You divide by the predicted pixels alone: that is precision. One right pixel and no "
        "other would already give 1; the union also holds the pixels of the class that were "
        "missed.",
        "예측한 픽셀 수로만 나누었습니다. 이것은 precision입니다. 맞는 픽셀 하나만 예측해도 1이 "
        "됩니다. 합집합에는 그 클래스인데 놓친 픽셀도 들어갑니다.",
    ),
    loses=(FIGURES, ABSENT),
)
def precision_of_each_class(confusion: Tensor) -> Tensor:
    both, _, prediction = _areas(confusion)
    return both / prediction


@misconception(
    "iou_per_class",
    explanation=Text(
        "A class that occurs nowhere gets 0. But 0 says that all its pixels were missed, and "
        "there were none: the figure does not exist, which is what NaN says.",
        "어디에도 없는 클래스가 0이 됩니다. 0은 그 클래스의 픽셀을 모두 놓쳤다는 뜻인데, 놓칠 "
        "픽셀이 없었습니다. 값이 존재하지 않으며, NaN이 바로 그 뜻입니다.",
    ),
    loses=(ABSENT,),
)
def absent_class_as_zero(confusion: Tensor) -> Tensor:
    return _right(confusion).nan_to_num(nan=0.0)


@misconception(
    "iou_per_class",
    explanation=Text(
        "A class that occurs nowhere gets 1, as if it had been predicted perfectly. Nothing was "
        "predicted and nothing was there: the figure does not exist, which is what NaN says.",
        "어디에도 없는 클래스가 완벽하게 예측한 것처럼 1이 됩니다. 예측한 것도 없고 있던 것도 "
        "없습니다. 값이 존재하지 않으며, NaN이 바로 그 뜻입니다.",
    ),
    loses=(ABSENT,),
)
def absent_class_as_one(confusion: Tensor) -> Tensor:
    return _right(confusion).nan_to_num(nan=1.0)


@misconception(
    "iou_per_class",
    explanation=Text(
        "A class that is predicted but not in the target gets NaN. Its union is not empty: every "
        "such pixel is a mistake, so the figure is 0. Only an empty union has none.",
        "예측에는 있고 정답에는 없는 클래스가 NaN이 됩니다. 합집합이 비어 있지 않습니다. 그 "
        "픽셀은 모두 오답이므로 값은 0입니다. 합집합이 비었을 때만 값이 없습니다.",
    ),
    loses=(ABSENT,),
)
def nan_outside_the_target(confusion: Tensor) -> Tensor:
    _, target, _ = _areas(confusion)
    return torch.where(target > 0, _right(confusion), torch.nan)


@misconception(
    "iou_per_class",
    explanation=Text(
        "You add a small number (1e-6) to the union against a division by zero. That shifts every "
        "figure a little and turns the NaN of an absent class into 0; in floating point 0 / 0 is "
        "the NaN that is asked for.",
        "0으로 나누지 않으려고 합집합에 작은 수(1e-6)를 더했습니다. 그러면 모든 값이 조금씩 "
        "어긋나고, 없는 클래스의 NaN이 0이 됩니다. 부동소수점에서 0 / 0은 바로 여기서 필요한 "
        "NaN입니다.",
    ),
    loses=(ABSENT, "iou.figures_are_exact"),
)
def epsilon_added_to_the_union(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return both / (target + prediction - both + 1e-6)


@misconception(
    "iou_per_class",
    explanation=Text(
        "You add a small number (1e-6) above and below, as a smoothed loss does. That shifts "
        "every figure a little and makes an absent class perfect, 1; a figure needs no smoothing, "
        "and 0 / 0 is the NaN that is asked for.",
        "평활화한 손실 함수처럼 분자와 분모에 작은 수(1e-6)를 더했습니다. 그러면 모든 값이 조금씩 "
        "어긋나고 없는 클래스가 완벽한 1이 됩니다. 평가값에는 평활화가 필요 없고, 0 / 0은 바로 "
        "여기서 필요한 NaN입니다.",
    ),
    loses=(ABSENT, "iou.figures_are_exact"),
)
def epsilon_above_and_below(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return (both + 1e-6) / (target + prediction - both + 1e-6)


@misconception(
    "iou_per_class",
    explanation=Text(
        "The figures are float32: dividing integer tensors gives torch's default dtype. It holds "
        "seven digits, fewer than the pixels of a data set have; convert to float64 before you "
        "divide.",
        "결과가 float32입니다. 정수 텐서를 나누면 torch의 기본 dtype이 됩니다. float32는 일곱 "
        "자리뿐이라 데이터셋의 픽셀 수를 담지 못합니다. 나누기 전에 float64로 바꾸십시오.",
    ),
    loses=("iou.figures_are_exact",),
)
def figures_in_float32(confusion: Tensor) -> Tensor:
    return _right(confusion).float()


# --- mean_iou


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
