import torch

NAN = float("nan")


def pixel_accuracy(confusion):
    eye = torch.eye(len(confusion), dtype=torch.bool, device=confusion.device)
    return confusion[eye].sum() / confusion.sum().to(torch.float64)


def mean_accuracy(confusion):
    total, count = 0, 0
    for row, name in zip(confusion, range(len(confusion))):
        if row.sum() > 0:
            total = total + row[name].to(torch.float64) / row.sum()
            count += 1
    return total / count if count else confusion.sum().to(torch.float64) * NAN


def _unions(confusion):
    union = []
    for c in range(confusion.shape[0]):
        seen = torch.zeros_like(confusion, dtype=torch.bool)
        seen[c] = True
        seen[:, c] = True
        union.append(confusion[seen].sum())
    return torch.stack(union).to(torch.float64)


def mean_iu(confusion):
    u = _unions(confusion)
    figure = torch.where(u > 0, confusion.diagonal() / u, torch.zeros_like(u))
    return figure.sum() / (u > 0).sum()


def frequency_weighted_iu(confusion):
    u = _unions(confusion)
    figure = torch.where(u > 0, confusion.diagonal() / u.clamp(min=1), 0.0)
    t = confusion.sum(dim=1).to(torch.float64)
    return torch.dot(t / t.sum(), figure)


def segmentation_scores(prediction, target, num_classes, ignore_index=255):
    if list(prediction.shape) != list(target.shape):
        raise ValueError("prediction/target shape")
    prediction, target = prediction.long(), target.long()
    valid = target.ne(ignore_index)
    for name, labels in {"target": target, "prediction": prediction}.items():
        inside = (labels >= 0) & (labels < num_classes)
        if (valid & ~inside).sum() > 0:
            raise ValueError("num_classes is too small for " + name)
    n = torch.zeros((num_classes, num_classes), dtype=torch.int64, device=target.device)
    for i in range(num_classes):
        hits = valid & (target == i)
        if not hits.any():
            continue
        for j in range(num_classes):
            n[i, j] = (hits & (prediction == j)).sum()
    out = torch.empty(4, dtype=torch.float64, device=target.device)
    out[0], out[1] = pixel_accuracy(n), mean_accuracy(n)
    out[2], out[3] = mean_iu(n), frequency_weighted_iu(n)
    return out
