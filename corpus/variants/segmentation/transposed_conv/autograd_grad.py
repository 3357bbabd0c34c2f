"""전치 합성곱은 conv2d의 backward다 -> autograd한테 시킨다."""

import torch
import torch.nn.functional as F


def as_pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    sH, sW = as_pair(stride)
    pH, pW = as_pair(padding)
    opH, opW = as_pair(output_padding)
    N, C, H, W = x.shape
    C_out, kH, kW = weight.shape[1:]
    if weight.shape[0] != C:
        raise ValueError(f"weight는 {weight.shape[0]}채널, x는 {C}채널")
    if bias is not None and bias.shape != torch.Size([C_out]):
        raise ValueError(f"bias의 shape {tuple(bias.shape)} != ({C_out},)")
    if min(sH, sW) < 1:
        raise ValueError(f"stride {(sH, sW)}")
    if min(pH, pW) < 0:
        raise ValueError(f"padding {(pH, pW)}")
    if min(opH, opW) < 0 or opH >= sH or opW >= sW:
        raise ValueError(f"output_padding {(opH, opW)}")
    H_out = (H - 1) * sH - 2 * pH + kH + opH
    W_out = (W - 1) * sW - 2 * pW + kW + opW
    if H_out < 1 or W_out < 1:
        raise ValueError(f"padding {(pH, pW)}: 출력이 {H_out} x {W_out}")

    # no_grad 안에서 불려도 동작하도록 여기서만 켠다.
    with torch.enable_grad():
        zeros = torch.zeros(
            N, C_out, H_out, W_out, dtype=x.dtype, device=x.device, requires_grad=True
        )
        forward = F.conv2d(zeros, weight, stride=(sH, sW), padding=(pH, pW))
        (y,) = torch.autograd.grad(forward, zeros, x, create_graph=True)
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    w = torch.zeros((channels, channels, kernel_size, kernel_size), dtype=torch.float32)
    for i in range(kernel_size):
        for j in range(kernel_size):
            value = (1 - abs(i - c) / f) * (1 - abs(j - c) / f)
            w[range(channels), range(channels), i, j] = value
    return w
