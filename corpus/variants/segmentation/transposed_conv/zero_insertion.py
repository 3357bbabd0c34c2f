"""0을 끼워 넣고 커널을 뒤집어 일반 합성곱을 한다."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def check(x, weight, bias, s, p, op):
    if x.shape[1] != weight.shape[0]:
        raise ValueError(f"채널 불일치: x {tuple(x.shape)}, weight {tuple(weight.shape)}")
    if bias is not None and bias.shape != weight.shape[1:2]:
        raise ValueError(f"bias {tuple(bias.shape)}는 ({weight.shape[1]},)이어야 함")
    for axis in range(2):
        if s[axis] < 1:
            raise ValueError(f"stride={s}")
        if p[axis] < 0:
            raise ValueError(f"padding={p}")
        if op[axis] < 0 or op[axis] >= s[axis]:
            raise ValueError(f"output_padding={op}, stride={s}")


def transposed_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    output_padding: int | tuple[int, int] = 0,
) -> Tensor:
    s = (stride,) * 2 if isinstance(stride, int) else tuple(stride)
    p = (padding,) * 2 if isinstance(padding, int) else tuple(padding)
    op = (output_padding,) * 2 if isinstance(output_padding, int) else tuple(output_padding)
    check(x, weight, bias, s, p, op)

    N, C, H, W = x.shape
    k = weight.shape[2:]
    size = [(n - 1) * s[i] - 2 * p[i] + k[i] + op[i] for i, n in enumerate((H, W))]
    if min(size) < 1:
        raise ValueError(f"출력 크기 {size}: padding={p}가 너무 큼")

    spread = x.new_zeros(N, C, (H - 1) * s[0] + 1, (W - 1) * s[1] + 1)
    spread[:, :, :: s[0], :: s[1]] = x
    # 바깥을 k - 1칸 두르면 모든 도장이 전부 나온다. 아래와 오른쪽에는 output_padding만큼 더.
    spread = F.pad(spread, (k[1] - 1, k[1] - 1 + op[1], k[0] - 1, k[0] - 1 + op[0]))
    kernel = weight.flip(2, 3).transpose(0, 1)
    full = F.conv2d(spread, kernel)
    y = full[:, :, p[0] : p[0] + size[0], p[1] : p[1] + size[1]]
    return y if bias is None else y + bias.view(-1, 1, 1)


def bilinear_kernel(channels: int, kernel_size: int) -> Tensor:
    # FCN 원본 코드(get_upsampling_weight)를 보고 옮겼음
    factor = (kernel_size + 1) // 2
    center = factor - 1 if kernel_size % 2 == 1 else factor - 0.5
    og = np.ogrid[:kernel_size, :kernel_size]
    filt = (1 - abs(og[0] - center) / factor) * (1 - abs(og[1] - center) / factor)
    weight = np.zeros((channels, channels, kernel_size, kernel_size), dtype=np.float64)
    weight[range(channels), range(channels), :, :] = filt
    return torch.from_numpy(weight).float()
