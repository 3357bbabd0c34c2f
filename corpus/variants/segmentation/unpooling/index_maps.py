"""Where does each output cell get its value from? Answered with index tensors."""

from __future__ import annotations

import torch
from torch import Tensor


def _source(length: int, scale: int, x: Tensor) -> Tensor:
    if scale < 1:
        raise ValueError(f"{scale=} is less than 1")
    return torch.arange(length * scale, device=x.device).div(scale, rounding_mode="floor")


def nearest_unpool2d(x: Tensor, scale: int) -> Tensor:
    rows = _source(x.shape[2], scale, x)
    columns = _source(x.shape[3], scale, x)
    return x[:, :, rows[:, None], columns[None, :]]


def bed_of_nails_unpool2d(x: Tensor, scale: int) -> Tensor:
    blocks = nearest_unpool2d(x, scale)
    rows = torch.arange(blocks.shape[2], device=x.device) % scale == 0
    columns = torch.arange(blocks.shape[3], device=x.device) % scale == 0
    return torch.where(rows[:, None] & columns, blocks, 0)


def max_unpool2d(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    if x.shape != indices.shape:
        raise ValueError(f"{x.shape=} and {indices.shape=} differ")
    height, width = output_size
    if not torch.all((indices >= 0) & (indices < height * width)):
        raise ValueError(f"indices do not fit {output_size=}")
    y = x.new_zeros(*x.shape[:2], height, width)
    sample = torch.arange(x.shape[0], device=x.device)[:, None, None, None]
    channel = torch.arange(x.shape[1], device=x.device)[None, :, None, None]
    return y.index_put((sample, channel, indices // width, indices % width), x)
