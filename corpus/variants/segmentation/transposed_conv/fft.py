"""A full convolution of the zero-inserted input with the kernel, as a product of spectra."""

import torch


def _pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def _validate(x, weight, bias, stride, padding, output_padding):
    if weight.shape[0] != x.shape[1]:
        raise ValueError("number of channels: x vs. weight")
    if bias is not None and bias.shape != (weight.shape[1],):
        raise ValueError("bias should be a vector of length C_out")
    for s, p, o in zip(stride, padding, output_padding, strict=True):
        if s < 1:
            raise ValueError("stride should be at least one")
        if p < 0:
            raise ValueError("padding should not be negative")
        if not 0 <= o < s:
            raise ValueError("output_padding should be from 0 to stride - 1")


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride, padding, output_padding = _pair(stride), _pair(padding), _pair(output_padding)
    _validate(x, weight, bias, stride, padding, output_padding)
    (sH, sW), (pH, pW), (opH, opW) = stride, padding, output_padding
    N, C, H, W = x.shape
    kH, kW = weight.shape[2:]
    full = ((H - 1) * sH + kH, (W - 1) * sW + kW)
    H_out, W_out = full[0] - 2 * pH + opH, full[1] - 2 * pW + opW
    if H_out < 1 or W_out < 1:
        raise ValueError("padding should leave at least one row and one column")

    spread = x.new_zeros(N, C, *full)
    spread[:, :, : (H - 1) * sH + 1 : sH, : (W - 1) * sW + 1 : sW] = x
    # As large as the full result, so that nothing wraps around.
    spectrum = torch.einsum(
        "ncuv,couv->nouv", torch.fft.rfft2(spread), torch.fft.rfft2(weight, s=full)
    )
    y = torch.fft.irfft2(spectrum, s=full)
    y = torch.nn.functional.pad(y, (0, opW, 0, opH))
    y = y[:, :, pH : pH + H_out, pW : pW + W_out]
    return y if bias is None else y + bias[:, None, None]


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    i = torch.arange(kernel_size, dtype=torch.float32)
    rows, columns = torch.meshgrid(i, i, indexing="ij")
    one = (1 - (rows - c).abs() / f) * (1 - (columns - c).abs() / f)
    kernel = one.new_zeros(channels, channels, kernel_size, kernel_size)
    kernel[range(channels), range(channels)] = one
    return kernel
