"""Lists and integers; nothing is rounded before the last division."""

from fractions import Fraction

import torch


def tensor(value, like):
    return torch.tensor(value, dtype=torch.float64, device=like.device)


def sums(n):
    K = range(len(n))
    t = [sum(n[i]) for i in K]
    return t, [t[i] + sum(n[j][i] for j in K) - n[i][i] for i in K]


def pixel_accuracy(confusion):
    n = confusion.tolist()
    total = sum(map(sum, n))
    return tensor(sum(n[i][i] for i in range(len(n))) / total if total else float("nan"), confusion)


def mean_accuracy(confusion):
    n = confusion.tolist()
    t, _ = sums(n)
    values = [n[i][i] / t[i] for i in range(len(n)) if t[i]]
    return tensor(sum(values) / len(values) if values else float("nan"), confusion)


def mean_iu(confusion):
    n = confusion.tolist()
    _, u = sums(n)
    values = [n[i][i] / u[i] for i in range(len(n)) if u[i]]
    return tensor(sum(values) / len(values) if values else float("nan"), confusion)


def frequency_weighted_iu(confusion):
    n = confusion.tolist()
    t, u = sums(n)
    total = sum(t)
    if total == 0:
        return tensor(float("nan"), confusion)
    return tensor(
        float(sum(Fraction(t[i] * n[i][i], u[i] * total) for i in range(len(n)) if u[i])), confusion
    )


def segmentation_scores(prediction, target, num_classes, ignore_index=255):
    if tuple(prediction.shape) != tuple(target.shape):
        raise ValueError("prediction and target must have one shape")
    n = [[0] * num_classes for _ in range(num_classes)]
    for t, p in zip(target.flatten().tolist(), prediction.flatten().tolist()):
        if t == ignore_index:
            continue
        if t not in range(num_classes):
            raise ValueError(f"target: {t}")
        if p not in range(num_classes):
            raise ValueError(f"prediction: {p}")
        n[t][p] += 1
    m = torch.tensor(n, device=prediction.device)
    scores = [f(m).item() for f in (pixel_accuracy, mean_accuracy, mean_iu, frequency_weighted_iu)]
    return torch.tensor(scores, dtype=torch.float64, device=prediction.device)
