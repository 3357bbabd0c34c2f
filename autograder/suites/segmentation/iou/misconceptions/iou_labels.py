"""Misconceptions about `predict_labels`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

VALUES = ("iou.highest_score_wins", "iou.lowest_class_wins_ties")
CLOSE = "iou.scores_are_compared_as_they_are"


@misconception(
    "predict_labels",
    explanation=Text(
        "You compared along the last axis, which is the width W. The scores of one pixel lie "
        "along the class axis, the second one; the axis that disappears must be K.",
        "마지막 축인 너비 W를 따라 비교했습니다. 한 픽셀의 점수들은 두 번째 축인 클래스 축에 놓여 "
        "있습니다. 없어지는 축은 K여야 합니다.",
    ),
    loses=(*VALUES, CLOSE),
)
def argmax_over_the_last_axis(scores: Tensor) -> Tensor:
    return scores.argmax(-1)


@misconception(
    "predict_labels",
    explanation=Text(
        "You reshaped (N, K, H, W) to (N, H, W, K). A reshape does not move axes, it only cuts "
        "the same numbers into other pieces, so scores of different pixels are compared. Move the "
        "axis, or compare along it where it is.",
        "(N, K, H, W)를 (N, H, W, K)로 reshape했습니다. reshape는 축을 옮기지 않고 같은 수들을 "
        "다르게 자를 뿐이어서, 서로 다른 픽셀의 점수를 비교하게 됩니다. 축을 옮기거나, 있는 "
        "자리에서 그 축을 따라 비교하면 됩니다.",
    ),
    loses=(*VALUES, CLOSE),
)
def scores_reshaped_instead_of_permuted(scores: Tensor) -> Tensor:
    n, k, h, w = scores.shape
    return scores.reshape(n, h, w, k).argmax(-1)


@misconception(
    "predict_labels",
    explanation=Text(
        "On a tie you return the last of the best classes, the lowest is asked for. That happens "
        "where a score takes over that is equal to the best one so far; it should be higher.",
        "동점일 때 가장 좋은 클래스들 가운데 마지막 것을 반환합니다. 번호가 가장 작은 것이어야 "
        "합니다. 지금까지의 최댓값과 같은 점수가 자리를 차지할 때 생기는 일입니다. 더 클 때만 "
        "바꾸어야 합니다.",
    ),
    loses=("iou.lowest_class_wins_ties",),
)
def last_class_wins_ties(scores: Tensor) -> Tensor:
    return scores.shape[1] - 1 - scores.flip(1).argmax(1)


@misconception(
    "predict_labels",
    explanation=Text(
        "Your running maximum begins at 0, so where all scores are negative no class can win. "
        "Scores are not probabilities: begin with the scores of class 0.",
        "최댓값을 0에서 시작하므로 모든 점수가 음수인 픽셀에서는 어떤 클래스도 이기지 못합니다. "
        "점수는 확률이 아닙니다. 클래스 0의 점수에서 시작하십시오.",
    ),
    loses=("iou.highest_score_wins", CLOSE),
)
def running_maximum_from_zero(scores: Tensor) -> Tensor:
    best = scores.max(1)
    return torch.where(best.values > 0, scores.argmax(1), 0)


@misconception(
    "predict_labels",
    explanation=Text(
        "You squeezed the result: a batch of one image, a single row or a single column loses its "
        "axis. The shape is always (N, H, W), also where one of them is 1.",
        "결과를 squeeze했습니다. 그러면 영상이 하나이거나 행이나 열이 하나일 때 그 축이 "
        "사라집니다. N, H, W 가운데 1이 있어도 shape은 항상 (N, H, W)입니다.",
    ),
    loses=(*VALUES, CLOSE),
)
def axes_of_length_one_squeezed(scores: Tensor) -> Tensor:
    return scores.argmax(1).squeeze()


@misconception(
    "predict_labels",
    explanation=Text(
        "You took a softmax before comparing. It keeps the order on paper, but rounding makes "
        "close scores equal, and then the lower class wins. The highest score is the highest "
        "probability anyway: compare the scores themselves.",
        "비교하기 전에 softmax를 적용했습니다. 수식으로는 순서가 그대로이지만, 반올림 때문에 "
        "가까운 점수들이 같아져 번호가 작은 클래스가 선택됩니다. 점수가 가장 높으면 확률도 가장 "
        "높으므로 점수를 그대로 비교하면 됩니다.",
    ),
    loses=(CLOSE,),
)
def softmax_before_argmax(scores: Tensor) -> Tensor:
    return scores.softmax(1).argmax(1)


@misconception(
    "predict_labels",
    explanation=Text(
        "You return the highest score itself. A label map holds which class has it: the position "
        "of the maximum along the class axis, not its value.",
        "가장 높은 점수 자체를 반환했습니다. 레이블 맵에는 그 점수를 가진 클래스의 번호가 "
        "들어갑니다. 클래스 축에서 최댓값의 값이 아니라 위치입니다.",
    ),
    loses=(*VALUES, CLOSE, "iou.labels_are_int64", "iou.labels_stay_on_the_device"),
)
def highest_score_instead_of_its_class(scores: Tensor) -> Tensor:
    return scores.amax(1)


@misconception(
    "predict_labels",
    explanation=Text(
        "The labels are right, but int32. Class numbers are int64 here, as indexing and the loss "
        "functions of PyTorch want them.",
        "레이블은 맞지만 int32입니다. 여기서 클래스 번호는 int64입니다. PyTorch의 인덱싱과 손실 "
        "함수도 int64를 받습니다.",
    ),
    loses=("iou.labels_are_int64",),
)
def labels_as_int32(scores: Tensor) -> Tensor:
    return scores.argmax(1).int()


@misconception(
    "predict_labels",
    explanation=Text(
        "The labels are right, but floating like the scores. A class number is no measurement: "
        "the result should be int64, whatever the dtype of the scores.",
        "레이블은 맞지만 점수와 같은 실수 dtype입니다. 클래스 번호는 측정값이 아니므로, 점수의 "
        "dtype이 무엇이든 결과는 int64여야 합니다.",
    ),
    loses=("iou.labels_are_int64",),
)
def labels_in_the_dtype_of_the_scores(scores: Tensor) -> Tensor:
    return scores.argmax(1).to(scores.dtype)
