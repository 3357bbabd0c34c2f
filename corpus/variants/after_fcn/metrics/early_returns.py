"""빈 행렬은 먼저 처리한다."""

import math

import torch


def pixel_accuracy(confusion):
    if confusion.sum() == 0:
        return confusion.new_tensor(math.nan, dtype=torch.float64)
    return confusion.diag().sum().double().div(confusion.sum())


def mean_accuracy(confusion):
    t = confusion.sum(dim=1)
    if t.sum() == 0:
        return confusion.new_tensor(math.nan, dtype=torch.float64)
    return torch.masked_select(confusion.diag().double() / t, t > 0).mean()


def mean_iu(confusion):
    u = confusion.sum(dim=1) + confusion.sum(dim=0) - confusion.diag()
    if u.sum() == 0:
        return confusion.new_tensor(math.nan, dtype=torch.float64)
    return torch.masked_select(confusion.diag().double() / u, u > 0).mean()


def frequency_weighted_iu(confusion):
    t = confusion.sum(dim=1)
    u = t + confusion.sum(dim=0) - confusion.diag()
    if t.sum() == 0:
        return confusion.new_tensor(math.nan, dtype=torch.float64)
    iu = (confusion.diag().double() / u).nan_to_num(0.0)
    return torch.matmul(t.double(), iu) / t.sum()


def segmentation_scores(prediction, target, num_classes, ignore_index=255):
    def checked(name, labels):
        if labels.numel() and not bool(((labels >= 0) & (labels < num_classes)).all()):
            raise ValueError(f"{name}의 레이블은 0 이상 {num_classes} 미만이어야 합니다")
        return labels

    if prediction.shape != target.shape:
        raise ValueError("prediction과 target의 모양이 같아야 합니다")
    counted = target.to(torch.int64) != ignore_index
    i = checked("target", torch.masked_select(target.to(torch.int64), counted))
    j = checked("prediction", torch.masked_select(prediction.to(torch.int64), counted))
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=target.device)
    confusion.index_put_((i, j), torch.ones_like(i), accumulate=True)
    scores = torch.zeros(4, dtype=torch.float64, device=target.device)
    for k, f in enumerate([pixel_accuracy, mean_accuracy, mean_iu, frequency_weighted_iu]):
        scores[k] = f(confusion)
    return scores
