"""Expected values for `pyramid_pooling.py` by PyTorch's own pooling and resizing, in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.called_module import Parameters
from autograder.authoring.declared import Arguments

PSPNET = (1, 2, 3, 6)


def bin_pool2d(x: Tensor, bins: int) -> Tensor:
    """Adaptive average pooling, whose bins are those of the contract."""
    if bins < 1:
        raise ValueError("bins below 1 | 1보다 작은 bins")
    return F.adaptive_avg_pool2d(x.double(), bins).to(x.dtype)


def bilinear_resize(x: Tensor, size: Sequence[int]) -> Tensor:
    if min(size) < 1:
        raise ValueError("a size below 1 | 1보다 작은 size")
    y = F.interpolate(x.double(), tuple(size), mode="bilinear", align_corners=False)
    return y.to(x.dtype)


def largest(x: Tensor, **_: object) -> float:
    """The magnitude to which means and weighted means of `x` are rounded."""
    return float(x.abs().max())


def pyramid_pooling(
    parameters: Parameters,
    made_with: Arguments,
    x: Tensor,
    bin_pool2d: Callable[..., Tensor] = bin_pool2d,
    bilinear_resize: Callable[..., Tensor] = bilinear_resize,
) -> Tensor:
    bins, size = made_with.get("bins", PSPNET), tuple(x.shape[2:])
    assert isinstance(bins, tuple)
    levels = [
        bilinear_resize(F.conv2d(bin_pool2d(x, n), parameters[f"level{i}"][0]), size)
        for i, n in enumerate(bins, start=1)
    ]
    return torch.cat([x, *levels], dim=1)


class PyramidPooling(nn.Module):
    def __init__(self, in_channels: int, bins: Sequence[int] = PSPNET) -> None:
        super().__init__()
        if not bins or min(bins) < 1:
            raise ValueError("no bins, or one below 1 | bins가 없거나 1보다 작음")
        if in_channels % len(bins):
            raise ValueError("in_channels that bins do not divide | bins로 나뉘지 않는 in_channels")
        self.bins = tuple(bins)
        for i in range(1, len(bins) + 1):
            level = nn.Conv2d(in_channels, in_channels // len(bins), 1, bias=False)
            self.add_module(f"level{i}", level)

    def forward(self, x: Tensor) -> Tensor:
        held = {name: list(level.parameters()) for name, level in self.named_children()}
        return pyramid_pooling(held, {"bins": self.bins}, x)
