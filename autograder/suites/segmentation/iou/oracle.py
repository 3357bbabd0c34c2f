"""Expected values for `iou.py`: pixel by pixel in Python's integers, and exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import torch
from torch import Tensor


def predict_labels(scores: Tensor) -> Tensor:
    """At every pixel the first position of the largest score."""
    n, _, h, w = scores.shape
    pixels = scores.permute(0, 2, 3, 1).flatten(0, 2).tolist()
    return torch.tensor([values.index(max(values)) for values in pixels]).reshape(n, h, w)


def confusion_matrix(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    """A tally of (target, prediction), one pixel after the other."""
    counts = [[0] * num_classes for _ in range(num_classes)]
    labels = zip(target.flatten().tolist(), prediction.flatten().tolist(), strict=True)
    for of_target, of_prediction in labels:
        if of_target != ignore_index:
            counts[of_target][of_prediction] += 1
    return torch.tensor(counts, dtype=torch.int64)


def unions(confusion: Tensor) -> list[int]:
    """The number of pixels of each class in the target, the prediction or both."""
    counts = confusion.tolist()
    classes = range(len(counts))
    return [sum(counts[i][j] for i in classes for j in classes if c in (i, j)) for c in classes]


def iou_per_class(confusion: Tensor) -> Tensor:
    """Fractions of Python's integers, rounded once at the end."""
    counts = confusion.tolist()
    ious = [
        float(Fraction(counts[c][c], union)) if union else math.nan
        for c, union in enumerate(unions(confusion))
    ]
    return torch.tensor(ious, dtype=torch.float64)


def mean_iou(confusion: Tensor) -> Tensor:
    """The mean of the fractions of the classes that have a union."""
    counts = confusion.tolist()
    ious = [Fraction(counts[c][c], u) for c, u in enumerate(unions(confusion)) if u]
    mean = float(sum(ious) / len(ious)) if ious else math.nan
    return torch.tensor(mean, dtype=torch.float64)
