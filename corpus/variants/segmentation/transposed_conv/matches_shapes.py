"""Structural pattern matching, and errors of torch turned into ValueErrors."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def pair(name: str, value: object) -> tuple[int, int]:
    match value:
        case int():
            return value, value
        case (int(vertical), int(horizontal)):
            return vertical, horizontal
        case _:
            raise ValueError(f"{name} is neither an int nor a pair: {value!r}")


def transposed_conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride=1, padding=0, output_padding=0
) -> Tensor:
    s, p, o = (
        pair("stride", stride),
        pair("padding", padding),
        pair("output_padding", output_padding),
    )
    match tuple(x.shape), tuple(weight.shape):
        case (n, c, h, w), (c_in, c_out, kh, kw) if c == c_in:
            pass
        case _:
            raise ValueError(f"x {list(x.shape)} does not go with weight {list(weight.shape)}")
    match bias:
        case None:
            bias = x.new_zeros(c_out)
        case Tensor(shape=(length,)) if length == c_out:
            pass
        case _:
            raise ValueError(f"bias is not of length {c_out}")
    if min(s) < 1:
        raise ValueError(f"stride {s}")
    if min(p) < 0:
        raise ValueError(f"padding {p}")
    if any(b not in range(a) for a, b in zip(s, o)):
        raise ValueError(f"output_padding {o} with stride {s}")
    height = (h - 1) * s[0] - 2 * p[0] + kh + o[0]
    width = (w - 1) * s[1] - 2 * p[1] + kw + o[1]
    try:
        like = torch.empty(n, c_out, height, width, dtype=x.dtype, device=x.device)
        if not like.numel():
            raise RuntimeError("no element")
    except RuntimeError as error:
        raise ValueError(f"padding {p} leaves an output of {height} by {width}") from error
    # The gradient of a convolution is its transpose: <conv2d(y), x> is linear in y.
    like.zero_().requires_grad_()
    with torch.enable_grad():
        inner = (
            F.conv2d(F.pad(like, (p[1], p[1], p[0], p[0])), weight, stride=s)[..., :h, :w] * x
        ).sum()
        (y,) = torch.autograd.grad(inner, like, create_graph=True)
    return y + bias[:, None, None]


def bilinear_kernel(channels: int, kernel_size: int) -> Tensor:
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    filt = torch.tensor([1 - abs(i - c) / f for i in range(kernel_size)], device="cpu")
    filt = filt.to(torch.float32)
    blocks = [(filt[:, None] * filt[None, :]).reshape(1, 1, kernel_size, kernel_size)] * channels
    out = torch.zeros(
        channels, channels, kernel_size, kernel_size, dtype=torch.float32, device="cpu"
    )
    for i, block in enumerate(blocks):
        out[i : i + 1, i : i + 1] = block
    return out
