import numpy as np
import torch


def predict_labels(scores):
    labels = np.argmax(scores.detach().cpu().numpy(), axis=1)
    return torch.from_numpy(labels).to(scores.device)


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    p = prediction.cpu().numpy().astype(np.int64)
    t = target.cpu().numpy().astype(np.int64)
    if p.shape != t.shape:
        raise ValueError("shape of prediction does not equal shape of target")
    mask = t != ignore_index
    p, t = p[mask], t[mask]
    for name, a in [("prediction", p), ("target", t)]:
        if np.any(a < 0) or np.any(a >= num_classes):
            raise ValueError(name + " contains labels not in range(num_classes)")
    m = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(m, (t, p), 1)
    return torch.from_numpy(m).to(target.device)


def iou_per_class(confusion):
    m = confusion.cpu().numpy()
    tp = np.diag(m)
    iou = tp / (m.sum(0) + m.sum(1) - tp)  # RuntimeWarning where a class is absent
    return torch.from_numpy(iou).to(confusion.device)


def mean_iou(confusion):
    m = confusion.cpu().numpy()
    tp = np.diag(m)
    union = m.sum(0) + m.sum(1) - tp
    ok = union > 0
    value = np.mean(tp[ok] / union[ok]) if ok.any() else np.nan
    return torch.tensor(value, dtype=torch.float64, device=confusion.device)
