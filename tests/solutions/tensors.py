"""What the tests of solutions draw and count."""

from __future__ import annotations

import torch
from torch import nn


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def scattered(*shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """Random numbers of a shape, of which no two neighbours are neighbours in memory."""
    wide = torch.randn(*shape[:-1], 2 * shape[-1], dtype=dtype)
    return wide[..., ::2].transpose(-1, -2).contiguous().transpose(-1, -2)
