"""The matrix of conv2d, one unit image a row, and its transpose."""

import torch
import torch.nn.functional as F


def _pair(v):
    a, b = v if isinstance(v, (list, tuple)) else (v, v)
    return a, b


def _sizes(x, weight, stride, padding, output_padding):
    out = []
    for axis in (0, 1):
        s, p, o = stride[axis], padding[axis], output_padding[axis]
        if s < 1:
            raise ValueError(f"stride must be >= 1 but is {stride}")
        if p < 0:
            raise ValueError(f"padding must be >= 0 but is {padding}")
        if o < 0 or o >= s:
            raise ValueError(f"output_padding must be >= 0 and < stride but is {output_padding}")
        size = (x.shape[2 + axis] - 1) * s - 2 * p + weight.shape[2 + axis] + o
        if size < 1:
            raise ValueError(f"padding {padding} makes the output empty")
        out.append(size)
    return out


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    if x.size(1) != weight.size(0):
        raise ValueError(f"channels: x has {x.size(1)}, weight has {weight.size(0)}")
    C_out = weight.size(1)
    if bias is not None and (bias.ndim != 1 or len(bias) != C_out):
        raise ValueError(f"bias: expected {C_out} numbers")
    stride, padding, output_padding = map(_pair, (stride, padding, output_padding))
    H, W = _sizes(x, weight, stride, padding, output_padding)

    units = torch.eye(C_out * H * W, dtype=x.dtype, device=x.device).view(-1, C_out, H, W)
    matrix = F.conv2d(units, weight, stride=stride, padding=padding).flatten(1)
    y = F.linear(x.flatten(1), matrix).view(-1, C_out, H, W)
    if bias is None:
        return y
    return y + bias.view(C_out, 1, 1)


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    i = torch.arange(kernel_size, dtype=torch.float32)
    t = 1 - torch.abs(i - c) / f
    diagonal = torch.diag_embed((t[:, None] * t[None, :])[..., None].expand(-1, -1, channels))
    return diagonal.permute(2, 3, 0, 1).contiguous()
