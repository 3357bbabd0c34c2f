"""전치 합성곱: 입력 한 칸마다 도장을 찍는다 (가장 단순한 버전)."""

import torch


def to_pair(v):
    if isinstance(v, (tuple, list)):
        return v[0], v[1]
    return v, v


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    print("x:", x.shape, "weight:", weight.shape)  # 디버깅용
    N, C_in, H, W = x.shape
    C_in2, C_out, kH, kW = weight.shape
    sH, sW = to_pair(stride)
    pH, pW = to_pair(padding)
    oH, oW = to_pair(output_padding)

    # 1. 인자 검사
    if C_in != C_in2:
        raise ValueError(f"x의 채널은 {C_in}인데 weight의 채널은 {C_in2}입니다")
    if bias is not None:
        if bias.dim() != 1 or bias.shape[0] != C_out:
            raise ValueError(f"bias의 shape은 ({C_out},)이어야 합니다: {tuple(bias.shape)}")
    if sH <= 0 or sW <= 0:
        raise ValueError("stride는 1 이상이어야 합니다")
    if pH < 0 or pW < 0:
        raise ValueError("padding은 음수일 수 없습니다")
    if oH < 0 or oW < 0:
        raise ValueError("output_padding은 음수일 수 없습니다")
    if oH >= sH or oW >= sW:
        raise ValueError("output_padding은 stride보다 작아야 합니다")

    # 2. 출력 크기
    H_out = (H - 1) * sH - 2 * pH + kH + oH
    W_out = (W - 1) * sW - 2 * pW + kW + oW
    if H_out <= 0 or W_out <= 0:
        raise ValueError(f"padding이 너무 큽니다. 출력 크기가 {H_out} x {W_out}")

    # 3. 도장 찍기
    canvas = torch.zeros(
        N, C_out, (H - 1) * sH + kH + oH, (W - 1) * sW + kW + oW, dtype=x.dtype, device=x.device
    )
    for n in range(N):
        for c in range(C_in):
            for i in range(H):
                for j in range(W):
                    stamp = x[n, c, i, j] * weight[c]  # (C_out, kH, kW)
                    top = i * sH
                    left = j * sW
                    canvas[n, :, top : top + kH, left : left + kW] += stamp

    # 4. padding만큼 잘라 내기
    out = canvas[:, :, pH : pH + H_out, pW : pW + W_out]

    # 5. bias
    if bias is not None:
        for k in range(C_out):
            out[:, k] += bias[k]
    return out


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    if kernel_size % 2 == 1:
        c = f - 1
    else:
        c = f - 0.5
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    for ch in range(channels):
        for i in range(kernel_size):
            for j in range(kernel_size):
                kernel[ch, ch, i, j] = (1 - abs(i - c) / f) * (1 - abs(j - c) / f)
    return kernel


if __name__ == "__main__":
    x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    w = torch.tensor([[[[1.0, 2.0, 3.0], [2.0, 2.0, 1.0], [3.0, 2.0, 1.0]]]])
    print(transposed_conv2d(x, w))
    print(torch.nn.functional.conv_transpose2d(x, w))
