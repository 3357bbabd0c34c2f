"""Expected values for `metrics.py`: pixel by pixel in Python's integers, and exact fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import torch
from torch import Tensor

Figure = Callable[[Tensor], Tensor]


def areas(confusion: Tensor) -> list[tuple[int, int, int]]:
    """(n[c, c], t[c], u[c]) of each class; the union counts every cell of its row or column."""
    n, classes = confusion.tolist(), range(len(confusion))
    unions = [sum(n[i][j] for i in classes for j in classes if c in (i, j)) for c in classes]
    return [(n[c][c], sum(n[c]), unions[c]) for c in classes]


def _share(parts: list[Fraction], whole: int) -> Tensor:
    value = float(sum(parts) / Fraction(whole)) if whole else math.nan
    return torch.tensor(value, dtype=torch.float64)


def pixel_accuracy(confusion: Tensor) -> Tensor:
    return _share([Fraction(int(confusion.trace()))], int(confusion.sum()))


def mean_accuracy(confusion: Tensor) -> Tensor:
    accuracies = [Fraction(right, t) for right, t, _ in areas(confusion) if t]
    return _share(accuracies, len(accuracies))


def mean_iu(confusion: Tensor) -> Tensor:
    figures = [Fraction(right, u) for right, _, u in areas(confusion) if u]
    return _share(figures, len(figures))


def frequency_weighted_iu(confusion: Tensor) -> Tensor:
    weighted = [Fraction(t * right, u) for right, t, u in areas(confusion) if u]
    return _share(weighted, int(confusion.sum()))


def confusion_matrix(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    """A tally of (target, prediction), one pixel after the other."""
    if prediction.shape != target.shape:
        raise ValueError("prediction and target of two shapes | shape이 다른 prediction과 target")
    counts = [[0] * num_classes for _ in range(num_classes)]
    for i, j in zip(target.flatten().tolist(), prediction.flatten().tolist(), strict=True):
        if i == ignore_index:
            continue
        if not (0 <= i < num_classes and 0 <= j < num_classes):
            raise ValueError("a label that is no class | 클래스가 아닌 레이블")
        counts[i][j] += 1
    return torch.tensor(counts, dtype=torch.int64)


def segmentation_scores(
    prediction: Tensor,
    target: Tensor,
    num_classes: int,
    ignore_index: int = 255,
    **steps: Figure,
) -> Tensor:
    """The four figures; those in `steps` are computed so."""
    confusion = confusion_matrix(prediction, target, num_classes, ignore_index)
    return torch.stack([figure(confusion).double() for figure in (FIGURES | steps).values()])


FIGURES: dict[str, Figure] = {
    "pixel_accuracy": pixel_accuracy,
    "mean_accuracy": mean_accuracy,
    "mean_iu": mean_iu,
    "frequency_weighted_iu": frequency_weighted_iu,
}
