"""Unpooling: nearest / bed of nails / max.

앞의 두 개는 같은 그림이다. (N, C, H, W)를 (N, C, H, 1, W, 1)로 보고 크기 1인 축을
s칸으로 늘린 다음 (N, C, H·s, W·s)로 접는다. nearest는 값을 복사해서 늘리고, bed of nails는
0을 덧대서 늘린다.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def _open_blocks(x: Tensor, scale: int) -> Tensor:
    """(N, C, H, W) -> (N, C, H, 1, W, 1), scale 검사도 여기서."""
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")
    return x.unsqueeze(4).unsqueeze(3)


def _close_blocks(blocks: Tensor) -> Tensor:
    """(N, C, H, s, W, s) -> (N, C, H·s, W·s)."""
    return blocks.flatten(4, 5).flatten(2, 3)


def nearest_unpool2d(x: Tensor, scale: int) -> Tensor:
    return _close_blocks(_open_blocks(x, scale).expand(-1, -1, -1, scale, -1, scale))


def bed_of_nails_unpool2d(x: Tensor, scale: int) -> Tensor:
    # F.pad는 마지막 축부터 (앞, 뒤): 가로 블록 뒤쪽 s-1칸, W는 그대로, 세로 블록 뒤쪽 s-1칸
    return _close_blocks(F.pad(_open_blocks(x, scale), (0, scale - 1, 0, 0, 0, scale - 1)))


def max_unpool2d(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    if indices.shape != x.shape:
        raise ValueError(f"indices are {tuple(indices.shape)}, x is {tuple(x.shape)}")
    N, C = x.shape[:2]
    H_out, W_out = output_size
    area = H_out * W_out
    if indices.numel() > 0 and (indices.min() < 0 or indices.max() >= area):
        raise ValueError(f"indices must lie in 0 ... {area - 1} for output_size {H_out} x {W_out}")

    # 인덱스는 자기 (n, c) 평면 안에서만 센 것이므로 평면의 시작 위치를 더해 준다.
    start = torch.arange(N * C, device=x.device).view(N, C, 1, 1) * area
    flat = x.new_zeros(N * C * area).index_put(((indices + start).flatten(),), x.flatten())
    return flat.view(N, C, H_out, W_out)


if __name__ == "__main__":
    a = torch.randn(2, 3, 4, 6, dtype=torch.float64)
    assert torch.equal(nearest_unpool2d(a, 3), F.interpolate(a, scale_factor=3, mode="nearest"))
    assert torch.equal(bed_of_nails_unpool2d(a, 3)[:, :, ::3, ::3], a)
    assert torch.isclose(bed_of_nails_unpool2d(a, 3).sum(), a.sum())
    pooled, where = F.max_pool2d(a, 2, return_indices=True)
    assert torch.equal(max_unpool2d(pooled, where, (4, 6)), F.max_unpool2d(pooled, where, 2))
    print("unpooling: ok")
