"""im2col of the zero-inserted input, then one matrix product with the flipped kernel."""

import torch
from torch.nn.functional import pad, unfold


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    try:
        sH, sW = stride
    except TypeError:
        sH = sW = stride
    try:
        pH, pW = padding
    except TypeError:
        pH = pW = padding
    try:
        opH, opW = output_padding
    except TypeError:
        opH = opW = output_padding

    N, C, H, W = x.shape
    Cw, C_out, kH, kW = weight.shape
    if C != Cw:
        raise ValueError("weight: wrong number of input channels")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError("bias: wrong shape")
    if sH < 1 or sW < 1:
        raise ValueError("stride: must be >= 1")
    if pH < 0 or pW < 0:
        raise ValueError("padding: must be >= 0")
    if opH < 0 or opW < 0:
        raise ValueError("output_padding: must be >= 0")
    if opH >= sH or opW >= sW:
        raise ValueError("output_padding: must be < stride")
    H_out = (H - 1) * sH - 2 * pH + kH + opH
    W_out = (W - 1) * sW - 2 * pW + kW + opW
    if H_out < 1 or W_out < 1:
        raise ValueError("padding: too large")

    z = x.new_zeros(N, C, H, sH, W, sW)
    z[:, :, :, 0, :, 0] = x
    z = z.reshape(N, C, H * sH, W * sW)[:, :, : H * sH - sH + 1, : W * sW - sW + 1]
    z = pad(z, (kW - 1, kW - 1 + opW, kH - 1, kH - 1 + opH))
    columns = unfold(z, (kH, kW))  # (N, C * kH * kW, positions)
    flipped = torch.flip(weight, dims=(2, 3)).permute(1, 0, 2, 3).reshape(C_out, -1)
    y = (flipped @ columns).reshape(N, C_out, z.shape[2] - kH + 1, z.shape[3] - kW + 1)
    y = y[:, :, pH : pH + H_out, pW : pW + W_out]
    if bias is not None:
        y = y.transpose(1, 3).add(bias).transpose(1, 3)
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = (1 - (torch.arange(kernel_size) - c).abs() / f).to(torch.float32)
    out = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    for ch in range(channels):
        out[ch, ch, :, :] = t.view(-1, 1) * t.view(1, -1)
    return out
