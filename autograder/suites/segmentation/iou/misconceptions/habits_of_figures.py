"""Ways in which published code and questions about it go wrong: crops, labels and figures."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

Size = tuple[int, int]


def _expect_inside(x: Tensor, size: Size) -> None:
    if not (1 <= size[0] <= x.shape[2] and 1 <= size[1] <= x.shape[3]):
        raise ValueError(f"size {size} does not lie inside {tuple(x.shape[2:])}")


@misconception(
    "center_crop",
    explanation=Text(
        "You halve height and h each by itself and subtract: H // 2 − h // 2. Where H is even and "
        "h odd that begins one row too late; halve the margin, (H − h) // 2.",
        "H // 2 − h // 2처럼 높이와 h를 따로 반으로 나누었습니다. H가 짝수이고 h가 홀수이면 한 행 "
        "늦게 시작합니다. 여백을 (H − h) // 2로 나누어야 합니다.",
    ),
    loses=("unet.odd_margins",),
)
def difference_of_halves(x: Tensor, size: Size) -> Tensor:
    _expect_inside(x, size)
    top, left = x.shape[2] // 2 - size[0] // 2, x.shape[3] // 2 - size[1] // 2
    return x[:, :, top : top + size[0], left : left + size[1]]


@misconception(
    "concat_skip",
    explanation=Text(
        "You add the two maps. In the U-Net they are put side by side along the channels, so that "
        "the convolution behind them can weigh each.",
        "두 맵을 더했습니다. U-Net에서는 뒤의 합성곱이 각각을 따로 볼 수 있도록 채널 방향으로 이어 "
        "붙입니다.",
    ),
    loses=("unet.skip_comes_first",),
)
def maps_added_instead_of_joined(skip: Tensor, upsampled: Tensor) -> Tensor:
    h, w = upsampled.shape[2:]
    if skip.shape[0] != upsampled.shape[0] or skip.shape[2] < h or skip.shape[3] < w:
        raise ValueError("skip is smaller than upsampled, or of another N")
    top, left = (skip.shape[2] - h) // 2, (skip.shape[3] - w) // 2
    own = skip[:, :, top : top + h, left : left + w]
    count = min(own.shape[1], upsampled.shape[1])
    return own[:, :count] + upsampled[:, :count]


@misconception(
    "predict_labels",
    explanation=Text(
        "Your classes are counted from 1. The label is the position along the class axis, which "
        "begins at 0.",
        "클래스 번호를 1부터 셉니다. 레이블은 클래스 축에서의 위치이며 0부터 시작합니다.",
    ),
    loses=("iou.highest_score_wins", "iou.lowest_class_wins_ties"),
)
def classes_counted_from_one(scores: Tensor) -> Tensor:
    return scores.argmax(1) + 1


def _areas(confusion: Tensor) -> tuple[Tensor, Tensor]:
    counts = confusion.double()
    both = counts.diagonal()
    return both, counts.sum(0) + counts.sum(1) - both


@misconception(
    "iou_per_class",
    explanation=Text(
        "You add 1 above and below, as a smoothed loss does. A figure is not smoothed: with 1 "
        "pixel in the union it would be 0.5 where it is 0.",
        "smoothing을 쓰는 손실 함수처럼 분자와 분모에 1을 더했습니다. 지표에는 더하지 않습니다. "
        "합집합이 1픽셀이면 0이어야 할 값이 0.5가 됩니다.",
    ),
    loses=("iou.intersection_over_union", "iou.absent_classes_are_nan"),
)
def smoothed_by_one(confusion: Tensor) -> Tensor:
    both, union = _areas(confusion)
    return (both + 1) / (union + 1)


@misconception(
    "iou_per_class",
    explanation=Text(
        "You return percentages. IoU is a share between 0 and 1.",
        "백분율을 반환했습니다. IoU는 0과 1 사이의 비율입니다.",
    ),
    loses=("iou.intersection_over_union",),
)
def figures_in_percent(confusion: Tensor) -> Tensor:
    both, union = _areas(confusion)
    return 100 * both / union


@misconception(
    "mean_iou",
    explanation=Text(
        "You leave class 0 out, as where it is the background. Here every class that occurs "
        "counts.",
        "배경이라고 보고 클래스 0을 뺐습니다. 여기서는 나타나는 모든 클래스를 셉니다.",
    ),
    loses=("iou.mean_over_classes",),
)
def background_left_out(confusion: Tensor) -> Tensor:
    both, union = _areas(confusion)
    return (both / union)[1:].nanmean()


@misconception(
    "mean_iou",
    explanation=Text(
        "Absent classes count 1 in your mean. They have no IoU: leave them out.",
        "없는 클래스를 평균에서 1로 셉니다. 그런 클래스에는 IoU가 없으므로 빼야 합니다.",
    ),
    loses=("iou.absent_classes_do_not_count", "iou.mean_of_nothing"),
)
def absent_classes_counted_as_one(confusion: Tensor) -> Tensor:
    both, union = _areas(confusion)
    return (both / union).nan_to_num(1).mean()


@misconception(
    "mean_iou",
    explanation=Text(
        "You take the median over the classes. The mean IoU is the arithmetic mean.",
        "클래스들의 중앙값을 구했습니다. 평균 IoU는 산술 평균입니다.",
    ),
    loses=("iou.mean_over_classes",),
)
def median_instead_of_mean(confusion: Tensor) -> Tensor:
    both, union = _areas(confusion)
    return (both / union).nanmedian()


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You divide every row by its sum. A confusion matrix holds counts: only so can the "
        "matrices of several images be added up.",
        "각 행을 합으로 나누었습니다. 혼동 행렬에는 개수가 들어 있어야 여러 이미지의 행렬을 더할 "
        "수 있습니다.",
    ),
    loses=("iou.rows_are_targets", "iou.counts_are_int64"),
)
def rows_divided_by_their_sums(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    i, j = target.long().flatten(), prediction.long().flatten()
    i, j = i[i != ignore_index], j[i != ignore_index]
    for name, labels in (("target", i), ("prediction", j)):
        if labels.numel() and (int(labels.min()) < 0 or int(labels.max()) >= num_classes):
            raise ValueError(f"{name} has a label that is no class")
    counts = torch.bincount(i * num_classes + j, minlength=num_classes**2)
    counts = counts.reshape(num_classes, num_classes).double()
    return counts / counts.sum(1, keepdim=True).clamp(min=1)
