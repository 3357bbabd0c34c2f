"""Every number by a loop."""

import math

import torch
from torch import nn


def bin_pool2d(x, bins):
    if bins <= 0:
        raise ValueError("bins는 1 이상이어야 합니다")
    N, C, H, W = x.shape
    out = x.new_zeros(N, C, bins, bins)
    for i in range(bins):
        top, bottom = math.floor(i * H / bins), math.ceil((i + 1) * H / bins)
        for j in range(bins):
            left, right = math.floor(j * W / bins), math.ceil((j + 1) * W / bins)
            out[:, :, i, j] = x[:, :, top:bottom, left:right].sum(dim=(2, 3)) / (
                (bottom - top) * (right - left)
            )
    return out


def bilinear_resize(x, size):
    h, w = size[0], size[1]
    if h < 1:
        raise ValueError(f"size의 높이 {h}")
    if w < 1:
        raise ValueError(f"size의 너비 {w}")
    H, W = x.shape[-2], x.shape[-1]
    rows = []
    for i in range(h):
        u = min(max((i + 0.5) * H / h - 0.5, 0), H - 1)
        a = int(u)
        b = min(a + 1, H - 1)
        row = []
        for j in range(w):
            v = min(max((j + 0.5) * W / w - 0.5, 0), W - 1)
            c = int(v)
            d = min(c + 1, W - 1)
            s, t = u - a, v - c
            row.append(
                (1 - s) * ((1 - t) * x[:, :, a, c] + t * x[:, :, a, d])
                + s * ((1 - t) * x[:, :, b, c] + t * x[:, :, b, d])
            )
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2)


class PyramidPooling(nn.Module):
    def __init__(self, in_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        self.sizes = list(bins)
        if len(self.sizes) == 0:
            raise ValueError("bins is empty")
        for n in self.sizes:
            if n < 1:
                raise ValueError("bins: every entry must be positive")
        if in_channels % len(self.sizes) != 0:
            raise ValueError("in_channels must be divisible by the number of levels")
        for k in range(len(self.sizes)):
            setattr(
                self,
                "level" + str(k + 1),
                nn.Conv2d(in_channels, in_channels // len(self.sizes), kernel_size=1, bias=False),
            )

    def forward(self, x):
        out = x
        for k, n in enumerate(self.sizes):
            y = getattr(self, "level" + str(k + 1))(bin_pool2d(x, n))
            out = torch.cat((out, bilinear_resize(y, x.shape[2:])), dim=1)
        return out
