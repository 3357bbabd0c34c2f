"""Misconceptions about `iou_per_class`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

FIGURES = "iou.intersection_over_union"
ABSENT = "iou.absent_classes_are_nan"


def _areas(confusion: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The numbers of each class's pixels in both, in the target, in the prediction: float64."""
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
