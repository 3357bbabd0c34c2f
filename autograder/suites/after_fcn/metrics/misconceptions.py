"""Small wrong implementations of the functions of `metrics.py`, with names."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text


def _areas(confusion: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The numbers of each class's pixels in both, in the target, in the prediction: float64."""
    n = confusion.double()
    return n.diagonal(), n.sum(1), n.sum(0)


def _mean(parts: Tensor, wholes: Tensor) -> Tensor:
    return (parts[wholes > 0] / wholes[wholes > 0]).mean()


@misconception(
    "pixel_accuracy",
    explanation=Text(
        "You average the classes' accuracies: that is mean accuracy. Here all pixels count alike.",
        "클래스별 정확도를 평균했습니다. 이것은 mean accuracy입니다. 여기서는 모든 픽셀을 똑같이 "
        "셉니다.",
    ),
    loses=("metrics.right_pixels_over_all",),
)
def mean_accuracy_instead(confusion: Tensor) -> Tensor:
    both, t, _ = _areas(confusion)
    return _mean(both, t)


@misconception(
    "mean_accuracy",
    explanation=Text(
        "You divide by the pixels that were given the class: that is precision. Divide by t, the "
        "pixels that are of it.",
        "그 클래스로 예측한 픽셀의 수로 나누었습니다. 이것은 precision입니다. 실제로 그 클래스인 "
        "픽셀의 수 t로 나눕니다.",
    ),
    loses=("metrics.accuracy_of_each_class_is_averaged",),
)
def precision_instead_of_accuracy(confusion: Tensor) -> Tensor:
    both, _, predicted = _areas(confusion)
    return _mean(both, predicted)


@misconception(
    "mean_accuracy",
    explanation=Text(
        "A class that was only predicted counts as 0. It has no pixel that could be right: only "
        "mean IU punishes it.",
        "예측에만 나온 클래스를 0으로 셉니다. 맞힐 픽셀이 없는 클래스입니다. 그것을 벌하는 것은 "
        "mean IU뿐입니다.",
    ),
    loses=("metrics.accuracy_needs_pixels_of_the_class",),
)
def invented_classes_counted(confusion: Tensor) -> Tensor:
    both, t, predicted = _areas(confusion)
    return (both / t).nan_to_num(0)[t + predicted > 0].mean()


@misconception(
    "mean_accuracy",
    explanation=Text(
        "A small number in the denominator changes every figure and turns what is absent into 0. "
        "Leave absent classes out, and add nothing.",
        "분모에 더한 작은 수 때문에 모든 값이 달라지고 없는 클래스가 0이 됩니다. 더하지 말고 없는 "
        "클래스를 빼십시오.",
    ),
    loses=("metrics.accuracy_needs_pixels_of_the_class", "metrics.mean_accuracy_is_exact"),
)
def smoothed_denominator(confusion: Tensor) -> Tensor:
    both, t, _ = _areas(confusion)
    return (both / (t + 1e-6)).mean()


@misconception(
    "mean_iu",
    explanation=Text(
        "The pixels in both are counted twice in your union: subtract n[i, i] once.",
        "합집합에서 겹치는 픽셀을 두 번 셉니다. n[i, i]를 한 번 빼십시오.",
    ),
    loses=("metrics.iu_of_each_class_is_averaged",),
)
def intersection_counted_twice(confusion: Tensor) -> Tensor:
    both, t, predicted = _areas(confusion)
    return _mean(both, t + predicted)


@misconception(
    "mean_iu",
    explanation=Text(
        "You average over the target's classes. A class that was only predicted has a union, and "
        "an IU of 0.",
        "정답의 클래스만 평균했습니다. 예측에만 나온 클래스에도 합집합이 있고 IU는 0입니다.",
    ),
    loses=("metrics.iu_counts_invented_classes",),
)
def target_classes_only(confusion: Tensor) -> Tensor:
    both, t, predicted = _areas(confusion)
    return (both / (t + predicted - both))[t > 0].mean()


@misconception(
    "mean_iu",
    explanation=Text(
        "You divide by all K classes, so one that occurs nowhere counts like a missed one.",
        "항상 K개의 클래스로 나누므로 어디에도 없는 클래스가 놓친 클래스처럼 취급됩니다.",
    ),
    loses=("metrics.iu_counts_invented_classes", "metrics.mean_iu_of_nothing"),
)
def divided_by_all_classes(confusion: Tensor) -> Tensor:
    both, t, predicted = _areas(confusion)
    return (both / (t + predicted - both)).nan_to_num(0).mean()


@misconception(
    "mean_iu",
    explanation=Text(
        "A class that occurs nowhere counts as 1. It is neither right nor wrong: leave it out.",
        "어디에도 없는 클래스를 1로 셉니다. 맞은 것도 틀린 것도 아니므로 빼야 합니다.",
    ),
    loses=("metrics.iu_counts_invented_classes", "metrics.mean_iu_of_nothing"),
)
def absent_classes_count_as_1(confusion: Tensor) -> Tensor:
    both, t, predicted = _areas(confusion)
    return (both / (t + predicted - both)).nan_to_num(1).mean()


@misconception(
    "mean_iu",
    explanation=Text(
        "You calculate in float32, which has seven digits: a data set has more pixels.",
        "float32로 계산했습니다. 일곱 자리로는 데이터셋의 픽셀 수를 담지 못합니다.",
    ),
    loses=("metrics.mean_iu_is_exact",),
)
def figures_in_float32(confusion: Tensor) -> Tensor:
    n = confusion.float()
    return _mean(n.diagonal(), n.sum(0) + n.sum(1) - n.diagonal())


