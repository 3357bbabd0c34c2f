"""segmentation_scores says all by itself; the other four call nothing of each other."""

import torch
from torch import Tensor


def _of(n: Tensor) -> Tensor:
    n = n.to(torch.double)
    hit, true, given = torch.diagonal(n), n.sum(1), n.sum(0)
    union = true + given - hit
    accuracy, iu = hit / true, hit / union
    weight = true / true.sum()
    return torch.stack(
        [
            hit.sum() / true.sum(),
            torch.nanmean(accuracy),
            torch.nanmean(iu),
            torch.where(union == 0, weight * 0, weight * iu).sum(),
        ]
    )


def pixel_accuracy(confusion: Tensor) -> Tensor:
    return _of(confusion)[0]


def mean_accuracy(confusion: Tensor) -> Tensor:
    return _of(confusion)[1]


def mean_iu(confusion: Tensor) -> Tensor:
    return _of(confusion)[2]


def frequency_weighted_iu(confusion: Tensor) -> Tensor:
    return _of(confusion)[3]


def segmentation_scores(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    if not (prediction.ndim == target.ndim and prediction.size() == target.size()):
        raise ValueError(f"Prediction is {prediction.size()}, target is {target.size()}.")
    keep = target.long().reshape(-1) != ignore_index
    j = prediction.long().reshape(-1)[keep]
    i = target.long().reshape(-1)[keep]
    if i.numel() > 0 and not (0 <= min(i.min(), j.min()) and max(i.max(), j.max()) < num_classes):
        raise ValueError("a label of prediction or target is not below num_classes")
    n = torch.zeros(num_classes * num_classes, dtype=torch.int64, device=i.device)
    n = n.scatter_add(0, i * num_classes + j, torch.ones_like(i))
    return _of(n.view(num_classes, num_classes))
