import torch


def _divide(a, b):
    return a.double() / b.double()


def pixel_accuracy(confusion):
    return _divide(torch.einsum("ii->", confusion), torch.einsum("ij->", confusion))


def mean_accuracy(confusion):
    t = torch.einsum("ij->i", confusion)
    there = t.nonzero().flatten()
    return _divide(confusion[there, there], t[there]).mean()


def _iu(confusion):
    hit = torch.einsum("ii->i", confusion)
    u = confusion.sum(1) + confusion.sum(0) - hit
    there = u.nonzero().flatten()
    return there, _divide(hit[there], u[there])


def mean_iu(confusion):
    return _iu(confusion)[1].mean()


def frequency_weighted_iu(confusion):
    there, iu = _iu(confusion)
    weights = confusion[there].sum(1).double()
    return (weights * iu).sum() / weights.sum()


def segmentation_scores(prediction, target, num_classes, ignore_index=255):
    if prediction.shape != target.shape:
        raise ValueError(f"target {list(target.shape)} and prediction {list(prediction.shape)}")
    pairs = torch.stack([target.long().flatten(), prediction.long().flatten()], dim=1)
    pairs = pairs[pairs[:, 0] != ignore_index]
    wrong = (pairs < 0) | (pairs >= num_classes)
    if wrong[:, 0].any():
        raise ValueError("target has labels that are no classes")
    if wrong[:, 1].any():
        raise ValueError("prediction has labels that are no classes")
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.long, device=pairs.device)
    if len(pairs):
        unique, counts = torch.unique(pairs, dim=0, return_counts=True)
        confusion[unique[:, 0], unique[:, 1]] = counts
    figures = pixel_accuracy, mean_accuracy, mean_iu, frequency_weighted_iu
    return torch.cat([figure(confusion).reshape(1) for figure in figures])
