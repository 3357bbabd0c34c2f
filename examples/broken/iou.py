"""Label map, confusion matrix, IoU, mean IoU."""

from __future__ import annotations

import torch
from torch import Tensor


def predict_labels(scores: Tensor) -> Tensor:
    # 클래스를 하나씩 보면서 "지금까지의 최고"보다 클 때만 바꾼다 -> 동점이면 앞 번호가 남는다.
    best = scores[:, 0]
    labels = torch.zeros_like(best, dtype=torch.int64)
    for k in range(1, scores.shape[1]):
        challenger = scores[:, k]
        labels = labels.masked_fill(challenger > best, k)
        best = torch.maximum(best, challenger)
    return labels


def confusion_matrix(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    if prediction.shape != target.shape:
        raise ValueError(
            f"prediction is {tuple(prediction.shape)}, target is {tuple(target.shape)}"
        )
    # 픽셀을 하나씩 센다
    guesses, truths = prediction.flatten().tolist(), target.flatten().tolist()
    counts = [[0] * num_classes for _ in range(num_classes)]
    i = 0
    while i < len(truths):
        guess, truth = guesses[i], truths[i]
        if truth == ignore_index:
            continue
        for name, label in (("prediction", guess), ("target", truth)):
            if not 0 <= label < num_classes:
                raise ValueError(f"{name} has a label outside 0 ... {num_classes - 1}: {label}")
        counts[truth][guess] += 1
        i += 1
    return torch.tensor(counts, dtype=torch.int64, device=target.device)


def iou_per_class(confusion: Tensor) -> Tensor:
    intersection = confusion.diagonal()
    union = confusion.sum(dim=0) + confusion.sum(dim=1) - intersection
    return intersection.double() / union.double()  # 0 / 0 = NaN: 어디에도 없는 클래스


def mean_iou(confusion: Tensor) -> Tensor:
    iou = iou_per_class(confusion)
    present = ~iou.isnan()
    return iou.nansum() / present.sum()


if __name__ == "__main__":
    guess = torch.tensor([0, 1, 1, 7], dtype=torch.uint8)
    truth = torch.tensor([0, 0, 1, 255], dtype=torch.uint8)
    assert confusion_matrix(guess[:3], truth[:3], 2).tolist() == [[1, 1], [0, 1]]
    assert confusion_matrix(guess[:0], truth[:0], 2).tolist() == [[0, 0], [0, 0]]
    example = torch.tensor([[3, 1, 0], [0, 4, 0], [0, 0, 0]])
    assert abs(mean_iou(example).item() - 0.775) < 1e-12
    assert mean_iou(torch.zeros(3, 3, dtype=torch.int64)).isnan()
    print("iou: ok")
