import operator

import torch
import torch.nn.functional as F


class Scale(int):
    """An int of at least 1."""

    def __new__(cls, value):
        self = super().__new__(cls, operator.index(value))
        if self < 1:
            raise ValueError("'scale' should be >= 1, is %d" % self)
        return self


def bed_of_nails_unpool2d(x, scale):
    s = Scale(scale)
    y = F.pad(x[:, :, :, None, :, None], (0, s - 1, 0, 0, 0, s - 1))
    return y.flatten(4).flatten(2, 3)


def nearest_unpool2d(x, scale):
    s = Scale(scale)
    nails = bed_of_nails_unpool2d(x, s)
    total = torch.zeros_like(nails)
    for i in range(s):
        for j in range(s):
            total = total + nails.roll((i, j), (2, 3))
    return total


def max_unpool2d(x, indices, output_size):
    if not x.shape == indices.shape:
        raise ValueError(f"shapes: x {x.shape} vs. indices {indices.shape}")
    h, w = output_size
    legal = torch.logical_and(indices.ge(0), indices.lt(h * w))
    if not legal.all():
        wrong = indices[~legal].tolist()
        raise ValueError(f"indices {wrong} are not in a plane of output_size {h} x {w}")
    y = torch.zeros((*x.shape[:2], h * w), dtype=x.dtype, device=x.device)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            y[n, c, indices[n, c].flatten()] = x[n, c].flatten()
    return y.reshape(*x.shape[:2], h, w)
