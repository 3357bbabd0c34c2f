"""Trusts nobody: types, dimensions, dtypes and ranges are all looked at."""

from __future__ import annotations

import functools
import warnings

import torch


def _a_map(x, name="x"):
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, got {type(x).__name__}")
    if x.ndim != 4:
        raise ValueError(f"{name} must be (N, C, H, W), got {tuple(x.shape)}")
    if not x.numel():
        warnings.warn(f"{name} is empty", stacklevel=2)


def _enlarging(function):
    @functools.wraps(function)
    def checked(x, scale):
        _a_map(x)
        if isinstance(scale, bool) or not isinstance(scale, int):
            raise TypeError(f"scale must be an int, got {scale!r}")
        if scale <= 0:
            raise ValueError(f"scale must be positive, got {scale!r}")
        return function(x, scale)

    return checked


@_enlarging
def nearest_unpool2d(x: torch.Tensor, scale: int) -> torch.Tensor:
    one = torch.ones(scale, dtype=x.dtype, device=x.device)
    wide = torch.einsum("nchw,s->nchws", x, one).flatten(3)
    return torch.einsum("nchw,s->nchsw", wide, one).flatten(2, 3)


@_enlarging
def bed_of_nails_unpool2d(x: torch.Tensor, scale: int) -> torch.Tensor:
    n, c, h, w = x.shape
    y = x.new_zeros((n * c, h * scale * w * scale))
    rows = torch.arange(h, device=x.device) * scale
    columns = torch.arange(w, device=x.device) * scale
    places = (rows[:, None] * (w * scale) + columns).flatten()
    return y.index_copy(1, places, x.reshape(n * c, h * w)).reshape(n, c, h * scale, w * scale)


def max_unpool2d(x: torch.Tensor, indices: torch.Tensor, output_size) -> torch.Tensor:
    _a_map(x)
    _a_map(indices, "indices")
    if indices.dtype != torch.int64:
        raise TypeError(f"indices must be int64, got {indices.dtype}")
    if len(output_size) != 2:
        raise ValueError(f"output_size must be (H_out, W_out), got {output_size}")
    height, width = (int(side) for side in output_size)
    if height < 1 or width < 1:
        raise ValueError(f"output_size must be at least (1, 1), got {(height, width)}")
    for axis, name in enumerate("NCHW"):
        if x.shape[axis] != indices.shape[axis]:
            raise ValueError(f"x and indices differ in {name}")
    if x.numel():
        low, high = torch.aminmax(indices)
        if low < 0 or high >= height * width:
            raise ValueError(f"indices go from {int(low)} to {int(high)}")
    planes = x.shape[0] * x.shape[1]
    shift = torch.arange(planes, device=x.device)[:, None] * (height * width)
    flat = x.new_zeros(planes * height * width)
    where = (indices.reshape(planes, -1) + shift).flatten()
    return flat.index_put((where,), x.reshape(-1)).view(*x.shape[:2], height, width)
