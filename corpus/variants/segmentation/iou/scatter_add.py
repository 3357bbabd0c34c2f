import torch
from torch import Tensor


def predict_labels(scores: Tensor) -> Tensor:
    order = torch.sort(scores, dim=1, descending=True, stable=True).indices
    return order[:, 0]


def confusion_matrix(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    if prediction.shape != target.shape:
        raise ValueError("`prediction` and `target`")
    t, p = target.long(), prediction.long()
    valid = t != ignore_index
    for name, labels in (("target", t), ("prediction", p)):
        bad = valid & ((labels < 0) | (labels >= num_classes))
        if bad.any():
            raise ValueError(name)
    # the ignored ones are counted in a cell behind the matrix
    cells = torch.where(valid, t * num_classes + p, num_classes**2).flatten()
    counts = torch.zeros(num_classes**2 + 1, dtype=torch.long, device=t.device)
    counts.scatter_add_(0, cells, torch.ones_like(cells))
    return counts[:-1].view(num_classes, num_classes)


def iou_per_class(confusion: Tensor) -> Tensor:
    inter = confusion.diagonal()
    union = confusion.sum(0) + confusion.sum(1) - inter
    return inter.double() / union.double()


def mean_iou(confusion: Tensor) -> Tensor:
    iou = iou_per_class(confusion)
    ok = iou.isfinite()
    return torch.where(ok, iou, 0.0).sum() / ok.sum()
