"""All that is wrong with the arguments is said at once, by an error of its own."""

import numbers

import torch


class BadArguments(ValueError):
    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("; ".join(self.problems))


def _both(value):
    return (value, value) if isinstance(value, numbers.Integral) else tuple(value)


def _problems(x, weight, bias, stride, padding, output_padding):
    if x.shape[1] != weight.shape[0]:
        yield f"in_channels: x {x.shape[1]}, weight {weight.shape[0]}"
    if bias is not None and bias.shape != weight.shape[1:2]:
        yield f"bias.shape is {list(bias.shape)}"
    for axis, (s, p, op) in enumerate(zip(stride, padding, output_padding)):
        if s < 1:
            yield f"stride[{axis}] is {s}"
        if p < 0:
            yield f"padding[{axis}] is {p}"
        if op < 0 or op >= s:
            yield f"output_padding[{axis}] is {op}"
        if (x.shape[2 + axis] - 1) * s - 2 * p + weight.shape[2 + axis] + op < 1:
            yield f"padding[{axis}] leaves nothing"


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride, padding, output_padding = map(_both, (stride, padding, output_padding))
    if problems := list(_problems(x, weight, bias, stride, padding, output_padding)):
        raise BadArguments(problems)
    (sh, sw), (ph, pw), (oh, ow) = stride, padding, output_padding
    n, _, h, w = x.shape
    _, c, kh, kw = weight.shape
    canvas = x.new_zeros(n, c, (h - 1) * sh + kh + oh, (w - 1) * sw + kw + ow)
    for a in range(kh):
        for b in range(kw):
            tap = torch.einsum("nihw,io->nohw", x, weight[:, :, a, b])
            canvas[:, :, a : a + (h - 1) * sh + 1 : sh, b : b + (w - 1) * sw + 1 : sw] += tap
    y = canvas[:, :, ph : canvas.shape[2] - ph, pw : canvas.shape[3] - pw]
    return y if bias is None else torch.add(y, bias[:, None, None])


def bilinear_kernel(channels, kernel_size):
    with torch.device("cpu"):
        f = (kernel_size + 1) // 2
        c = f - 1 if kernel_size % 2 else f - 0.5
        t = 1 - (torch.arange(kernel_size).float() - c).abs().div(f)
        k = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
        k[range(channels), range(channels)] = t.float()[:, None] * t.float()
        return k
