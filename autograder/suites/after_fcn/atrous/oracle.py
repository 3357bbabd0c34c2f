"""Expected values for `atrous.py`: kernels with zeros in them, and pixels that are traced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Setting = int | Sequence[int]
Layers = Sequence[Sequence[int]]
CHEN = (6, 12, 18, 24)


def effective_kernel_size(kernel_size: int, rate: int) -> int:
    """The rows from the first tap to the last, both included."""
    if min(kernel_size, rate) < 1:
        raise ValueError("a kernel_size or rate below 1 | 1보다 작은 kernel_size나 rate")
    return len(range(0, (kernel_size - 1) * rate + 1))


def receptive_field(layers: Layers) -> int:
    """One output traced back: n values of a layer's output need (n − 1)·s + (k − 1)·r + 1."""
    if any(number < 1 for layer in layers for number in layer):
        raise ValueError("a number of layers below 1 | 1보다 작은 layers의 수")
    needed = 1
    for kernel, stride, rate in reversed(layers):
        needed = (needed - 1) * stride + (kernel - 1) * rate + 1
    return needed


def with_output_stride(layers: Layers, output_stride: int) -> list[tuple[int, int, int]]:
    """Taps r·j pixels apart before and after, where the jump j may not exceed `output_stride`."""
    if any(number < 1 for layer in layers for number in layer):
        raise ValueError("a number of layers below 1 | 1보다 작은 layers의 수")
    jumps = [1]
    for _, stride, _ in layers:
        jumps.append(jumps[-1] * stride)
    if output_stride not in jumps:
        raise ValueError("an output_stride that is no product | 곱으로 나오지 않는 output_stride")
    kept = [min(jump, output_stride) for jump in jumps]
    return [
        (kernel, kept[i + 1] // kept[i], rate * jumps[i] // kept[i])
        for i, (kernel, _, rate) in enumerate(layers)
    ]


def pair(setting: Setting) -> tuple[int, int]:
    return (setting, setting) if isinstance(setting, int) else (setting[0], setting[1])


def atrous_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    rate: Setting = 1,
    padding: Setting = 0,
) -> Tensor:
    rates, paddings = pair(rate), pair(padding)
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels of x that do not fit weight | x와 weight의 채널이 다름")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("a bias that is not (C_out,) | (C_out,)이 아닌 bias")
    if min(rates) < 1:
        raise ValueError("a rate below 1 | 1보다 작은 rate")
    if min(paddings) < 0:
        raise ValueError("a negative padding | 음수인 padding")
    sides = [
        x.shape[2 + i] + 2 * paddings[i] - (weight.shape[2 + i] - 1) * rates[i] for i in (0, 1)
    ]
    if min(sides) < 1:
        raise ValueError("an output of x without rows or columns | 행이나 열이 없는 x의 출력")
    holes = [(weight.shape[2 + i] - 1) * rates[i] + 1 for i in (0, 1)]
    spread = torch.zeros(*weight.shape[:2], *holes, dtype=torch.float64)
    spread[:, :, :: rates[0], :: rates[1]] = weight.double()
    wide = None if bias is None else bias.double()
    return F.conv2d(x.double(), spread, wide, 1, paddings).to(x.dtype)


def aspp(
    parameters: Mapping[str, Sequence[Tensor]],
    made_with: Mapping[str, Any],
    x: Tensor,
    atrous_conv2d: Any = atrous_conv2d,
) -> Tensor:
    maps = [
        atrous_conv2d(x, *parameters[f"branch{i}"], rate, rate)
        for i, rate in enumerate(made_with.get("rates", CHEN), start=1)
    ]
    return torch.stack(maps).sum(0)


class ASPP(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, rates: Sequence[int] = CHEN) -> None:
        super().__init__()
        if not rates or min(rates) < 1:
            raise ValueError("no rates, or one below 1 | rates가 없거나 1보다 작음")
        self.rates = tuple(rates)
        for i in range(1, len(rates) + 1):
            self.add_module(f"branch{i}", nn.Conv2d(in_channels, out_channels, 3))

    def forward(self, x: Tensor) -> Tensor:
        held = {name: list(branch.parameters()) for name, branch in self.named_children()}
        return aspp(held, {"rates": self.rates}, x)
