"""nearest와 bed of nails는 stride가 scale인 전치 합성곱이다 (이 파일에서는 써도 됨)."""

import torch
import torch.nn.functional as F


def _stamp(x, kernel, scale):
    # 채널끼리 섞이지 않게 (N * C, 1, H, W)로
    n, c, h, w = x.shape
    y = F.conv_transpose2d(x.reshape(n * c, 1, h, w), kernel[None, None].to(x), stride=scale)
    return y.reshape(n, c, h * scale, w * scale)


def nearest_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("scale < 1")
    if not x.is_floating_point():  # 정수는 합성곱이 안 되므로
        return x.repeat_interleave(scale, 2).repeat_interleave(scale, 3)
    return _stamp(x, torch.ones(scale, scale), scale)


def bed_of_nails_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("scale < 1")
    kernel = torch.zeros(scale, scale)
    kernel[0, 0] = 1
    if not x.is_floating_point():
        return nearest_unpool2d(x, scale) * kernel.repeat(x.shape[2:]).to(x)
    return _stamp(x, kernel, scale)


def max_unpool2d(x, indices, output_size):
    if x.shape != indices.shape:
        raise ValueError(f"x {tuple(x.shape)} / indices {tuple(indices.shape)}")
    H, W = output_size
    lowest, highest = indices.min().item(), indices.max().item()
    if lowest < 0 or highest >= H * W:
        raise ValueError(f"indices {lowest} ... {highest} / output_size {H} x {W}")
    planes = []
    for values, places in zip(x.flatten(0, 1), indices.flatten(0, 1)):
        plane = torch.zeros(H * W, dtype=x.dtype, device=x.device)
        plane[places.flatten()] = values.flatten()
        planes.append(plane.view(H, W))
    return torch.stack(planes).view(x.shape[0], x.shape[1], H, W)
