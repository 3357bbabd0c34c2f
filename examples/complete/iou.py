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
    # uint8끼리 섞이면 비교도 덧셈도 이상해지므로 먼저 int64로
    p, t = prediction.flatten().long(), target.flatten().long()
    counted = t != ignore_index
    p, t = p[counted], t[counted]
    for name, labels in (("prediction", p), ("target", t)):
        if ((labels < 0) | (labels >= num_classes)).any():
            raise ValueError(f"{name} has a label outside 0 ... {num_classes - 1}")

    matrix = t.new_zeros((num_classes, num_classes))
    return matrix.index_put_((t, p), torch.ones_like(t), accumulate=True)


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
    assert confusion_matrix(guess, truth, 2).tolist() == [[1, 1], [0, 1]]
    assert confusion_matrix(guess[:0], truth[:0], 2).tolist() == [[0, 0], [0, 0]]
    example = torch.tensor([[3, 1, 0], [0, 4, 0], [0, 0, 0]])
    assert abs(mean_iou(example).item() - 0.775) < 1e-12
    assert mean_iou(torch.zeros(3, 3, dtype=torch.int64)).isnan()
    print("iou: ok")
