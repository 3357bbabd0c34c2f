import numpy as np
import torch


def _np(confusion):
    n = confusion.detach().cpu().numpy().astype(np.float64)
    return n, np.diag(n), n.sum(1), n.sum(1) + n.sum(0) - np.diag(n)


def _back(value, like):
    return torch.tensor(float(value), dtype=torch.float64, device=like.device)


def pixel_accuracy(confusion):
    n, d, _, _ = _np(confusion)
    return _back(d.sum() / n.sum() if n.sum() else np.nan, confusion)


def mean_accuracy(confusion):
    _, d, t, _ = _np(confusion)
    with np.errstate(all="ignore"):
        acc = d / t
    return _back(np.nanmean(acc) if (t > 0).any() else np.nan, confusion)


def mean_iu(confusion):
    _, d, _, u = _np(confusion)
    ok = u > 0
    return _back(np.mean(d[ok] / u[ok]) if ok.any() else np.nan, confusion)


def frequency_weighted_iu(confusion):
    _, d, t, u = _np(confusion)
    iu = np.divide(d, u, out=np.zeros_like(d), where=u > 0)
    return _back((t / t.sum()) @ iu if t.sum() else np.nan, confusion)


def segmentation_scores(prediction, target, num_classes, ignore_index=255):
    p = prediction.cpu().numpy().astype(np.int64)
    t = target.cpu().numpy().astype(np.int64)
    if p.shape != t.shape:
        raise ValueError("the shape of prediction does not equal that of target")
    mask = t != ignore_index
    p, t = p[mask], t[mask]
    for name, a in [("prediction", p), ("target", t)]:
        if np.any(a < 0) or np.any(a >= num_classes):
            raise ValueError(name + " contains labels not in range(num_classes)")
    m = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(m, (t, p), 1)
    m = torch.from_numpy(m).to(target.device)
    return torch.stack([pixel_accuracy(m), mean_accuracy(m), mean_iu(m), frequency_weighted_iu(m)])
