"""Expected values for `unet.py`, composed of plain functions.

A double convolution's parameters are (weight, bias, weight, bias), those of a step up
(weight, bias) of the transposed convolution and then the four of the convolutions. A bias
may be None: a network that lacks one can still be judged by the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

Parameters = tuple[Tensor | None, ...]
Join = Callable[[Tensor, Tensor], Tensor]
Convolve = Callable[[Tensor, Parameters, int], Tensor]
Expand = Callable[[Tensor, Tensor, Parameters, int], Tensor]


def center_crop(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Lines are taken away in turn, the last one first, until the size is right."""
    for dim, length in zip((2, 3), size, strict=True):
        at_end = True
        while x.shape[dim] > length:
            x = x.narrow(dim, 0 if at_end else 1, x.shape[dim] - 1)
            at_end = not at_end
    return x


def concat_skip(skip: Tensor, upsampled: Tensor) -> Tensor:
    height, width = upsampled.shape[2:]
    return torch.cat((center_crop(skip, (height, width)), upsampled), dim=1)


def double_conv(x: Tensor, parameters: Parameters, padding: int) -> Tensor:
    weight1, bias1, weight2, bias2 = parameters
    assert weight1 is not None
    assert weight2 is not None
    x = F.conv2d(x, weight1, bias1, padding=padding).clamp(min=0)
    return F.conv2d(x, weight2, bias2, padding=padding).clamp(min=0)


def up_block(
    x: Tensor,
    skip: Tensor,
    parameters: Parameters,
    padding: int,
    join: Join = concat_skip,
    convolve: Convolve = double_conv,
) -> Tensor:
    weight, bias, *rest = parameters
    assert weight is not None
    upsampled = F.conv_transpose2d(x, weight, bias, stride=2)
    return convolve(join(skip, upsampled), tuple(rest), padding)


def unet(
    x: Tensor,
    parameters: Mapping[str, Parameters],
    padding: int,
    convolve: Convolve = double_conv,
    expand: Expand = up_block,
) -> Tensor:
    skips = []
    for level in (1, 2, 3, 4):
        x = convolve(x, parameters[f"down{level}"], padding)
        skips.append(x)
        x = F.max_pool2d(x, 2)
    x = convolve(x, parameters["bottleneck"], padding)
    for level in (4, 3, 2, 1):
        x = expand(x, skips[level - 1], parameters[f"up{level}"], padding)
    weight, bias = parameters["head"]
    assert weight is not None
    return F.conv2d(x, weight, bias)
