"""Every residue class of output rows and columns is an ordinary convolution of its own."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def _pair(value: int | list[int] | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _phase(x: Tensor, taps: Tensor, height: int, width: int) -> Tensor:
    """The rows and columns that these taps (every s-th of the kernel) reach."""
    kh, kw = taps.shape[2:]
    if kh == 0 or kw == 0:  # a stride larger than the kernel leaves gaps
        return x.new_zeros(x.shape[0], taps.shape[1], height, width)
    margins = (kw - 1, kw - 1, kh - 1, kh - 1)
    y = F.conv2d(F.pad(x, margins), taps.flip(2, 3).transpose(0, 1))
    y = y[:, :, :height, :width]
    return F.pad(y, (0, width - y.shape[3], 0, height - y.shape[2]))


def transposed_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    output_padding: int | tuple[int, int] = 0,
) -> Tensor:
    (sH, sW), (pH, pW), (opH, opW) = _pair(stride), _pair(padding), _pair(output_padding)
    (N, C, H, W), (C_in, C_out, kH, kW) = x.shape, weight.shape
    if C != C_in:
        raise ValueError(f"x has C = {C}, weight has C_in = {C_in}")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError(f"bias is {tuple(bias.shape)}, should be ({C_out},)")
    if sH < 1 or sW < 1:
        raise ValueError(f"stride = {stride}")
    if pH < 0 or pW < 0:
        raise ValueError(f"padding = {padding}")
    if opH < 0 or opH >= sH or opW < 0 or opW >= sW:
        raise ValueError(f"output_padding = {output_padding}, stride = {stride}")
    canvas_h, canvas_w = (H - 1) * sH + kH + opH, (W - 1) * sW + kW + opW
    if canvas_h - 2 * pH < 1 or canvas_w - 2 * pW < 1:
        raise ValueError(f"padding = {padding} leaves nothing of {canvas_h} x {canvas_w}")

    h, w = -(-canvas_h // sH), -(-canvas_w // sW)
    phases = torch.stack(
        [_phase(x, weight[:, :, r::sH, q::sW], h, w) for r in range(sH) for q in range(sW)], -1
    )
    canvas = phases.unflatten(-1, (sH, sW)).permute(0, 1, 2, 4, 3, 5)
    canvas = canvas.reshape(N, C_out, h * sH, w * sW)
    y = canvas[:, :, pH : canvas_h - pH, pW : canvas_w - pW]
    return y if bias is None else y + bias.view(-1, 1, 1)


def bilinear_kernel(channels: int, kernel_size: int) -> Tensor:
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    i = torch.arange(kernel_size, dtype=torch.float32)
    t = 1 - (i - c).abs().div(f)
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    torch.diagonal(kernel, dim1=0, dim2=1).copy_(torch.outer(t, t)[:, :, None])
    return kernel
