"""Dilation for code that nobody watches, where it is excluded for code that somebody does.

A dilated kernel is a larger one with zeros between its entries. Only a process that goes on to
other things imports this; a worker never does.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from autograder.sandbox.worker import undilated


def convolution(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    transposed: bool,
    output_padding: list[int],
    groups: int,
    *flags: bool,
) -> Tensor:
    """`aten::convolution` and `aten::_convolution`."""
    kernel = _spread(weight, dilation, weight.dim() - 2)
    if transposed:
        return undilated.transpose(x, kernel, bias, stride, padding, output_padding, groups)
    return undilated.convolve(x, kernel, bias, stride, padding, groups)


def backward(
    g: Tensor,
    x: Tensor,
    weight: Tensor,
    bias_sizes: list[int] | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    transposed: bool,
    output_padding: list[int],
    groups: int,
    mask: list[bool],
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """`aten::convolution_backward`."""
    kernel = _spread(weight, dilation, weight.dim() - 2)
    to_x, to_weight, to_bias = undilated.backward(
        g, x, kernel, stride, padding, transposed, groups, mask
    )
    if to_weight is not None:
        to_weight = to_weight[(..., *_every(dilation, weight.dim() - 2))].contiguous()
    return to_x, to_weight, to_bias


def im2col(
    x: Tensor, kernel: list[int], dilation: list[int], padding: list[int], stride: list[int]
) -> Tensor:
    """`aten::im2col`."""
    wide = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    windows = undilated.unfold(x, wide, padding, stride).unflatten(-2, (-1, *wide))
    found: Tensor = windows[(..., *_every(dilation, 2), slice(None))].flatten(-4, -2)
    return found


def col2im(
    columns: Tensor,
    size: list[int],
    kernel: list[int],
    dilation: list[int],
    padding: list[int],
    stride: list[int],
) -> Tensor:
    """`aten::col2im`."""
    wide = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    windows = columns.unflatten(-2, (-1, *kernel)).movedim(-1, 0)
    spread = _spread(windows, dilation, 2).movedim(0, -1).flatten(-4, -2)
    return undilated.fold(spread, size, wide, padding, stride)


def _spread(kernel: Tensor, dilation: list[int], axes: int) -> Tensor:
    """The same with zeros between what stands along the last axes."""
    steps = _every(dilation, axes)
    size = [(n - 1) * step.step + 1 for n, step in zip(kernel.shape[-axes:], steps, strict=True)]
    wide = kernel.new_zeros([*kernel.shape[:-axes], *size])
    wide[(..., *steps)] = kernel
    return wide


def _every(dilation: list[int], axes: int) -> list[Any]:
    steps = dilation * axes if len(dilation) == 1 else dilation
    return [slice(None, None, step) for step in steps]
