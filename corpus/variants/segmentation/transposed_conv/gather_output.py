"""출력 한 칸씩: 그 칸에 닿는 도장은 어느 입력값의 것인가?

r + p = i * s + a  ->  a를 정하면 i = (r + p - a) / s, 나누어떨어지고 범위 안일 때만.
"""

import torch


def pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def sources(r, p, s, k, n):
    """출력 행(열) r에 닿는 (i, a)의 목록."""
    found = []
    for a in range(k):
        i, rest = divmod(r + p - a, s)
        if rest == 0 and 0 <= i < n:
            found.append((i, a))
    return found


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    (sH, sW), (pH, pW), (opH, opW) = pair(stride), pair(padding), pair(output_padding)
    N, C, H, W = x.shape
    C_out, kH, kW = weight.shape[1:]
    if weight.shape[0] != C:
        raise ValueError(f"weight의 입력 채널이 {weight.shape[0]}인데 x는 {C}입니다")
    if bias is not None and tuple(bias.shape) != (C_out,):
        raise ValueError(f"bias의 shape이 잘못되었습니다: {tuple(bias.shape)}")
    if min(sH, sW) < 1:
        raise ValueError("stride는 1 이상이어야 합니다")
    if min(pH, pW) < 0:
        raise ValueError("padding은 0 이상이어야 합니다")
    if opH < 0 or opW < 0 or opH >= sH or opW >= sW:
        raise ValueError("output_padding은 0 이상 stride 미만이어야 합니다")
    H_out = (H - 1) * sH - 2 * pH + kH + opH
    W_out = (W - 1) * sW - 2 * pW + kW + opW
    if H_out < 1 or W_out < 1:
        raise ValueError(f"padding too large: output {H_out} x {W_out}")

    rows = []
    for r in range(H_out):
        row = []
        for q in range(W_out):
            cell = torch.zeros(N, C_out, dtype=x.dtype, device=x.device)
            for i, a in sources(r, pH, sH, kH, H):
                for j, b in sources(q, pW, sW, kW, W):
                    cell = cell + x[:, :, i, j] @ weight[:, :, a, b]
            if bias is not None:
                cell = cell + bias
            row.append(cell)
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2)


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    for ch in range(channels):
        for i in range(kernel_size):
            for j in range(kernel_size):
                vertical = 1 - abs(i - c) / f
                horizontal = 1 - abs(j - c) / f
                kernel[ch, ch, i, j] = vertical * horizontal
    return kernel
