# 출력 크기를 먼저 계산하고, 그다음에 인자를 하나씩 확인합니다.
import torch
import torch.nn.functional as F


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    sH, sW = stride if isinstance(stride, (tuple, list)) else (stride,) * 2
    pH, pW = padding if isinstance(padding, (tuple, list)) else (padding,) * 2
    oH, oW = output_padding if isinstance(output_padding, (tuple, list)) else (output_padding,) * 2
    B, C_in, H, W = x.size()
    _, C_out, kH, kW = weight.size()

    H_out = (H - 1) * sH - 2 * pH + kH + oH
    W_out = (W - 1) * sW - 2 * pW + kW + oW
    if min(H_out, W_out) < 1:
        raise ValueError(f"출력 크기가 {H_out} x {W_out}입니다. padding({pH}, {pW})을 줄이세요.")
    if min(pH, pW) < 0:
        raise ValueError("padding은 0 이상이어야 합니다.")
    if min(oH, oW) < 0 or oH >= sH or oW >= sW:
        if min(sH, sW) < 1:
            raise ValueError("stride는 1 이상이어야 합니다.")
        raise ValueError("output_padding은 0 이상이고 stride보다 작아야 합니다.")
    if C_in != weight.size(0):
        raise ValueError("x와 weight의 채널 수가 다릅니다.")
    if bias is not None and (bias.size(0) != C_out or bias.ndim > 1):
        raise ValueError("bias의 길이는 C_out이어야 합니다.")

    # 0을 끼워 넣은 입력을 뒤집은 커널로 합성곱
    spread = x.new_zeros(B, C_in, (H - 1) * sH + 1, (W - 1) * sW + 1)
    spread[:, :, ::sH, ::sW] = x
    spread = F.pad(spread, (kW - 1, kW - 1 + oW, kH - 1, kH - 1 + oH))
    y = F.conv2d(spread, weight.transpose(0, 1).flip([2, 3]))
    y = y[:, :, pH : pH + H_out, pW : pW + W_out]
    return y if bias is None else y + bias.reshape(1, C_out, 1, 1)


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = torch.tensor(
        [1 - abs(i - c) / f for i in range(kernel_size)], dtype=torch.float32, device="cpu"
    )
    k = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32, device="cpu")
    for ch in range(channels):
        k[ch, ch] = torch.outer(t, t)
    return k
