"""Expected values for `unpooling.py`, cell by cell from the definitions."""

from __future__ import annotations

import torch
from torch import Tensor


def nearest_unpool2d(x: Tensor, scale: int) -> Tensor:
    """Every output cell looks up the value whose block it lies in."""
    rows = torch.arange(x.shape[2] * scale) // scale
    columns = torch.arange(x.shape[3] * scale) // scale
    return x.index_select(2, rows).index_select(3, columns)


def bed_of_nails_unpool2d(x: Tensor, scale: int) -> Tensor:
    """The enlarged map where row and column are multiples of `scale`, zero elsewhere."""
    blocks = nearest_unpool2d(x, scale)
    rows = torch.arange(blocks.shape[2]) % scale == 0
    columns = torch.arange(blocks.shape[3]) % scale == 0
    return blocks * (rows[:, None] & columns).to(x.dtype)


def max_unpool2d(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    """Value by value, each takes the cell that its index names."""
    planes = torch.zeros(*x.shape[:2], output_size[0] * output_size[1], dtype=x.dtype)
    cells, values = indices.flatten(2), x.flatten(2)
    for place in range(values.shape[2]):
        here = torch.zeros_like(planes).scatter(2, cells[..., place, None], 1).bool()
        planes = torch.where(here, values[..., place, None], planes)
    return planes.reshape(*x.shape[:2], *output_size)
