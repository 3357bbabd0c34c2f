"""Computes in double precision whatever comes in, and rounds once at the end."""

import torch
import torch.nn.functional as F


def pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride, padding, output_padding = pair(stride), pair(padding), pair(output_padding)
    n, c, h, w = x.shape
    o, kh, kw = weight.shape[1:]
    if weight.shape[0] != c:
        raise ValueError(f"{c} channels in x, {weight.shape[0]} in weight")
    if bias is not None and bias.shape != (o,):
        raise ValueError(f"bias needs shape ({o},), has {tuple(bias.shape)}")
    if min(stride) < 1:
        raise ValueError(f"stride needs to be positive, is {stride}")
    if min(padding) < 0:
        raise ValueError(f"padding cannot be negative, is {padding}")
    if min(output_padding) < 0 or not all(
        p < s for p, s in zip(output_padding, stride, strict=True)
    ):
        raise ValueError(f"output_padding is {output_padding} with stride {stride}")
    full = (h - 1) * stride[0] + kh, (w - 1) * stride[1] + kw
    size = [f - 2 * p + q for f, p, q in zip(full, padding, output_padding, strict=True)]
    if min(size) < 1:
        raise ValueError(f"padding of {padding} leaves {size}")

    columns = torch.einsum("nchw,coab->noabhw", x.double(), weight.double())
    columns = columns.reshape(n, o * kh * kw, h * w)
    y = F.fold(columns, full, (kh, kw), stride=stride)
    y = F.pad(y, (0, output_padding[1], 0, output_padding[0]))
    y = y.narrow(2, padding[0], size[0]).narrow(3, padding[1], size[1])
    if bias is not None:
        y = y + bias.double().reshape(-1, 1, 1)
    return y.to(x.dtype)


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    i = torch.arange(kernel_size, dtype=torch.float64)
    t = 1 - (i - c).abs() / f
    return (torch.eye(channels, dtype=torch.float64)[:, :, None, None] * torch.outer(t, t)).float()
