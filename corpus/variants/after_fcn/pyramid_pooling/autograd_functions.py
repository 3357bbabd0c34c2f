"""Hand-written derivatives: both are the transposed matrices; the arithmetic in numpy."""

import numpy as np
import torch
from torch import nn


def _pool_matrix(length, n):
    m = np.zeros((n, length))
    for i in range(n):
        a, b = i * length // n, -(-(i + 1) * length // n)
        m[i, a:b] = 1 / (b - a)
    return m


def _resize_matrix(old, new):
    m = np.zeros((new, old))
    for i in range(new):
        u = np.clip((i + 0.5) * old / new - 0.5, 0, old - 1)
        low = int(np.floor(u))
        m[i, low] += 1 - (u - low)
        if u > low:
            m[i, low + 1] += u - low
    return m


class _Apply(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, rows, columns):
        ctx.matrices = rows, columns
        y = rows @ x.detach().cpu().double().numpy() @ columns.T
        return torch.from_numpy(y).to(x)

    @staticmethod
    def backward(ctx, g):
        rows, columns = ctx.matrices
        back = rows.T @ g.detach().cpu().double().numpy() @ columns
        return torch.from_numpy(back).to(g), None, None


def bin_pool2d(x, bins):
    if bins < 1:
        raise ValueError("bins 인자가 1보다 작습니다.")
    return _Apply.apply(x, _pool_matrix(x.shape[2], bins), _pool_matrix(x.shape[3], bins))


def bilinear_resize(x, size):
    if min(size) < 1:
        raise ValueError("size의 각 값은 1 이상이어야 합니다.")
    return _Apply.apply(x, _resize_matrix(x.shape[2], size[0]), _resize_matrix(x.shape[3], size[1]))


class PyramidPooling(nn.Module):
    def __init__(self, in_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        try:
            assert min(bins) >= 1
            assert in_channels % len(bins) == 0
        except (AssertionError, ValueError, ZeroDivisionError):
            raise ValueError("in_channels와 bins가 맞지 않습니다.") from None
        self.bins = bins
        for k in range(len(bins)):
            conv = nn.Conv2d(in_channels, in_channels // len(bins), 1, bias=False)
            nn.init.kaiming_normal_(conv.weight)
            self.add_module(f"level{k + 1}", conv)

    def forward(self, x):
        size = tuple(x.shape[-2:])
        levels = [
            bilinear_resize(c(bin_pool2d(x, n)), size) for c, n in zip(self.children(), self.bins)
        ]
        return torch.cat([x, *levels], dim=1)
