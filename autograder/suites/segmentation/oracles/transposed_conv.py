"""Expected values for `transposed_conv.py`."""

from __future__ import annotations

import torch
from torch import Tensor


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
