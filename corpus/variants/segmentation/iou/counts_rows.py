import torch


def predict_labels(scores):
    N, K, H, W = scores.shape
    return scores.permute(0, 2, 3, 1).reshape(-1, K).argmax(-1).reshape(N, H, W)


def _fits(labels, num_classes):
    if labels.numel() == 0:
        return True
    return labels.min() >= 0 and labels.max() <= num_classes - 1


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if prediction.numel() != target.numel() or tuple(prediction.shape) != tuple(target.shape):
        raise ValueError("The shapes of prediction and target are not equal!")
    prediction, target = prediction.to(torch.int64), target.to(torch.int64)
    counted = torch.nonzero(target.reshape(-1) != ignore_index)[:, 0]
    prediction, target = prediction.reshape(-1)[counted], target.reshape(-1)[counted]
    if not _fits(prediction, num_classes):
        raise ValueError("Prediction contains a label that is out of range!")
    if not _fits(target, num_classes):
        raise ValueError("Target contains a label that is out of range!")
    rows = []
    for true_class in range(num_classes):
        row = prediction[target == true_class]
        rows.append(torch.bincount(row, minlength=num_classes))
    return torch.stack(rows)


def iou_per_class(confusion):
    K = confusion.shape[0]
    result = torch.empty(K, dtype=torch.float64, device=confusion.device)
    for k in range(K):
        intersection = confusion[k, k].double()
        union = confusion[k].sum().double() + confusion[:, k].sum().double() - intersection
        result[k] = intersection / union
    return result


def mean_iou(confusion):
    iou = iou_per_class(confusion)
    count = (~torch.isnan(iou)).sum()
    return torch.nan_to_num(iou).sum() / count
