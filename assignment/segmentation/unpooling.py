"""Unpooling: from a small feature map back to a large one, with nothing to learn.

With s = scale and an output y of s·H rows and s·W columns:

    nearest          y[s·i + a, s·j + b] = x[i, j]      for all 0 ≤ a, b < s
    bed of nails     y[s·i, s·j] = x[i, j]              and 0 everywhere else
    max unpooling    y[indices[i, j]] = x[i, j]         and 0 everywhere else, y's plane read flat

Source: Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 2.1
(max unpooling with the pooling's own switches); Noh, Hong & Han 2015, "Learning Deconvolution
Network for Semantic Segmentation" (the same, inside a segmentation network).

Not allowed in this file: any resizing or unpooling of the library (`interpolate`, `Upsample`,
`upsample_...`, adaptive pooling, `grid_sample`, `max_unpool2d`, `MaxUnpool2d`), under whatever
name it is reached.
"""

from __future__ import annotations

import torch


def nearest_unpool2d(x: torch.Tensor, scale: int) -> torch.Tensor:
    """Repeat every value over a block of `scale` × `scale`.

    한 값을 scale × scale 칸에 그대로 채웁니다.

    Args:
        x: (N, C, H, W), floating or integer, possibly non-contiguous.
        scale: how many rows and columns one value becomes, at least 1.

    Returns:
        (N, C, scale·H, scale·W), dtype and device of `x`; gradients reach `x`.

    Raises:
        ValueError: `scale` is smaller than 1; the message names `scale`.

    Example:
        [[1, 2]] with scale 2 gives [[1, 1, 2, 2],
                                     [1, 1, 2, 2]].
    """
    raise NotImplementedError("nearest_unpool2d")


def bed_of_nails_unpool2d(x: torch.Tensor, scale: int) -> torch.Tensor:
    """Put every value in the upper left corner of its `scale` × `scale` block, zeros elsewhere.

    값은 각 칸의 왼쪽 위에만 놓고 나머지는 0으로 둡니다.

    Args:
        x: (N, C, H, W), floating or integer, possibly non-contiguous.
        scale: how many rows and columns one value becomes, at least 1.

    Returns:
        (N, C, scale·H, scale·W), dtype and device of `x`; gradients reach `x`.

    Raises:
        ValueError: `scale` is smaller than 1; the message names `scale`.

    Example:
        [[1, 2]] with scale 2 gives [[1, 0, 2, 0],
                                     [0, 0, 0, 0]].
    """
    raise NotImplementedError("bed_of_nails_unpool2d")


def max_unpool2d(
    x: torch.Tensor, indices: torch.Tensor, output_size: tuple[int, int]
) -> torch.Tensor:
    """Put every value back where max pooling found it, zeros elsewhere.

    최대 풀링이 기억한 위치(indices)로 값을 되돌려 놓고 나머지는 0으로 둡니다.

    An index counts through the (H_out, W_out) plane of its own sample and channel, row by row:
    index = row · W_out + column.

    Args:
        x: (N, C, H, W), floating or integer, possibly non-contiguous.
        indices: int64, of the shape of `x`, as
            `torch.nn.functional.max_pool2d(..., return_indices=True)` gives them. Where pooling
            windows overlapped an index may come twice, and then with the same value both times.
        output_size: the pair (H_out, W_out), a tuple or a list, each at least 1.

    Returns:
        (N, C, H_out, W_out), dtype and device of `x`; gradients reach `x` (they are graded where
        no index comes twice).

    Raises:
        ValueError: `indices` is not of the shape of `x`, or an index lies outside the plane
            (below 0, or H_out · W_out and more); the message names one of the arguments involved.

    Example:
        x = [[7, 8]] with indices = [[4, 2]] and output_size = (2, 3) gives [[0, 0, 8],
                                                                             [0, 7, 0]].
    """
    raise NotImplementedError("max_unpool2d")
