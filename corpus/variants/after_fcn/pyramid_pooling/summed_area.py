"""Means out of a summed-area table; two gathers for the resizing; levels that resize themselves."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def bin_pool2d(x: Tensor, bins: int) -> Tensor:
    if not bins >= 1:
        raise ValueError("bins must be a positive integer")
    H, W = x.shape[2], x.shape[3]
    table = F.pad(x, (1, 0, 1, 0)).double().cumsum(2).cumsum(3)
    i = torch.arange(bins, device=x.device)
    top = torch.div(i * H, bins, rounding_mode="floor")
    bottom = torch.div((i + 1) * H + bins - 1, bins, rounding_mode="floor")
    left = torch.div(i * W, bins, rounding_mode="floor")
    right = torch.div((i + 1) * W + bins - 1, bins, rounding_mode="floor")

    def at(rows, columns):
        return table[:, :, rows][:, :, :, columns]

    total = at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)
    area = (bottom - top)[:, None] * (right - left)
    return (total / area).to(x.dtype)


def bilinear_resize(x: Tensor, size) -> Tensor:
    h, w = (int(side) for side in size)
    if h <= 0 or w <= 0:
        raise ValueError("size: both sides must be positive")
    y = _along_last(x.transpose(2, 3), h)
    return _along_last(y.transpose(2, 3), w)


def _along_last(x: Tensor, new: int) -> Tensor:
    old = x.shape[-1]
    i = torch.arange(new, device=x.device).double()
    u = torch.clamp((i + 0.5) * (old / new) - 0.5, 0.0, old - 1.0)
    low = torch.floor(u)
    t = (u - low).to(x.dtype)
    low = low.long()
    high = torch.minimum(low + 1, torch.full_like(low, old - 1))
    shape = (*x.shape[:-1], new)
    return torch.lerp(
        x.gather(-1, low.expand(shape)), x.gather(-1, high.expand(shape)), t.expand(shape)
    )


class Level(nn.Module):
    def __init__(self, in_channels, out_channels, n):
        super().__init__()
        self.n = n
        self.conv = nn.Conv2d(in_channels, out_channels, 1, bias=False)

    def forward(self, x):
        return bilinear_resize(self.conv(bin_pool2d(x, self.n)), x.shape[-2:])


class PyramidPooling(nn.Module):
    def __init__(self, in_channels: int, bins=(1, 2, 3, 6)):
        super().__init__()
        count = len(bins)
        if count < 1 or min(bins) < 1:
            raise ValueError("bins must hold positive numbers")
        out_channels, rest = divmod(in_channels, count)
        if rest:
            raise ValueError("in_channels % len(bins) != 0")
        self.count = count
        for k, n in enumerate(bins):
            self.__setattr__(f"level{k + 1}", Level(in_channels, out_channels, n))

    def forward(self, x):
        return torch.cat(
            (x, *(self._modules[f"level{k + 1}"](x) for k in range(self.count))), dim=1
        )
