import torch
import torch.nn.functional as F


def predict_labels(scores):
    return scores.max(dim=1)[1]


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if prediction.shape != target.shape:
        raise ValueError("target must have the shape of prediction")
    t, p = target.to(torch.int64), prediction.to(torch.int64)
    valid = t != ignore_index
    t, p = torch.masked_select(t, valid), torch.masked_select(p, valid)
    outside = [torch.any(a < 0) or torch.any(a > num_classes - 1) for a in (t, p)]
    if any(outside):
        raise ValueError("prediction and target labels must be smaller than num_classes")
    a, b = F.one_hot(t, num_classes).double(), F.one_hot(p, num_classes).double()
    return torch.einsum("ni,nj->ij", a, b).long()


def iou_per_class(confusion):
    c = confusion.to(torch.float64)
    tp = torch.diag(c)
    fp = c.sum(0) - tp
    fn = c.sum(1) - tp
    return tp / (tp + fp + fn)


def mean_iou(confusion):
    iou = iou_per_class(confusion)
    return iou[~torch.isnan(iou)].mean()
