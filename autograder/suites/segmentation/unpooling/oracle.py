"""Expected values for `unpooling.py`, cell by cell from the definitions."""

from __future__ import annotations

import itertools

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
    """Value by value, each assigned to the cell its index names."""
    result = torch.zeros(*x.shape[:2], *output_size, dtype=x.dtype)
    values, cells = x.tolist(), indices.tolist()
    for n, c, i, j in itertools.product(*map(range, x.shape)):
        row, column = divmod(cells[n][c][i][j], output_size[1])
        result[n, c, row, column] = values[n][c][i][j]
    return result


def max_unpool2d_gradient(g: Tensor, indices: Tensor) -> Tensor:
    """The gradient of each value: the cotangent at the cell it went to."""
    n, c = indices.shape[:2]
    return g.reshape(n, c, -1).gather(2, indices.reshape(n, c, -1)).reshape(indices.shape)
