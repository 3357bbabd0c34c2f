"""The right `confusion_matrix`, in steps that a misconception leaves out or replaces."""

from __future__ import annotations

import torch
from torch import Tensor


def expect_same_shape(prediction: Tensor, target: Tensor) -> None:
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")


def expect_classes(i: Tensor, j: Tensor, num_classes: int) -> None:
    for name, labels in (("target", i), ("prediction", j)):
        if bool(((labels < 0) | (labels >= num_classes)).any()):
            raise ValueError(f"{name} has a label outside 0 ... num_classes - 1")


def pairs(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The labels (i of the target, j of the prediction) of all pixels as int64."""
    expect_same_shape(prediction, target)
    return target.long().flatten(), prediction.long().flatten()


def tally(i: Tensor, j: Tensor, num_classes: int) -> Tensor:
    """Counts of pairs, each of which must be one of classes."""
    expect_classes(i, j, num_classes)
    counts = torch.bincount(i * num_classes + j, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def right_counts(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int) -> Tensor:
    i, j = pairs(prediction, target)
    counted = i != ignore_index
    return tally(i[counted], j[counted], num_classes)
