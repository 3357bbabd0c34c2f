"""Unpooling: nearest / bed of nails / max."""

import torch
import torch.nn.functional as F


def nearest_unpool2d(x, scale):
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")
    return F.interpolate(x, scale_factor=scale, mode="nearest")


def bed_of_nails_unpool2d(x, scale):
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")
    N, C, H, W = x.shape
    out = x.new_zeros(N, C, H * scale, W * scale)
    out[:, :, ::scale, ::scale] = x
    return out


def max_unpool2d(x, indices, output_size):
    if indices.shape != x.shape:
        raise ValueError(f"indices are {tuple(indices.shape)}, x is {tuple(x.shape)}")
    N, C = x.shape[:2]
    H_out, W_out = output_size
    area = H_out * W_out
    # 전체를 한 줄로 펴고, (n, c) 평면마다 시작 위치를 더해 준다.
    start = torch.arange(N * C, device=x.device).view(N, C, 1, 1) * area
    out = x.new_zeros(N * C * area)
    out[(indices + start).flatten()] = x.flatten()
    return out.view(N, C, H_out, W_out)


if __name__ == "__main__":
    a = torch.randn(2, 3, 4, 6)
    print(nearest_unpool2d(a, 2).shape, bed_of_nails_unpool2d(a, 2).shape)
    pooled, where = F.max_pool2d(a, 2, return_indices=True)
    assert torch.equal(max_unpool2d(pooled, where, (4, 6)), F.max_unpool2d(pooled, where, 2))
