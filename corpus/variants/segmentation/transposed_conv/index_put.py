"""Advanced indexing: the row and column numbers of all stamps at once."""

import math

import torch


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    def pair(v):
        return (v, v) if isinstance(v, int) else (int(v[0]), int(v[1]))

    N, C_in, H, W = x.shape
    C_w, C_out, kH, kW = weight.shape
    sH, sW = pair(stride)
    pH, pW = pair(padding)
    opH, opW = pair(output_padding)
    if C_in != C_w:
        raise ValueError(f"C_in of x ({C_in}) is not C_in of weight ({C_w})")
    if bias is not None and bias.size() != torch.Size((C_out,)):
        raise ValueError(f"bias.size() is {bias.size()}")
    if sH < 1 or sW < 1:
        raise ValueError(f"stride: {sH, sW}")
    if pH < 0 or pW < 0:
        raise ValueError(f"padding: {pH, pW}")
    if opH not in range(sH) or opW not in range(sW):
        raise ValueError(f"output_padding: {opH, opW}")
    height, width = (H - 1) * sH + kH + opH, (W - 1) * sW + kW + opW
    if height <= 2 * pH or width <= 2 * pW:
        raise ValueError(f"padding: {pH, pW} trims all of {height} x {width}")

    stamps = torch.einsum("nchw,coab->nohwab", x, weight)
    i, j, a, b = torch.meshgrid(
        *(torch.arange(k, device=x.device) for k in (H, W, kH, kW)), indexing="ij"
    )
    flat = (i * sH + a) * width + (j * sW + b)
    canvas = x.new_zeros(N * C_out, height * width)
    number = torch.arange(N * C_out, device=x.device)[:, None].expand(-1, flat.numel())
    where = flat.reshape(1, -1).expand_as(number)
    canvas = canvas.index_put(
        (number, where), stamps.reshape(N * C_out, math.prod(flat.shape)), accumulate=True
    )
    y = canvas.reshape(N, C_out, height, width)[:, :, pH : height - pH, pW : width - pW]
    return y if bias is None else y + bias[..., None, None]


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = [1 - math.fabs(i - c) / f for i in range(kernel_size)]
    t = torch.tensor(t, dtype=torch.float32)
    return torch.stack(
        [
            torch.stack([torch.outer(t, t) * float(i == j) for j in range(channels)])
            for i in range(channels)
        ]
    )
