import torch


def predict_labels(scores):
    # the first of the highest, on every machine
    K = scores.shape[1]
    highest = scores.max(dim=1, keepdim=True).values
    number = torch.arange(K, device=scores.device).view(1, K, 1, 1)
    return torch.where(scores == highest, number, K).min(dim=1).values


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if prediction.shape != target.shape:
        raise ValueError("Predictions and targets must have the same shape.")
    prediction = prediction.flatten().long()
    target = target.flatten().long()
    keep = target != ignore_index
    prediction, target = prediction[keep], target[keep]
    classes = set(range(num_classes))
    strange = set(target.tolist()) - classes
    if strange:
        raise ValueError(f"target holds {sorted(strange)}, which is no class")
    strange = set(prediction.tolist()) - classes
    if strange:
        raise ValueError(f"prediction holds {sorted(strange)}, which is no class")
    counts = [[0] * num_classes for _ in range(num_classes)]
    for t, p in zip(target.tolist(), prediction.tolist()):
        counts[t][p] += 1
    return torch.tensor(counts, dtype=torch.int64, device=target.device)


def iou_per_class(confusion):
    values = []
    for k in range(confusion.shape[0]):
        union = int(confusion[k].sum() + confusion[:, k].sum() - confusion[k, k])
        values.append(int(confusion[k, k]) / union if union else float("nan"))
    return torch.tensor(values, dtype=torch.float64, device=confusion.device)


def mean_iou(confusion):
    values = [v for v in iou_per_class(confusion).tolist() if v == v]
    mean = sum(values) / len(values) if values else float("nan")
    return torch.tensor(mean, dtype=torch.float64, device=confusion.device)
