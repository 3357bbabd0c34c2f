"""Expected values for `fcn8s.py`: the network as a composition of plain functions.

    trunk   image -> what the skips and the scores are made from (pool3, pool4, the hidden maps)
    head    trunk -> the scores before the final cut
    cut     the window of them that lies on the image

A convolution is a function of its child's name, its number inside the child and its padding,
so one composition serves weights that are given and weights that are chosen on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

# The parameters of each child in their order.
Weights = Mapping[str, tuple[Tensor, ...]]
Convolve = Callable[[str, int, Tensor, int], Tensor]
Fuse = Callable[[Tensor, Tensor, int], Tensor]

DEPTHS = (2, 2, 3, 3, 3)
MULTIPLES = (1, 2, 4, 8, 8)
PAD = 100
OFFSET_POOL4, OFFSET_POOL3, CUT = 5, 9, 31


@dataclass(frozen=True)
class Trunk:
    """The pooled features of stages 3 and 4, and the classifier's second hidden maps."""

    pool3: Tensor
    pool4: Tensor
    hidden: Tensor


def parameter_shapes(
    num_classes: int = 2, base: int = 64, fc: int = 4096
) -> dict[str, tuple[tuple[int, ...], ...]]:
    """The contract's table for any size: the shapes of each child's parameters in order."""
    shapes: dict[str, tuple[tuple[int, ...], ...]] = {}
    channels = 3
    for stage, (depth, multiple) in enumerate(zip(DEPTHS, MULTIPLES, strict=True), start=1):
        width = base * multiple
        pairs: list[tuple[int, ...]] = []
        for _ in range(depth):
            pairs += [(width, channels, 3, 3), (width,)]
            channels = width
        shapes[f"features{stage}"] = tuple(pairs)
    shapes["maxpool"] = ()
    shapes["classifier"] = (
        *((fc, 8 * base, 7, 7), (fc,)),
        *((fc, fc, 1, 1), (fc,)),
        *((num_classes, fc, 1, 1), (num_classes,)),
    )
    shapes["upscore2"] = shapes["upscore4"] = ((num_classes, num_classes, 4, 4),)
    shapes["upscore8"] = ((num_classes, num_classes, 16, 16),)
    shapes["score_pool4"] = ((num_classes, 8 * base, 1, 1), (num_classes,))
    shapes["score_pool3"] = ((num_classes, 4 * base, 1, 1), (num_classes,))
    return shapes


def trunk(image: Tensor, convolve: Convolve, *, ceil: bool = True) -> Trunk:
    """The five stages, each pooled, and the classifier up to its last layer."""
    pools: list[Tensor] = []
    x = image
    for stage, depth in enumerate(DEPTHS, start=1):
        for layer in range(depth):
            padding = PAD if stage == 1 and layer == 0 else 1
            x = F.relu(convolve(f"features{stage}", layer, x, padding))
        x = F.max_pool2d(x, 2, stride=2, ceil_mode=ceil)
        pools.append(x)
    x = F.relu(convolve("classifier", 0, x, 0))
    return Trunk(pools[2], pools[3], F.relu(convolve("classifier", 1, x, 0)))


def given(weights: Weights) -> Convolve:
    """Convolutions with these weights."""

    def convolve(child: str, layer: int, x: Tensor, padding: int) -> Tensor:
        weight, bias = weights[child][2 * layer : 2 * layer + 2]
        return F.conv2d(x, weight, bias, padding=padding)

    return convolve


def window(maps: Tensor, top: int, left: int, height: int, width: int) -> Tensor:
    return maps[:, :, top : top + height, left : left + width]


def fuse_skip(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    return coarse + window(skip, offset, offset, *coarse.shape[2:])


def head(of: Trunk, weights: Weights, fuse: Fuse = fuse_skip) -> Tensor:
    """The scores of three depths combined, before the final cut."""
    coarse = F.conv2d(of.hidden, weights["classifier"][4], weights["classifier"][5])
    skip4 = F.conv2d(of.pool4, weights["score_pool4"][0], weights["score_pool4"][1])
    skip3 = F.conv2d(of.pool3, weights["score_pool3"][0], weights["score_pool3"][1])
    up2 = F.conv_transpose2d(coarse, weights["upscore2"][0], stride=2)
    fused4 = fuse(up2, skip4, OFFSET_POOL4)
    up4 = F.conv_transpose2d(fused4, weights["upscore4"][0], stride=2)
    fused3 = fuse(up4, skip3, OFFSET_POOL3)
    return F.conv_transpose2d(fused3, weights["upscore8"][0], stride=8)


def cut(maps: Tensor, height: int, width: int) -> Tensor:
    return window(maps, CUT, CUT, height, width)


def flat_trunk(image: Tensor, base: int, fc: int, value: float, *, ceil: bool = True) -> Trunk:
    """The trunk where every feature of every layer is `value`: only sizes matter.

    Padding adds 2 · 100 − 2 to the height, each pooling halves it, and the 7 × 7 window fits
    in 6 places fewer than there are rows.
    """
    sizes = []
    for length in image.shape[2:]:
        length += 2 * PAD - 2
        steps = []
        for _ in DEPTHS:
            length = (length + ceil) // 2
            steps.append(length)
        sizes.append((steps[2], steps[3], steps[4] - 6))
    (h3, h4, h5), (w3, w4, w5) = sizes
    n = len(image)
    return Trunk(
        torch.full((n, 4 * base, h3, w3), value, dtype=image.dtype),
        torch.full((n, 8 * base, h4, w4), value, dtype=image.dtype),
        torch.full((n, fc, max(h5, 0), max(w5, 0)), value, dtype=image.dtype),
    )
