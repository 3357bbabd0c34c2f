"""Hypothesis strategies for tensors.

Shapes are drawn by Hypothesis and shrink; the values of a tensor come from one drawn seed,
which keeps drawing cheap. Simple values (1, 2, 3, ...) come first, so that a counterexample
shrinks to grids a person can follow on paper.
"""

from __future__ import annotations

import math

import torch
from hypothesis import strategies as st
from torch import Tensor

FLOATS = (torch.float32, torch.float64)
INTEGERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)

VALUES = ("counting", "digits", "normal")
LAYOUTS = ("contiguous", "transposed", "sliced")


def fill(
    shape: tuple[int, ...], values: str, seed: int, dtype: torch.dtype = torch.float32
) -> Tensor:
    """A tensor of one of the kinds in VALUES.

    counting: 1, 2, 3, ...; digits: integers in -9 ... 9 (0 ... 9 where unsigned); normal:
    standard normal deviates (digits where the dtype is an integer's).
    """
    generator = torch.Generator().manual_seed(seed)
    if values == "counting":
        return torch.arange(1, math.prod(shape) + 1).reshape(shape).to(dtype)
    if values == "normal" and dtype.is_floating_point:
        return torch.randn(shape, generator=generator, dtype=dtype)
    low = 0 if dtype == torch.uint8 else -9
    return torch.randint(low, 10, shape, generator=generator).to(dtype)


def with_layout(tensor: Tensor, layout: str) -> Tensor:
    """The same values in one of the memory layouts in LAYOUTS."""
    if layout == "transposed" and tensor.dim() >= 2:
        return tensor.transpose(-1, -2).contiguous().transpose(-1, -2)
    if layout == "sliced":
        wide = torch.zeros((*tensor.shape[:-1], 2 * tensor.shape[-1]), dtype=tensor.dtype)
        wide[..., ::2] = tensor
        return wide[..., ::2]
    return tensor


@st.composite
def tensors(
    draw: st.DrawFn,
    shape: tuple[int, ...],
    dtype: torch.dtype = torch.float32,
    values: tuple[str, ...] = VALUES,
    layouts: tuple[str, ...] = LAYOUTS,
) -> Tensor:
    """Tensors of one shape and dtype in several kinds of values and memory layouts."""
    seed = draw(st.integers(0, 2**31 - 1))
    kind = draw(st.sampled_from(values))
    return with_layout(fill(shape, kind, seed, dtype), draw(st.sampled_from(layouts)))
