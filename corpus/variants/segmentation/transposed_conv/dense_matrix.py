"""합성곱은 행렬이다. 그 행렬을 실제로 만들어서 곱한다 (느리지만 이해하기 쉬움)."""

import torch


def pair(value):
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    (sH, sW), (pH, pW), (opH, opW) = pair(stride), pair(padding), pair(output_padding)
    N, C, H, W = x.shape
    _, O, kH, kW = weight.shape
    if weight.shape[0] != C:
        raise ValueError("weight의 첫 번째 차원과 x의 채널 수가 다릅니다")
    if bias is not None and tuple(bias.shape) != (O,):
        raise ValueError("bias의 크기가 출력 채널 수와 다릅니다")
    if sH < 1 or sW < 1:
        raise ValueError("stride가 1보다 작습니다")
    if pH < 0 or pW < 0:
        raise ValueError("padding이 음수입니다")
    if not (0 <= opH < sH) or not (0 <= opW < sW):
        raise ValueError("output_padding은 0 이상, stride 미만")
    Ho = (H - 1) * sH - 2 * pH + kH + opH
    Wo = (W - 1) * sW - 2 * pW + kW + opW
    if Ho < 1 or Wo < 1:
        raise ValueError("padding이 커서 출력이 없습니다")

    matrix = x.new_zeros(C * H * W, O * Ho * Wo)
    for i in range(H):
        for a in range(kH):
            r = i * sH + a - pH
            if not 0 <= r < Ho:
                continue
            for j in range(W):
                for b in range(kW):
                    q = j * sW + b - pW
                    if not 0 <= q < Wo:
                        continue
                    for c in range(C):
                        for o in range(O):
                            row = (c * H + i) * W + j
                            column = (o * Ho + r) * Wo + q
                            matrix[row, column] = weight[c, o, a, b]
    y = (x.reshape(N, -1) @ matrix).reshape(N, O, Ho, Wo)
    if bias is not None:
        y = y + bias.reshape(1, O, 1, 1)
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    line = [1 - abs(i - c) / f for i in range(kernel_size)]
    square = [[u * v for v in line] for u in line]
    zero = [[0.0] * kernel_size for _ in line]
    kernel = [[square if i == j else zero for j in range(channels)] for i in range(channels)]
    return torch.tensor(kernel, dtype=torch.float32)
