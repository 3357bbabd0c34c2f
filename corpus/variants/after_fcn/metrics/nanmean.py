import torch


def pixel_accuracy(confusion):
    return torch.trace(confusion).double() / confusion.sum().double()


def mean_accuracy(confusion):
    per_class = confusion.diagonal().double() / confusion.sum(dim=-1).double()
    return per_class.nanmean()


def iu(confusion):
    inter = confusion.diagonal()
    return inter.double() / (confusion.sum(0) + confusion.sum(1) - inter).double()


def mean_iu(confusion):
    return iu(confusion).nanmean()


def frequency_weighted_iu(confusion):
    freq = confusion.sum(1).double() / confusion.sum().double()
    present = freq > 0
    if not present.any():
        return torch.full((), float("nan"), dtype=torch.float64, device=confusion.device)
    return (freq[present] * iu(confusion)[present]).sum()


def segmentation_scores(prediction, target, num_classes, ignore_index=255):
    # 모양과 레이블을 먼저 확인한다
    if prediction.shape != target.shape:
        raise ValueError("prediction과 target의 shape이 다릅니다")
    pred, tgt = prediction.to(torch.int64), target.to(torch.int64)
    valid = tgt != ignore_index
    pred, tgt = pred[valid], tgt[valid]
    if ((tgt < 0) | (tgt >= num_classes)).any():
        raise ValueError("target에 클래스가 아닌 레이블이 있습니다")
    if ((pred < 0) | (pred >= num_classes)).any():
        raise ValueError("prediction에 클래스가 아닌 레이블이 있습니다")
    one_t = torch.nn.functional.one_hot(tgt, num_classes).double()
    one_p = torch.nn.functional.one_hot(pred, num_classes).double()
    confusion = (one_t.T @ one_p).long()
    return torch.stack(
        (
            pixel_accuracy(confusion),
            mean_accuracy(confusion),
            mean_iu(confusion),
            frequency_weighted_iu(confusion),
        )
    )
