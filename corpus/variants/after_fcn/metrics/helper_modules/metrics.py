import torch
from counting import Confusion


def _mean(values):
    return values.sum() / len(values)  # 0 / 0 is NaN


def _pixels(c):
    return c.hit.sum() / c.true.sum()


def _accuracy(c):
    return _mean(c.hit[c.true > 0] / c.true[c.true > 0]).double()


def _iu(c):
    return _mean(c.hit[c.union > 0] / c.union[c.union > 0]).double()


def _weighted(c):
    seen = c.true > 0
    return (c.true * (c.hit / c.union))[seen].sum() / c.true.sum()


def pixel_accuracy(confusion):
    return _pixels(Confusion(confusion))


def mean_accuracy(confusion):
    return _accuracy(Confusion(confusion))


def mean_iu(confusion):
    return _iu(Confusion(confusion))


def frequency_weighted_iu(confusion):
    return _weighted(Confusion(confusion))


def segmentation_scores(prediction, target, num_classes, ignore_index=255):
    c = Confusion.of_maps(prediction, target, num_classes, ignore_index)
    return torch.stack([_pixels(c), _accuracy(c), _iu(c), _weighted(c)])
