# 숫자 하나하나를 더하는 7중 for문. 미분은 스칼라 텐서끼리 더한 그래프를 따라간다.
import torch


def pair(v):
    if isinstance(v, int):
        return v, v
    a, b = v
    return a, b


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    sH, sW = pair(stride)
    pH, pW = pair(padding)
    opH, opW = pair(output_padding)
    N = x.shape[0]
    C = x.shape[1]
    H = x.shape[2]
    W = x.shape[3]
    O = weight.shape[1]
    kH = weight.shape[2]
    kW = weight.shape[3]

    if weight.shape[0] != C:
        raise ValueError("weight와 x의 채널이 다릅니다.")
    if bias is not None:
        if len(bias.shape) != 1:
            raise ValueError("bias는 1차원이어야 합니다.")
        if bias.shape[0] != O:
            raise ValueError("bias의 길이가 출력 채널과 다릅니다.")
    if sH < 1:
        raise ValueError("stride(세로)가 1보다 작습니다.")
    if sW < 1:
        raise ValueError("stride(가로)가 1보다 작습니다.")
    if pH < 0:
        raise ValueError("padding(세로)이 0보다 작습니다.")
    if pW < 0:
        raise ValueError("padding(가로)이 0보다 작습니다.")
    if opH < 0 or opH >= sH:
        raise ValueError("output_padding(세로)이 범위를 벗어났습니다.")
    if opW < 0 or opW >= sW:
        raise ValueError("output_padding(가로)이 범위를 벗어났습니다.")

    Ho = (H - 1) * sH - 2 * pH + kH + opH
    Wo = (W - 1) * sW - 2 * pW + kW + opW
    if Ho < 1:
        raise ValueError("padding(세로)이 너무 큽니다.")
    if Wo < 1:
        raise ValueError("padding(가로)이 너무 큽니다.")

    zero = torch.zeros((), dtype=x.dtype, device=x.device)
    out = []
    for n in range(N):
        for o in range(O):
            plane = [[zero] * Wo for _ in range(Ho)]
            for c in range(C):
                for i in range(H):
                    for j in range(W):
                        for a in range(kH):
                            for b in range(kW):
                                r = i * sH + a - pH
                                q = j * sW + b - pW
                                if 0 <= r < Ho and 0 <= q < Wo:
                                    plane[r][q] = plane[r][q] + x[n, c, i, j] * weight[c, o, a, b]
            for row in plane:
                for value in row:
                    out.append(value if bias is None else value + bias[o])
    return torch.stack(out).reshape(N, O, Ho, Wo)


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    if kernel_size % 2 == 1:
        c = f - 1
    else:
        c = f - 0.5
    values = []
    for p in range(channels):
        for q in range(channels):
            for i in range(kernel_size):
                for j in range(kernel_size):
                    if p == q:
                        values.append((1 - abs(i - c) / f) * (1 - abs(j - c) / f))
                    else:
                        values.append(0.0)
    kernel = torch.tensor(values, dtype=torch.float32)
    return kernel.reshape(channels, channels, kernel_size, kernel_size)
