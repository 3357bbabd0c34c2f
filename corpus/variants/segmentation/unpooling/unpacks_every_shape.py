"""모든 shape을 먼저 풀어 놓고 하나씩 비교합니다."""

import torch


def nearest_unpool2d(x, scale):
    n, c, h, w = x.shape
    if not scale >= 1:
        raise ValueError(f"scale은 1 이상이어야 합니다: {scale}")
    rows = torch.arange(h * scale, device=x.device).div(scale, rounding_mode="floor")
    cols = torch.arange(w * scale, device=x.device).div(scale, rounding_mode="floor")
    return x.index_select(2, rows).index_select(3, cols)


def bed_of_nails_unpool2d(x, scale):
    n, c, h, w = x.shape
    if not scale >= 1:
        raise ValueError(f"scale은 1 이상이어야 합니다: {scale}")
    y = torch.zeros(n, c, h * scale, w * scale, dtype=x.dtype, device=x.device)
    y[..., 0::scale, 0::scale] += x
    return y


def max_unpool2d(x, indices, output_size):
    n, c, h, w = x.shape
    n2, c2, h2, w2 = indices.shape
    if n != n2 or c != c2:
        raise ValueError(f"x의 N, C는 {n}, {c}인데 indices는 {n2}, {c2}입니다.")
    if h != h2 or w != w2:
        raise ValueError(f"x는 {h}×{w}인데 indices는 {h2}×{w2}입니다.")
    out_h, out_w = output_size
    row = torch.div(indices, out_w, rounding_mode="floor")
    col = indices % out_w
    if bool((row < 0).any()) or bool((row >= out_h).any()):
        raise ValueError(f"indices가 output_size {out_h}×{out_w}를 벗어났습니다.")
    sample = torch.arange(n, device=x.device).view(n, 1, 1, 1)
    channel = torch.arange(c, device=x.device).view(1, c, 1, 1)
    y = torch.zeros(n, c, out_h, out_w, dtype=x.dtype, device=x.device)
    y[sample, channel, row, col] = x
    return y
