"""A convolution of one's own making; means of means by index_add; resizing row after row."""

import torch
from torch import nn


class Mix(nn.Conv2d):
    """1 x 1, without bias."""

    def __init__(self, before, after):
        super().__init__(before, after, 1, bias=False)


def _averaged(x, n, axis):
    length = x.shape[axis]
    pairs = [
        (i, row)
        for i in range(n)
        for row in range(i * length // n, ((i + 1) * length + n - 1) // n)
    ]
    bins = torch.tensor([i for i, _ in pairs], device=x.device)
    rows = torch.tensor([row for _, row in pairs], device=x.device)
    counts = torch.bincount(bins, minlength=n).to(x.dtype)
    shape = list(x.shape)
    shape[axis] = n
    total = torch.zeros(shape, dtype=x.dtype, device=x.device).index_add(
        axis, bins, x.index_select(axis, rows)
    )
    counts = counts.reshape([n if a == axis else 1 for a in range(4)])
    return total / counts


def bin_pool2d(x, bins):
    if bins < 1:
        raise ValueError(f"expected bins >= 1 but got {bins}")
    return _averaged(_averaged(x, bins, 3), bins, 2)


def bilinear_resize(x, size):
    height, width = size
    for side in (height, width):
        if side < 1:
            raise ValueError(f"invalid size {tuple(size)}")
    for axis, new in ((-1, width), (-2, height)):
        old = x.shape[axis]
        lines = x.unbind(axis)
        made = []
        for i in range(new):
            # in whole numbers: u = ((2i + 1)·old − new) / (2·new)
            top = max(0, min((2 * i + 1) * old - new, 2 * new * (old - 1)))
            low, rest = divmod(top, 2 * new)
            if rest == 0:
                made.append(lines[low])
            else:
                t = rest / (2 * new)
                made.append(lines[low] * (1 - t) + lines[low + 1] * t)
        x = torch.stack(made, axis)
    return x


class PyramidPooling(nn.Module):
    def __init__(self, in_channels, bins=(1, 2, 3, 6)):
        nn.Module.__init__(self)
        levels = len(bins)
        if levels == 0 or sum(n < 1 for n in bins):
            raise ValueError("bins must be positive and at least one")
        if in_channels % levels:
            raise ValueError(f"{levels} levels cannot share in_channels = {in_channels}")
        self.bins = {f"level{k}": n for k, n in enumerate(bins, start=1)}
        for name in self.bins:
            self.add_module(name, Mix(in_channels, in_channels // levels))

    def forward(self, x):
        together = [x]
        for name, n in self.bins.items():
            pooled = bin_pool2d(x=x, bins=n)
            together += [bilinear_resize(x=getattr(self, name)(pooled), size=[*x.shape[2:]])]
        return torch.concat(together, 1)
