from __future__ import annotations

import torch
from torch import Tensor


def predict_labels(scores: Tensor) -> Tensor:
    _, label = scores.flip(1).sort(dim=1, stable=True)
    return scores.shape[1] - 1 - label[:, -1]


def confusion_matrix(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    def valid(label: int) -> bool:
        return 0 <= label < num_classes

    if not prediction.shape == target.shape:
        raise ValueError(
            "prediction and target should have the same shape, "
            f"but they have {tuple(prediction.shape)} and {tuple(target.shape)}"
        )
    matrix = torch.zeros((num_classes, num_classes), dtype=torch.int64)
    for t, p in zip(target.flatten().tolist(), prediction.flatten().tolist()):
        if t == ignore_index:
            continue
        if not (valid(t) and valid(p)):
            raise ValueError(
                f"Target {t} or prediction {p} is outside [0, num_classes) and is not ignore_index"
            )
        matrix[t, p] += 1
    return matrix.to(target.device)


def iou_per_class(confusion: Tensor) -> Tensor:
    true_positive = confusion.diag()
    false_positive = confusion.sum(dim=0) - true_positive
    false_negative = confusion.sum(dim=1) - true_positive
    union = true_positive + false_positive + false_negative
    iou = torch.true_divide(true_positive.to(torch.float64), union.clamp(min=1))
    return iou.masked_fill(union == 0, torch.nan)


def mean_iou(confusion: Tensor) -> Tensor:
    iou = iou_per_class(confusion)
    there = iou.isfinite()
    if not there.any():
        return torch.full((), torch.nan, dtype=torch.float64, device=confusion.device)
    return iou[there].sum() / there.sum()
