"""The sizes are an object of their own that refuses what makes no sense."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Axis:
    """One direction of a transposed convolution."""

    length: int
    kernel: int
    stride: int
    padding: int
    output_padding: int

    def __post_init__(self) -> None:
        if self.stride < 1:
            raise ValueError(f"stride={self.stride} is less than 1")
        if self.padding < 0:
            raise ValueError(f"padding={self.padding} is negative")
        if not 0 <= self.output_padding < self.stride:
            raise ValueError(f"output_padding={self.output_padding} not in [0, {self.stride})")
        if self.output < 1:
            raise ValueError(f"nothing is left after a padding of {self.padding}")

    @property
    def output(self) -> int:
        return self.full - 2 * self.padding + self.output_padding

    @property
    def full(self) -> int:
        return (self.length - 1) * self.stride + self.kernel

    def matrix(self, like: Tensor) -> Tensor:
        """M[i, a, o] = 1 where tap a of input i lands on output o."""
        i = torch.arange(self.length, device=like.device)[:, None, None]
        a = torch.arange(self.kernel, device=like.device)[:, None]
        o = torch.arange(self.output, device=like.device) + self.padding
        return (i * self.stride + a == o).to(like.dtype)


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    first, second = value
    return first, second


def transposed_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    output_padding: int | tuple[int, int] = 0,
) -> Tensor:
    in_channels, out_channels, *kernel = weight.shape
    if x.shape[1] != in_channels:
        raise ValueError(f"weight is for {in_channels} channels, x has {x.shape[1]}")
    if bias is not None and tuple(bias.shape) != (out_channels,):
        raise ValueError(f"bias has shape {tuple(bias.shape)} instead of ({out_channels},)")
    settings = (_pair(stride), _pair(padding), _pair(output_padding))
    rows, columns = (
        Axis(x.shape[2 + i], kernel[i], *(setting[i] for setting in settings)) for i in (0, 1)
    )
    # Columns first, then rows, each a plain product.
    part = torch.einsum("ncij,cdab->ndiajb", x, weight)
    part = torch.einsum("ndiajb,jbw->ndiaw", part, columns.matrix(x))
    y = torch.einsum("ndiaw,iah->ndhw", part, rows.matrix(x))
    return y if bias is None else y + bias[None, :, None, None]


def bilinear_kernel(channels: int, kernel_size: int) -> Tensor:
    half = (kernel_size + 1) // 2
    centre = half - 1 if kernel_size % 2 else half - 0.5
    position = torch.arange(kernel_size, dtype=torch.float32, device="cpu")
    triangle = 1 - torch.abs(position - centre) / half
    plane = triangle.unsqueeze(1) @ triangle.unsqueeze(0)
    kernel = plane.new_zeros((channels, channels, kernel_size, kernel_size))
    diagonal = torch.arange(channels, device="cpu")
    kernel[diagonal, diagonal] = plane
    return kernel
