"""Pyramid pooling: every pixel is told what the bins around it and the whole image look like.

With n bins over H rows, and an output of h rows made out of H:

    bin i               rows floor(i·H/n) ... ceil((i + 1)·H/n) − 1, averaged
    half-pixel centres  output row i lies at u = (i + ½)·H/h − ½, clamped to 0 ... H − 1
    between two rows    y[i] = (1 − t)·x[floor(u)] + t·x[floor(u) + 1]    with t = u − floor(u)
    the module          [x, resize(conv₁(bins₁(x))), resize(conv₂(bins₂(x))), ...] along channels

and the same for columns.

Source: Zhao et al. 2017, "Pyramid Scene Parsing Network", section 3.2 and figure 3.

Not allowed in this file: adaptive pooling (`adaptive_...`, `Adaptive...`) and resizing of the
library (`interpolate`, `Upsample`, `upsample_...`, `grid_sample`), under whatever name it is
reached.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


def bin_pool2d(x: torch.Tensor, bins: int) -> torch.Tensor:
    """Average every map over `bins` × `bins` bins.

    맵을 bins × bins 칸으로 나누어 칸마다 평균을 냅니다. 나누어떨어지지 않으면 칸이 서로 겹칩니다.

    Bin i of n covers the rows floor(i·H/n) ... ceil((i + 1)·H/n) − 1, and the columns likewise:
    it starts at the row its share starts in, and ends at the row its share ends in. Where n does
    not divide H, neighbours share a row. With more bins than rows, bins repeat rows.

    Args:
        x: (N, C, H, W), float32 or float64, possibly non-contiguous.
        bins: n, how many bins each axis gets, at least 1; it may exceed H or W.

    Returns:
        (N, C, bins, bins), dtype and device of `x`; gradients reach `x`.

    Raises:
        ValueError: `bins` is smaller than 1; the message names `bins`.

    Example:
        [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]] with bins 2 gives
        [[4.5, 6.5], [9.5, 11.5]]: rows 0-1 and 1-2, columns 0-2 and 2-4.
    """
    ### BEGIN SOLUTION
    if bins < 1:
        raise ValueError(f"bins must be at least 1, got {bins}")
    H, W = x.shape[2:]
    # ceil(a / n) is -(-a // n): whole numbers only, so that no rounding moves an edge. All rows of
    # a bin have equally many columns, so the mean of its rows' means is its mean.
    edges = [(i * H // bins, -(-(i + 1) * H // bins)) for i in range(bins)]
    rows = torch.stack([x[:, :, a:b].mean(dim=2) for a, b in edges], dim=2)
    edges = [(j * W // bins, -(-(j + 1) * W // bins)) for j in range(bins)]
    return torch.stack([rows[:, :, :, a:b].mean(dim=3) for a, b in edges], dim=3)
    ### END SOLUTION


def bilinear_resize(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Resize every map to `size`, straight between the centres of the pixels.

    픽셀의 중심을 기준으로 쌍선형 보간하여 맵의 크기를 바꿉니다. 가장자리 밖은 가장자리 값입니다.

    A pixel is an area, and its value sits in its middle: row i of h lies at (i + ½)/h of the way
    down, which is u = (i + ½)·H/h − ½ counted in rows of `x`. Above the first centre and below
    the last one there is nothing to be between: u is clamped to 0 ... H − 1. Nothing is smoothed
    before shrinking.

    Args:
        x: (N, C, H, W), float32 or float64, possibly non-contiguous.
        size: the pair (h, w), a tuple or a list, larger or smaller than (H, W).

    Returns:
        (N, C, h, w), dtype and device of `x`; gradients reach `x`.

    Raises:
        ValueError: h or w is smaller than 1; the message names `size`.

    Example:
        [[0, 10, 40]] to size (2, 5) gives the row [0, 4, 10, 28, 40] twice: u is −0.2 (clamped
        to 0), 0.4, 1, 1.6 and 2.2 (clamped to 2).
    """
    ### BEGIN SOLUTION
    h, w = size
    if h < 1 or w < 1:
        raise ValueError(f"size must be at least 1 x 1, got {h} x {w}")
    for axis, (length, old) in ((2, (h, x.shape[2])), (3, (w, x.shape[3]))):
        i = torch.arange(length, dtype=x.dtype, device=x.device)
        u = ((i + 0.5) * old / length - 0.5).clamp(0, old - 1)
        lower = u.floor().long()
        upper = (lower + 1).clamp(max=old - 1)  # past the last row t is 0
        t = u - lower
        if axis == 2:
            t = t[:, None]
        x = (1 - t) * x.index_select(axis, lower) + t * x.index_select(axis, upper)
    return x
    ### END SOLUTION


class PyramidPooling(nn.Module):
    """Put beside every pixel what bins of several sizes around it hold.

    여러 크기의 칸에서 모은 문맥을 원래 크기로 되돌려 입력 뒤에 이어 붙입니다.

    Children, by these names; L is how many entries `bins` has:

        level1 ... levelL    one 1 × 1 `nn.Conv2d` each, without bias, from `in_channels` to
                             in_channels // L

    The paper's section 3.2 names a convolution and nothing more, so there is neither batch
    normalisation nor ReLU here (the authors' published network has both). However many levels
    there are, they have L · in · in / L = in² parameters: 4,194,304 for 2,048 channels.

    Args:
        in_channels: channels of the input, divisible by L.
        bins: how many bins each level has along an axis, 1, 2, 3 and 6 in the paper.

    Raises:
        ValueError: `in_channels` is not divisible by the number of `bins`, there are no `bins`,
            or one of them is smaller than 1; the message names `in_channels` or `bins`.

    Example:
        PyramidPooling(8) maps (2, 8, 5, 7) to (2, 16, 5, 7): 8 channels of the input, then 2 of
        each of 4 levels.
    """

    def __init__(self, in_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        if not bins or min(bins) < 1:
            raise ValueError(f"bins must be at least one number of at least 1, got {bins}")
        if in_channels % len(bins):
            raise ValueError(f"in_channels {in_channels} is not divisible by {len(bins)} bins")
        self.bins = tuple(bins)
        for number in range(1, len(bins) + 1):
            level = nn.Conv2d(in_channels, in_channels // len(bins), 1, bias=False)
            self.add_module(f"level{number}", level)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Concatenate the input and its levels, the input first, then the levels in order.

        입력을 맨 앞에 두고 각 단계의 결과를 순서대로 이어 붙입니다.

        Args:
            x: (N, in_channels, H, W) for any H, W ≥ 1.

        Returns:
            (N, 2·in_channels, H, W): for each level the bins' averages, its convolution, and
            `bilinear_resize` back to (H, W).
        """
        ### BEGIN SOLUTION
        H, W = x.shape[2:]
        maps = [x]
        for number, bins in enumerate(self.bins, start=1):
            level = self.get_submodule(f"level{number}")
            maps.append(bilinear_resize(level(bin_pool2d(x, bins)), (H, W)))
        return torch.cat(maps, dim=1)
        ### END SOLUTION
