import torch


def predict_labels(scores: torch.Tensor) -> torch.Tensor:
    return torch.argmax(scores, dim=1)


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if prediction.shape != target.shape:
        raise ValueError("prediction.shape != target.shape")
    p = prediction.reshape(-1).to(torch.int64)
    t = target.reshape(-1).to(torch.int64)
    keep = t != ignore_index
    p, t = p[keep], t[keep]
    if ((t < 0) | (t >= num_classes)).any():
        raise ValueError("target has labels >= num_classes")
    if ((p < 0) | (p >= num_classes)).any():
        raise ValueError("prediction has labels >= num_classes")
    hist = torch.bincount(num_classes * t + p, minlength=num_classes * num_classes)
    return hist.view(num_classes, num_classes)


def iou_per_class(confusion):
    hist = confusion.double()
    return torch.diag(hist) / (hist.sum(1) + hist.sum(0) - torch.diag(hist))


def mean_iou(confusion):
    return torch.nanmean(iou_per_class(confusion))