@misconception(
    "frequency_weighted_iu",
    explanation=Text(
        "Your weights are how often a class was predicted. They are its frequencies in the target.",
        "클래스가 예측된 빈도로 가중했습니다. 가중치는 정답에서의 빈도입니다.",
    ),
    loses=("metrics.iu_is_weighted_by_frequency",),
)
def weighted_by_the_prediction(confusion: Tensor) -> Tensor:
    both, t, predicted = _areas(confusion)
    return (predicted * (both / (t + predicted - both)).nan_to_num(0)).sum() / t.sum()


@misconception(
    "frequency_weighted_iu",
    explanation=Text(
        "A class that occurs nowhere makes the sum NaN: 0 · NaN is NaN. Leave it out.",
        "어디에도 없는 클래스 때문에 합이 NaN이 됩니다. 0 · NaN은 NaN입니다. 빼고 더하십시오.",
    ),
    loses=("metrics.weight_of_absent_classes_is_zero",),
)
def weight_zero_times_nan(confusion: Tensor) -> Tensor:
    both, t, predicted = _areas(confusion)
    return (t * both / (t + predicted - both)).sum() / t.sum()


@misconception(
    "frequency_weighted_iu",
    explanation=Text(
        "t · n[i, i] is multiplied in int64 and overflows for large counts. Convert to float64 "
        "first.",
        "t · n[i, i]를 int64로 곱하여 큰 개수에서 넘칩니다. 먼저 float64로 바꾸십시오.",
    ),
    loses=("metrics.frequency_weighted_iu_is_exact",),
)
def product_overflows(confusion: Tensor) -> Tensor:
    both, t, predicted = confusion.diagonal(), confusion.sum(1), confusion.sum(0)
    weighted = (t * both).double() / (t + predicted - both)
    return weighted.nan_to_num(0).sum() / t.sum().double()


def _scores(
    prediction: Tensor,
    target: Tensor,
    num_classes: int,
    ignore_index: int = 255,
    *,
    mistake: str = "",
) -> Tensor:
    """Right but for one mistake."""
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    small = mistake == "small dtype"
    i, j = target.flatten(), prediction.flatten()
    i, j = (i, j) if small else (i.long(), j.long())
    counted = (j if mistake == "ignored prediction" else i) != ignore_index
    if mistake == "labels dropped":
        counted = counted & (i >= 0) & (i < num_classes) & (j >= 0) & (j < num_classes)
    i, j = i[counted].long(), j[counted].long()
    for name, labels in (("target", i), ("prediction", j)):
        if bool(((labels < 0) | (labels >= num_classes)).any()):
            raise ValueError(f"{name} has a label outside 0 ... num_classes - 1")
    rows, columns = (j, i) if mistake == "transposed" else (i, j)
    n = torch.bincount(rows * num_classes + columns, minlength=num_classes**2)
    both, t, predicted = _areas(n.reshape(num_classes, num_classes))
    u = t + predicted - both
    weighted = (t * both)[u > 0] / u[u > 0]
    figures = [both.sum() / t.sum(), _mean(both, t), _mean(both, u), weighted.sum() / t.sum()]
    return torch.stack(figures)


@misconception(
    "segmentation_scores",
    explanation=Text(
        "Your matrix is transposed: rows are the target's class, columns the prediction's.",
        "행렬이 뒤집혔습니다. 행은 정답의 클래스, 열은 예측의 클래스입니다.",
    ),
    loses=("metrics.four_figures_of_one_matrix",),
)
def rows_are_predictions(*args: Any, **kwargs: Any) -> Tensor:
    return _scores(*args, **kwargs, mistake="transposed")


@misconception(
    "segmentation_scores",
    explanation=Text(
        "Pixels are left out where the prediction is `ignore_index`. The target decides.",
        "예측이 `ignore_index`인 픽셀을 뺍니다. 뺄지 정하는 것은 정답입니다.",
    ),
    loses=("metrics.ignored_targets_do_not_count",),
)
def prediction_decides_what_is_ignored(*args: Any, **kwargs: Any) -> Tensor:
    return _scores(*args, **kwargs, mistake="ignored prediction")


@misconception(
    "segmentation_scores",
    explanation=Text(
        "You compare with `ignore_index` in the target's dtype, where 256 becomes 0 (uint8) and "
        "255 becomes −1 (int8). Convert to int64 first.",
        "정답의 dtype으로 `ignore_index`와 비교합니다. uint8에서 256은 0이, int8에서 255는 −1이 "
        "됩니다. 먼저 int64로 바꾸십시오.",
    ),
    loses=("metrics.labels_are_numbers", "metrics.refuses_labels_outside"),
)
def ignore_index_in_a_small_dtype(*args: Any, **kwargs: Any) -> Tensor:
    return _scores(*args, **kwargs, mistake="small dtype")


@misconception(
    "segmentation_scores",
    explanation=Text(
        "Labels that are no class are dropped without a word. They are a ValueError.",
        "클래스가 아닌 레이블을 조용히 버립니다. ValueError로 알려야 합니다.",
    ),
    loses=("metrics.refuses_labels_outside",),
)
def labels_outside_dropped(*args: Any, **kwargs: Any) -> Tensor:
    return _scores(*args, **kwargs, mistake="labels dropped")


@misconception(
    "segmentation_scores",
    explanation=Text(
        "Mean IU comes before mean accuracy. The order is that of the paper's formulas.",
        "mean IU가 mean accuracy보다 앞에 있습니다. 순서는 논문의 수식 순서입니다.",
    ),
    loses=("metrics.four_figures_of_one_matrix",),
)
def figures_in_another_order(*args: Any, **kwargs: Any) -> Tensor:
    return _scores(*args, **kwargs)[[0, 2, 1, 3]]
