"""The right `atrous_conv2d`, with places where a mistake may be made."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def pair(setting: Any) -> tuple[int, int]:
    return (setting, setting) if isinstance(setting, int) else (setting[0], setting[1])


def conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    rate: Any = 1,
    padding: Any = 0,
    mistake: str = "",
) -> Tensor:
    """Right, but for one mistake if one is named."""
    (rH, rW), (pH, pW), (kH, kW) = pair(rate), pair(padding), weight.shape[2:]
    if x.shape[1] != weight.shape[1]:
        raise ValueError("x and weight differ in channels")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("bias is not (C_out,)")
    if min(rH, rW, pH + 1, pW + 1) < 1 and mistake != "settings":
        raise ValueError("rate is below 1, or padding below 0")
    if mistake == "swapped":
        rH, rW = rW, rH
    rows, columns = x.shape[2] + 2 * pH, x.shape[3] + 2 * pW
    height, width = rows - (kH - 1) * rH, columns - (kW - 1) * rW
    if min(height, width) < 1:
        raise ValueError("x is too small for weight at this rate")
    padded = F.pad(x, (pW, pW, pH, pH))
    if mistake == "one side":
        padded = F.pad(x, (2 * pW, 0, 2 * pH, 0))
    y = x.new_zeros(1)
    for a in range(kH):
        for b in range(kW):
            window = padded[:, :, rH * a : rH * a + height, rW * b : rW * b + width]
            tap = (
                weight[:, :, kH - 1 - a, kW - 1 - b] if mistake == "flipped" else weight[:, :, a, b]
            )
            tap = tap.detach() if mistake == "detached" else tap
            y = y + torch.einsum("oc,ncij->noij", tap, window)
            if bias is not None and mistake == "bias a tap":
                y = y + bias[:, None, None]
    if bias is not None and mistake != "bias a tap":
        y = y + bias[:, None, None]
    return y.float() if mistake == "float32" else y
