# numpy로 셉니다. bincount는 음수를 거절하지만, 이름을 알려 주지는 않습니다.
import numpy as np
import torch


def predict_labels(scores):
    return torch.from_numpy(np.argmax(scores.detach().cpu().numpy(), axis=1)).to(scores.device)


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    device = target.device
    p = prediction.cpu().numpy().astype(np.int64)
    t = target.cpu().numpy().astype(np.int64)
    if p.shape != t.shape:
        raise ValueError(f"prediction과 target의 shape이 다릅니다: {p.shape}, {t.shape}")
    p, t = p[t != ignore_index], t[t != ignore_index]
    try:
        np.bincount(p.ravel()), np.bincount(t.ravel())
    except ValueError as e:
        raise ValueError("prediction 또는 target에 음수가 있습니다") from e
    if max(p.max(initial=0), t.max(initial=0)) >= num_classes:
        raise ValueError(f"레이블은 num_classes({num_classes})보다 작아야 합니다")
    m = np.bincount(t * num_classes + p, minlength=num_classes * num_classes)
    return torch.as_tensor(m.reshape(num_classes, num_classes), dtype=torch.int64).to(device)


def iou_per_class(confusion):
    m = confusion.cpu().numpy()
    diag = np.diag(m).astype(np.float64)
    union = (m.sum(0) + m.sum(1) - np.diag(m)).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return torch.from_numpy(diag / union).to(confusion.device)


def mean_iou(confusion):
    iou = iou_per_class(confusion)
    return iou[~iou.isnan()].mean()
