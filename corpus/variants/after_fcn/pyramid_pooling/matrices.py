"""Pooling and resizing are linear along each axis: a matrix for rows, one for columns."""

import torch
import torch.nn as nn


def _bins(length, n, like):
    cells = torch.arange(length, device=like.device)
    i = torch.arange(n, device=like.device)[:, None]
    inside = (cells >= i * length // n) & (cells < -((-(i + 1) * length) // n))
    inside = inside.to(like.dtype)
    return inside / inside.sum(dim=1, keepdim=True)


def _between(old, new, like):
    i = torch.arange(new, dtype=like.dtype, device=like.device)
    u = ((2 * i + 1) * old / (2 * new) - 0.5).clamp(min=0, max=old - 1)
    cells = torch.arange(old, dtype=like.dtype, device=like.device)
    return torch.relu(1 - torch.abs(u[:, None] - cells))


def bin_pool2d(x, bins):
    if bins < 1:
        raise ValueError(f"got bins={bins}")
    return torch.einsum("ih,nchw,jw->ncij", _bins(x.size(2), bins, x), x, _bins(x.size(3), bins, x))


def bilinear_resize(x, size):
    if any(side < 1 for side in size):
        raise ValueError(f"got size={size}")
    down, across = _between(x.size(2), size[0], x), _between(x.size(3), size[1], x)
    return down @ x @ across.T


class PyramidPooling(nn.Module):
    def __init__(self, in_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        if not len(bins) or any(n < 1 for n in bins) or in_channels % len(bins):
            raise ValueError(f"in_channels={in_channels} and bins={bins} do not fit")
        self.bins = bins
        width = in_channels // len(bins)
        for number, _ in enumerate(bins, 1):
            # a level of its own may hold the convolution among things that learn nothing
            self.add_module(
                f"level{number}",
                nn.Sequential(nn.Identity(), nn.Conv2d(in_channels, width, 1, bias=False)),
            )

    def forward(self, x):
        levels = []
        for name, level in self.named_children():
            n = self.bins[int(name.removeprefix("level")) - 1]
            levels.append(bilinear_resize(level(bin_pool2d(x, n)), (x.size(2), x.size(3))))
        return torch.cat([x] + levels, 1)
