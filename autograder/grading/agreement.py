"""Compare results: the same, different, or not to be decided because of rounding."""

from __future__ import annotations

import torch
from torch import Tensor

# Two orders of summation differ by less than the first of the two; a mistake by more than the
# second. What lies between says nothing.
ALIKE = {torch.float32: 2e-5, torch.float64: 2e-9}
APART = {torch.float32: 1e-4, torch.float64: 1e-8}


def compared(mine: Tensor, right: Tensor) -> bool | None:
    """Whether values agree, of any dtypes; None where rounding hides it."""
    if mine.shape != right.shape:
        return False
    if not right.is_floating_point():
        return bool((mine.double() == right.double()).all())
    return agree(mine.to(right.dtype), right)


def agree(mine: Tensor, right: Tensor) -> bool | None:
    """Whether two floating tensors of one shape agree; None where that cannot be said."""
    scale = max(float(right.nan_to_num(0, 0, 0).abs().max()) if right.numel() else 0.0, 1e-30)
    odd = ~(mine.isfinite() & right.isfinite())
    same_odd = (mine == right) | (mine.isnan() & right.isnan())
    if bool((odd & ~same_odd).any()):
        return False
    apart = (mine - right).abs().masked_fill(odd, 0)
    largest = float(apart.max()) / scale if apart.numel() else 0.0
    if largest <= ALIKE.get(right.dtype, 0.0):
        return True
    return False if largest > APART.get(right.dtype, 0.0) else None
