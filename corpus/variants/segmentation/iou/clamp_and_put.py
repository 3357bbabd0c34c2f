"""A label that clamping changes is none of the classes."""

import torch


def _labels(name, labels, num_classes):
    outside = labels != labels.clamp(0, num_classes - 1)
    if torch.any(outside):
        raise ValueError(f"{name}: {labels[outside][0].item()} is not in 0 ... {num_classes - 1}")


def predict_labels(scores: torch.Tensor) -> torch.Tensor:
    return torch.argmax(scores, 1)


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if prediction.dim() != target.dim() or prediction.size() != target.size():
        raise ValueError(f"prediction {prediction.size()}, target {target.size()}")
    pairs = torch.stack([target.reshape(-1).long(), prediction.reshape(-1).long()])
    pairs = pairs[:, pairs[0] != ignore_index]
    for name, labels in zip(("target", "prediction"), pairs):
        _labels(name, labels, num_classes)
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=target.device)
    ones = torch.ones(pairs.shape[1], dtype=torch.int64, device=target.device)
    return matrix.index_put((pairs[0], pairs[1]), ones, accumulate=True)


def iou_per_class(confusion):
    confusion = confusion.double()
    hit = torch.einsum("kk->k", confusion)
    return hit / (confusion.sum(0) + confusion.sum(1) - hit)


def mean_iou(confusion):
    return torch.nanmean(iou_per_class(confusion))
