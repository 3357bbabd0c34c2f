"""Bins as masks; resizing by shifting both neighbours apart; one wrapper for both axes."""

import torch
import torch.nn.functional as F
from torch import nn


def bin_pool2d(x, bins):
    if bins < 1:
        message = "bins must be >= 1"
        raise ValueError(message)
    N, C, H, W = x.shape
    r = torch.arange(H, device=x.device)
    c = torch.arange(W, device=x.device)
    i = torch.arange(bins, device=x.device)
    # row r takes part in bin i where [r, r + 1) and [i·H/n, (i + 1)·H/n) meet
    rows = ((r[None] + 1) * bins > i[:, None] * H) & (r[None] * bins < (i[:, None] + 1) * H)
    columns = ((c[None] + 1) * bins > i[:, None] * W) & (c[None] * bins < (i[:, None] + 1) * W)
    mask = (
        (rows[:, None, :, None] & columns[None, :, None, :]).reshape(bins * bins, H * W).to(x.dtype)
    )
    total = F.linear(x.reshape(N * C, H * W), mask)
    return (total / mask.sum(1)).view(N, C, bins, bins)


def bilinear_resize(x, size):
    h, w = size
    if h < 1 or w < 1:
        raise ValueError(f"size ({h}, {w}) is empty")

    def tall(y, new):
        old = y.shape[2]
        u = (torch.arange(new).double() + 0.5) * old / new - 0.5
        u = u.clamp(0, old - 1).to(x.device)
        ceil, floor = u.ceil().long(), u.floor().long()
        t = (u - floor).to(y.dtype).view(1, 1, -1, 1)
        return y[:, :, floor] + t * (y[:, :, ceil] - y[:, :, floor])

    return tall(tall(x, h).mT, w).mT


class PyramidPooling(nn.Module):
    def __init__(self, in_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        bins = tuple(int(n) for n in bins)
        if len(bins) < 1 or min(bins) <= 0 or in_channels % len(bins) != 0:
            raise ValueError("in_channels, bins")
        self.in_channels, self.bins = in_channels, bins
        for number in range(len(bins)):
            self.add_module(
                f"level{number + 1}",
                _Level(nn.Conv2d(in_channels, in_channels // len(bins), 1, bias=False)),
            )

    def forward(self, x):
        H, W = x.shape[-2], x.shape[-1]
        levels = (self.get_submodule(f"level{k}") for k in range(1, len(self.bins) + 1))
        return torch.cat(
            [x, *(bilinear_resize(f(bin_pool2d(x, n)), (H, W)) for f, n in zip(levels, self.bins))],
            1,
        )


class _Level(nn.Module):
    def __init__(self, conv):
        super().__init__()
        self.conv = conv

    def forward(self, x):
        return self.conv(x)
