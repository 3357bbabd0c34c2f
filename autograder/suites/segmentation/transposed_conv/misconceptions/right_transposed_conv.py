"""The right `transposed_conv2d`, in parts that a misconception replaces."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Setting = int | tuple[int, int]
Stamp = Callable[[Tensor, Tensor, int, int], Tensor]


def pair(setting: Setting) -> tuple[int, int]:
    return (setting, setting) if isinstance(setting, int) else (setting[0], setting[1])


def empty_canvas(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
    (N, _, H, W), (_, C_out, kH, kW) = x.shape, weight.shape
    return x.new_zeros(N, C_out, (H - 1) * sH + kH, (W - 1) * sW + kW)


def add_taps(
    x: Tensor, weight: Tensor, canvas: Tensor, sH: int, sW: int, *, add: bool = True
) -> None:
    """Tap by tap: the cells of the canvas that tap a, b of all stamps falls on."""
    H, W = x.shape[2:]
    for a in range(weight.shape[2]):
        for b in range(weight.shape[3]):
            cells = canvas[:, :, a : a + (H - 1) * sH + 1 : sH, b : b + (W - 1) * sW + 1 : sW]
            tap = torch.einsum("nihw,io->nohw", x, weight[:, :, a, b])
            cells.copy_(cells + tap if add else tap)


def add_stamps(x: Tensor, weight: Tensor, canvas: Tensor, sH: int, sW: int, *, add: bool) -> None:
    """Stamp by stamp, row after row."""
    kH, kW = weight.shape[2:]
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            cells = canvas[:, :, i * sH : i * sH + kH, j * sW : j * sW + kW]
            stamp = torch.einsum("ni,iokl->nokl", x[:, :, i, j], weight)
            cells.copy_(cells + stamp if add else stamp)


def stamped(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
    canvas = empty_canvas(x, weight, sH, sW)
    add_taps(x, weight, canvas, sH, sW)
    return canvas


def transposed(
    stamp: Stamp,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
) -> Tensor:
    """Right, as far as the canvas that `stamp` makes before anything is trimmed is right."""
    (sH, sW), (pH, pW), (opH, opW) = pair(stride), pair(padding), pair(output_padding)
    if x.shape[1] != weight.shape[0]:
        raise ValueError(f"x {tuple(x.shape)} does not fit weight {tuple(weight.shape)}")
    if bias is not None and bias.shape != weight.shape[1:2]:
        raise ValueError(f"bias {tuple(bias.shape)} does not fit weight {tuple(weight.shape)}")
    if min(sH, sW) < 1 or min(pH, pW) < 0:
        raise ValueError(f"stride {stride} must be 1 or more, padding {padding} 0 or more")
    if min(opH, opW) < 0 or opH >= sH or opW >= sW:
        raise ValueError(f"output_padding {output_padding} must be 0 ... stride {stride} - 1")
    canvas = F.pad(stamp(x, weight, sH, sW), (0, opW, 0, opH))
    height, width = canvas.shape[2] - 2 * pH, canvas.shape[3] - 2 * pW
    if min(height, width) < 1:
        raise ValueError(f"padding {padding} leaves {height} x {width}")
    y = canvas[:, :, pH : pH + height, pW : pW + width]
    return y if bias is None else y + bias[:, None, None]
