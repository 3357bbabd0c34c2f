"""평가 지표. 세는 일은 counting.py에."""

import warnings

import torch
from counting import PairCounter, as_list

warnings.warn("confusion_matrix는 Counter를 쓰므로 큰 영상에서는 느립니다", stacklevel=2)


def predict_labels(scores):
    top = scores.amax(dim=1, keepdim=True)
    classes = torch.arange(scores.shape[1], device=scores.device).view(1, -1, 1, 1)
    # 최댓값이 아닌 곳에는 K를 넣고 최솟값 -> 동점이면 가장 작은 번호
    return torch.where(scores == top, classes, scores.shape[1]).amin(dim=1)


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    if prediction.shape != target.shape:
        raise ValueError(f"prediction {tuple(prediction.shape)}, target {tuple(target.shape)}")
    counter = PairCounter(num_classes, ignore_index)
    counter.add(as_list(target), as_list(prediction))
    return torch.tensor(counter.table(), dtype=torch.int64, device=target.device)


def iou_per_class(confusion):
    tp = confusion.diag()
    total = confusion.sum()
    others = torch.stack([total - row - column for row, column in _margins(confusion)])
    # 합집합 = 전체 - (정답도 예측도 아닌 것)
    union = total - (others + tp)
    return tp.double() / union.double()


def _margins(confusion):
    return zip(confusion.sum(1), confusion.sum(0))


def mean_iou(confusion):
    iou = iou_per_class(confusion)
    return iou.nansum() / (~iou.isnan()).sum()
