import torch
import torch.nn.functional as F


def pair(v): return (v, v) if isinstance(v, int) else tuple(v)  # fmt: skip


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    (sh, sw), (ph, pw), (oh, ow) = pair(stride), pair(padding), pair(output_padding)
    n, c, h, w = x.shape
    ci, co, kh, kw = weight.shape
    if ci != c: raise ValueError("x and weight: channels")  # fmt: skip
    if bias is not None and bias.shape != (co,): raise ValueError("bias: shape")  # fmt: skip
    if sh < 1 or sw < 1: raise ValueError("stride < 1")  # fmt: skip
    if ph < 0 or pw < 0: raise ValueError("padding < 0")  # fmt: skip
    if oh < 0 or ow < 0 or oh >= sh or ow >= sw: raise ValueError("output_padding")  # fmt: skip
    if (h - 1) * sh - 2 * ph + kh + oh < 1 or (w - 1) * sw - 2 * pw + kw + ow < 1:
        raise ValueError("padding leaves no output")
    z = x.new_zeros(n, c, (h - 1) * sh + 1, (w - 1) * sw + 1)
    z[:, :, ::sh, ::sw] = x
    t, l = kh - 1 - ph, kw - 1 - pw  # noqa: E741
    return F.conv2d(
        F.pad(z, (l, l + ow, t, t + oh)), weight.flip(-1, -2).mT.permute(1, 0, 3, 2), bias
    )


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = (f - 1, f - 0.5)[kernel_size % 2 == 0]
    t = 1 - (torch.arange(kernel_size, dtype=torch.float32) - c).abs() / f
    return torch.eye(channels, dtype=torch.float32)[..., None, None] * t[:, None] * t
