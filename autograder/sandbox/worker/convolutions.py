"""Convolutions and their second derivative without a transposed convolution.

Where `convolution(transposed=True)` is excluded, its kernel is overridden, and with it those of
all other convolutions. These do the same work by other kernels. The gradient of a convolution is
allowed, and PyTorch's own formula for the gradient of that is made of transposed convolutions,
and of dilated ones where there is a stride; here it is made of convolutions like the first and of
their gradients, which are the same numbers. So either can be refused whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def convolve(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    groups: int,
) -> Tensor:
    """A convolution by the one kernel that takes every stride, padding and dilation.

    The kernel this override replaced is out of reach, so the work goes to the dilated one,
    group by group.
    """
    dimensions = weight.dim() - 2
    expect_groups(weight, groups)
    if dimensions == 1:
        return convolve(
            x.unsqueeze(2),
            weight.unsqueeze(2),
            bias,
            [1, *stride],
            [0, *padding],
            [1, *dilation],
            groups,
        ).squeeze(2)
    convolution = (
        torch.ops.aten.slow_conv_dilated2d
        if dimensions == 2
        else torch.ops.aten.slow_conv_dilated3d
    )
    settings = [spread(values, dimensions) for values in (stride, padding, dilation)]
    biases = bias.chunk(groups) if bias is not None else [None] * groups
    parts = [
        convolution(part, kernel, list(kernel.shape[2:]), each, *settings)
        for part, kernel, each in zip(
            x.chunk(groups, 1), weight.chunk(groups, 0), biases, strict=True
        )
    ]
    return parts[0] if groups == 1 else torch.cat(parts, 1)


def adjoint(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    output_padding: list[int],
    groups: int,
) -> Tensor:
    """A transposed convolution, as the gradient of a convolution in its input."""
    dimensions = weight.dim() - 2
    s, p, d, op = (spread(v, dimensions) for v in (stride, padding, dilation, output_padding))
    size = [
        (n - 1) * s[i] - 2 * p[i] + d[i] * (weight.shape[2 + i] - 1) + op[i] + 1
        for i, n in enumerate(x.shape[2:])
    ]
    like = x.new_empty([x.shape[0], weight.shape[1] * groups, *size])
    settings = (s, p, d, False, [0] * dimensions, groups)
    result: Tensor = _gradients(x, like, weight, settings, [True, False])[0]
    return result if bias is None else result + bias.reshape(-1, *[1] * dimensions)


def second_derivative(
    grad_x: Tensor | None,
    grad_weight: Tensor | None,
    grad_bias: Tensor | None,
    g: Tensor,
    weight: Tensor,
    x: Tensor,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    transposed: bool,
    output_padding: list[int],
    groups: int,
    mask: list[bool],
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """The gradients of `convolution_backward` in (g, x, weight), from those of what it returned.

    It returned g convolved with the weight, and with x, both linear in each of the two. So what
    flows to g are convolutions, and what flows to x and to the weight are their gradients again.
    """
    dimensions = weight.dim() - 2
    s, p, d, more = (
        spread(values, dimensions)
        for values in (stride, padding, dilation, output_padding if transposed else [0])
    )
    settings = (s, p, d, transposed, more, groups)
    to_g: Tensor | None = None
    if mask[0]:
        terms = [
            torch.ops.aten.convolution(each, kernel, None, *settings)
            for each, kernel in ((grad_x, weight), (x, grad_weight))
            if each is not None and kernel is not None
        ]
        if grad_bias is not None:
            terms.append(grad_bias.reshape(1, -1, *[1] * dimensions).expand_as(g))
        to_g = sum(terms[1:], terms[0]) if terms else None
    to_x = to_weight = None
    if mask[1] and grad_weight is not None:
        to_x = _gradients(g, x, grad_weight, settings, [True, False])[0]
    if mask[2] and grad_x is not None:
        to_weight = _gradients(g, grad_x, weight, settings, [False, True])[1]
    return to_g, to_x, to_weight


def _gradients(g: Tensor, x: Tensor, weight: Tensor, settings: Any, mask: list[bool]) -> Any:
    return torch.ops.aten.convolution_backward(g, x, weight, None, *settings, [*mask, False])


def expect_groups(weight: Tensor, groups: int) -> None:
    """Raises RuntimeError where the kernels do not come in so many groups."""
    if groups < 1 or not weight.shape[0] or weight.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to have a multiple of it at dimension 0, but "
            f"got weight of size {list(weight.shape)} instead"
        )


def spread(values: Sequence[int], dimensions: int) -> list[int]:
    """A setting along each axis, of which there is one an axis or one for all."""
    return list(values) * dimensions if len(values) == 1 else list(values)
