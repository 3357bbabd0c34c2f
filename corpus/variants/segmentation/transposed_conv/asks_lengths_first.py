"""Every argument is looked at in its turn, by its length and by its entries."""

import torch


def as_pair(value, name):
    if isinstance(value, int):
        return (value, value)
    if len(value) != 2:
        raise ValueError(f"{name} must be an int or a pair, got {value}")
    return tuple(value)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    if x.dim() != 4:
        raise ValueError("x must have 4 dimensions (N, C, H, W)")
    if weight.dim() != 4:
        raise ValueError("weight must have 4 dimensions (C_in, C_out, kH, kW)")
    if x.shape[1] != weight.shape[0]:
        raise ValueError(f"Channels of x ({x.shape[1]}) and weight ({weight.shape[0]}) differ")
    if bias is not None:
        if bias.shape[0] != weight.shape[1] or len(bias.shape) != 1:
            raise ValueError("Bias must have one entry per output channel")
    stride = as_pair(stride, "stride")
    padding = as_pair(padding, "padding")
    output_padding = as_pair(output_padding, "output_padding")
    for s in stride:
        if s <= 0:
            raise ValueError("Strides must be positive")
    for p in padding:
        if p < 0:
            raise ValueError("Paddings must not be negative")
    for op, s in zip(output_padding, stride):
        if op < 0:
            raise ValueError("output_padding must not be negative")
        if op >= s:
            raise ValueError("output_padding must be smaller than stride")

    n, _, h, w = x.shape
    _, c_out, kh, kw = weight.shape
    (sh, sw), (ph, pw), (oph, opw) = stride, padding, output_padding
    h_out = (h - 1) * sh - 2 * ph + kh + oph
    w_out = (w - 1) * sw - 2 * pw + kw + opw
    if h_out <= 0 or w_out <= 0:
        raise ValueError(f"output size {h_out}x{w_out}: padding is too large")

    canvas = torch.zeros(
        (n, c_out, (h - 1) * sh + kh + oph, (w - 1) * sw + kw + opw), dtype=x.dtype, device=x.device
    )
    for i in range(h):
        for j in range(w):
            stamp = torch.einsum("nc,coab->noab", x[:, :, i, j], weight)
            canvas[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += stamp
    out = canvas[:, :, ph : ph + h_out, pw : pw + w_out]
    if bias is not None:
        out = out + bias.view(1, -1, 1, 1)
    return out


def bilinear_kernel(channels, kernel_size):
    factor = (kernel_size + 1) // 2
    if kernel_size % 2 == 1:
        center = factor - 1
    else:
        center = factor - 0.5
    kernel = torch.zeros(
        (channels, channels, kernel_size, kernel_size), dtype=torch.float32, device="cpu"
    )
    for i in range(kernel_size):
        for j in range(kernel_size):
            value = (1 - abs(i - center) / factor) * (1 - abs(j - center) / factor)
            for c in range(channels):
                kernel[c, c, i, j] = value
    return kernel
