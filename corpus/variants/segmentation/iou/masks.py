import torch


def predict_labels(scores):
    best = scores[:, 0].clone()
    label = torch.zeros_like(best, dtype=torch.int64)
    for k in range(1, scores.shape[1]):
        better = scores[:, k] > best
        best[better] = scores[:, k][better]
        label[better] = k
    return label


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if list(prediction.shape) != list(target.shape):
        raise ValueError("prediction/target shape")
    # int64로 바꾸지 않으면 uint8과 int8의 비교가 이상해진다
    prediction, target = prediction.to(torch.int64), target.to(torch.int64)
    valid = target.ne(ignore_index)
    inside_t = (target >= 0) & (target < num_classes)
    inside_p = (prediction >= 0) & (prediction < num_classes)
    if (valid & ~inside_t).sum() > 0:
        raise ValueError("num_classes is too small for target")
    if (valid & ~inside_p).sum() > 0:
        raise ValueError("num_classes is too small for prediction")
    out = torch.zeros((num_classes, num_classes), dtype=torch.int64, device=target.device)
    for i in range(num_classes):
        for j in range(num_classes):
            out[i][j] = ((target == i) & (prediction == j) & valid).sum()
    return out


def iou_per_class(confusion):
    K = len(confusion)
    iou = torch.full((K,), float("nan"), dtype=torch.float64, device=confusion.device)
    for c in range(K):
        inter = confusion[c][c]
        union = confusion[c, :].sum() + confusion[:, c].sum() - inter
        if union > 0:
            iou[c] = inter.to(torch.float64) / union.to(torch.float64)
    return iou


def mean_iou(confusion):
    union = confusion.sum(dim=0) + confusion.sum(dim=1) - torch.diagonal(confusion)
    iou = iou_per_class(confusion)
    return iou[union != 0].mean()
