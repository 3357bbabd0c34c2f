"""avg_pool2d on each bin's window; corners weighted by meshgrids; convolution after resizing."""

from itertools import product

import torch
from torch import nn
from torch.nn import functional as F


def edges(length, n):
    first = [k * length // n for k in range(n)]
    last = [(k * length + length - 1) // n for k in range(n)]
    return list(zip(first, last))


def bin_pool2d(x, bins):
    if bins < 1:
        raise ValueError("bins < 1")
    pieces = []
    for (top, bottom), (left, right) in product(edges(x.shape[2], bins), edges(x.shape[3], bins)):
        window = x[..., top : bottom + 1, left : right + 1]
        pieces.append(F.avg_pool2d(window, window.shape[2:]))
    return torch.cat(pieces, dim=-1).reshape(*x.shape[:2], bins, bins)


def bilinear_resize(x, size):
    h, w = size
    if h < 1 or w < 1:
        raise ValueError("size < 1")
    H, W = x.shape[2:]
    i, j = torch.meshgrid(
        torch.arange(h, device=x.device), torch.arange(w, device=x.device), indexing="ij"
    )
    u = ((i.to(x.dtype) + 0.5) * H / h - 0.5).clamp(0, H - 1)
    v = ((j.to(x.dtype) + 0.5) * W / w - 0.5).clamp(0, W - 1)
    y = 0
    flat = x.flatten(2)
    for di, dj in product((0, 1), repeat=2):
        a, b = u.floor() + di, v.floor() + dj
        weight = (1 - (u - a).abs()) * (1 - (v - b).abs())
        cell = a.long().clamp(max=H - 1) * W + b.long().clamp(max=W - 1)
        y = y + weight * flat[:, :, cell]
    return y


class PyramidPooling(nn.Module):
    def __init__(self, in_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        if len(bins) == 0 or not all(n >= 1 for n in bins):
            raise ValueError(f"invalid bins {bins!r}")
        if in_channels != in_channels // len(bins) * len(bins):
            raise ValueError(
                f"in_channels = {in_channels} 은(는) 단계 수로 나누어떨어지지 않습니다"
            )
        self.bins = tuple(bins)
        self.names = [f"level{k}" for k in range(1, len(bins) + 1)]
        for name in self.names:
            self.register_module(
                name, nn.Conv2d(in_channels, in_channels // len(bins), (1, 1), bias=False)
            )

    def forward(self, x):
        # a 1 x 1 convolution and a resizing may change places
        maps = [
            self.get_submodule(name)(bilinear_resize(bin_pool2d(x, n), x.shape[2:]))
            for name, n in zip(self.names, self.bins)
        ]
        maps.insert(0, x)
        return torch.cat(maps, dim=1)
