"""Misconceptions about the labels that `confusion_matrix` takes: range, dtype and shape."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.segmentation.iou.misconceptions.right_confusion_matrix import (
    expect_classes,
    expect_same_shape,
    pairs,
    right_counts,
    tally,
)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Labels that are none of the classes are dropped without a word. A wrong number of "
        "classes or a broken label map would then give figures that look fine: raise a "
        "ValueError.",
        "클래스가 아닌 레이블을 조용히 버립니다. 그러면 클래스 수가 틀렸거나 레이블 맵이 "
        "잘못되어도 결과가 그럴듯해 보입니다. ValueError를 발생시켜야 합니다.",
    ),
    loses=("iou.labels_out_of_range",),
)
def labels_out_of_range_dropped(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = pairs(prediction, target)
    counted = (i != ignore_index) & (i >= 0) & (i < num_classes) & (j >= 0) & (j < num_classes)
    return tally(i[counted], j[counted], num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Labels that are none of the classes are clamped to the nearest class and counted there. "
        "That invents pixels of a class; such a label is a mistake of the caller's, and a "
        "ValueError says so.",
        "클래스가 아닌 레이블을 가장 가까운 클래스로 잘라서 셉니다. 없던 픽셀이 그 클래스에 "
        "생깁니다. 그런 레이블은 호출한 쪽의 잘못이므로 ValueError로 알려야 합니다.",
    ),
    loses=("iou.labels_out_of_range",),
)
def labels_out_of_range_clamped(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = pairs(prediction, target)
    i, j = i[i != ignore_index], j[i != ignore_index]
    return tally(i.clamp(0, num_classes - 1), j.clamp(0, num_classes - 1), num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "The labels are not checked one by one. Combined into target · K + prediction, a label "
        "that is no class can land in the cell of another pair, and nothing shows. Check target "
        "and prediction each by itself before you combine them.",
        "레이블을 하나씩 검사하지 않습니다. 정답 · K + 예측으로 합치고 나면 클래스가 아닌 "
        "레이블이 다른 쌍의 칸에 들어가도 드러나지 않습니다. 합치기 전에 정답과 예측을 각각 "
        "검사하십시오.",
    ),
    loses=("iou.labels_out_of_range",),
)
def labels_not_checked_one_by_one(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = pairs(prediction, target)
    cell = (i * num_classes + j)[i != ignore_index]
    if bool(((cell < 0) | (cell >= num_classes**2)).any()):
        raise ValueError("prediction or target has a label outside 0 ... num_classes - 1")
    return torch.bincount(cell, minlength=num_classes**2).reshape(num_classes, num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You calculate in the labels' own dtype. A uint8 ends at 255: with 21 classes target · K "
        "+ prediction goes up to 440 and wraps around into another cell, and 0 equals an "
        "ignore_index of 256. Convert to int64 first.",
        "레이블의 원래 dtype으로 계산했습니다. uint8은 255까지입니다. 클래스가 21개이면 정답 · K "
        "+ 예측이 440까지 커져 한 바퀴 돌아 다른 칸에 들어가고, 0은 ignore_index 256과 "
        "같아집니다. 먼저 int64로 바꾸십시오.",
    ),
    loses=("iou.any_integer_dtype", "iou.labels_are_numbers"),
)
def cells_computed_in_a_small_dtype(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    expect_same_shape(prediction, target)
    i, j = target[target != ignore_index], prediction[target != ignore_index]
    expect_classes(i, j, num_classes)
    counts = torch.bincount(i * num_classes + j, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You compare the target with `ignore_index` before converting it. PyTorch squeezes the "
        "number into the target's dtype, and in uint8 256 becomes 0: a whole class is left out. "
        "Convert to int64 first.",
        "정답을 변환하기 전에 `ignore_index`와 비교했습니다. PyTorch는 그 수를 정답의 dtype에 "
        "맞추므로 uint8에서는 256이 0이 되어 한 클래스가 통째로 빠집니다. 먼저 int64로 "
        "바꾸십시오.",
    ),
    loses=("iou.labels_are_numbers",),
)
def ignore_index_compared_in_a_small_dtype(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = pairs(prediction, target)
    counted = (target != ignore_index).flatten()
    return tally(i[counted], j[counted], num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Maps of different shapes are broadcast against each other. One row of labels would then "
        "be compared with every row of the image; shapes that differ are a ValueError.",
        "shape이 다른 두 맵을 broadcast합니다. 그러면 레이블 한 줄이 영상의 모든 줄과 비교됩니다. "
        "shape이 다르면 ValueError입니다.",
    ),
    loses=("iou.shape_mismatch",),
)
def shapes_broadcast(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = target.long(), prediction.long()
    try:
        i, j = i + 0 * j, j + 0 * i
    except RuntimeError as error:
        raise ValueError("prediction and target differ in shape") from error
    return right_counts(j, i, num_classes, ignore_index)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Maps with equally many pixels pass, whatever their shapes. A 2 × 3 and a 3 × 2 map "
        "flatten to the same length, but their pixels do not belong together: compare the shapes.",
        "픽셀 수만 같으면 shape이 달라도 통과합니다. 2 × 3과 3 × 2 맵은 펼치면 길이가 같지만 서로 "
        "대응하는 픽셀이 아닙니다. shape을 비교하십시오.",
    ),
    loses=("iou.shape_mismatch",),
)
def as_many_pixels_taken_for_the_same_shape(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    return right_counts(prediction.flatten(), target.flatten(), num_classes, ignore_index)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "The counts are float32, the dtype of a new tensor unless it is told otherwise. Above "
        "2^24 such a number no longer notices one pixel more: counts are int64.",
        "개수가 float32입니다. 새 텐서는 따로 지정하지 않으면 float32입니다. 2^24를 넘으면 이런 "
        "수는 픽셀 하나가 늘어도 변하지 않습니다. 개수는 int64입니다.",
    ),
    loses=("iou.counts_are_int64",),
)
def counts_in_float32(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    return right_counts(prediction, target, num_classes, ignore_index).float()
