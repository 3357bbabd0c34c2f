"""Expected values for `transposed_conv.py`: PyTorch's own operations, in float64."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.gradients import along
from autograder.suites.segmentation.handout import WORKED
from autograder.suites.segmentation.transposed_conv.strategies import Setting, Stamping

WORKED_RESULT = torch.tensor(WORKED.result, dtype=torch.float32).reshape(1, 1, 4, 4)


def transposed_conv2d(case: Stamping) -> Tensor:
    """The result in the dtype of the case's input."""
    return _result(case.x, case.weight, case.bias, case).to(case.x.dtype)


def magnitude(case: Stamping) -> float:
    """The largest sum of absolute values behind one cell, which rounding is relative to.

    Cells that padding trims count as well: an FFT rounds all cells alike.
    """
    whole = replace(case.absolute(), padding=0, output_padding=0)
    return float(_result(whole.x, whole.weight, whole.bias, whole).max())


def gradients(case: Stamping, g: Tensor) -> tuple[Tensor, ...]:
    """The gradients with respect to x, weight and, where there is one, bias."""
    inputs = [each.double().requires_grad_() for each in case.tensors]
    result = _result(inputs[0], inputs[1], inputs[2] if len(inputs) > 2 else None, case)
    found = torch.autograd.grad(along(result, g.double()), inputs)
    return tuple(each.to(g.dtype) for each in found)


def gradient_magnitudes(case: Stamping, g: Tensor) -> tuple[float, ...]:
    """The largest sums of absolute values behind the entries of each gradient.

    At least one product counts even where padding trimmed all that could flow back.
    """
    largest = [float(each.abs().max()) for each in (case.weight, case.x, torch.ones(1))]
    sums = gradients(case.absolute(), g.abs())
    return tuple(
        max(float(each.max()), float(g.abs().max()) * factor)
        for each, factor in zip(sums, largest[: len(sums)], strict=True)
    )


def conv2d(g: Tensor, case: Stamping) -> Tensor:
    """The convolution whose transpose the case is."""
    return F.conv2d(g.double(), case.weight.double(), stride=case.stride, padding=case.padding).to(
        g.dtype
    )


def _result(x: Tensor, weight: Tensor, bias: Tensor | None, case: Stamping) -> Tensor:
    return F.conv_transpose2d(
        x.double(),
        weight.double(),
        None if bias is None else bias.double(),
        case.stride,
        case.padding,
        case.output_padding,
    )


def of_arguments(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
) -> Tensor:
    return _result(x, weight, bias, Stamping(x, weight, bias, stride, padding, output_padding))


def magnitude_of_arguments(x: Tensor, weight: Tensor, **rest: Any) -> float:
    return magnitude(Stamping(x, weight, **rest))


def bilinear_kernel(channels: int, kernel_size: int) -> Tensor:
    """The triangle filter written out from its definition, entry by entry."""
    factor = (kernel_size + 1) // 2
    centre = factor - 1 if kernel_size % 2 else factor - 0.5
    ramp = [1 - abs(i - centre) / factor for i in range(kernel_size)]
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    for channel in range(channels):
        for i, vertical in enumerate(ramp):
            for j, horizontal in enumerate(ramp):
                kernel[channel, channel, i, j] = vertical * horizontal
    return kernel
