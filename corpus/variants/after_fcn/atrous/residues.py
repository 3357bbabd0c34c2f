"""Every rate-th row and column is a small image of its own: convolve each, and put them back."""

from itertools import accumulate
from operator import mul

import torch
from torch import nn
from torch.nn.functional import conv2d, pad


def effective_kernel_size(kernel_size: int, rate: int) -> int:
    for name, value in {"kernel_size": kernel_size, "rate": rate}.items():
        if value < 1:
            raise ValueError(f"{name}={value}")
    return kernel_size * rate - rate + 1


def receptive_field(layers) -> int:
    if any(value <= 0 for layer in layers for value in layer):
        raise ValueError("every kernel, stride and rate is at least 1")
    field = 1
    for kernel, stride, rate in reversed(layers):
        field = (field - 1) * stride + effective_kernel_size(kernel, rate)
    return field


def _two(value):
    return [value] * 2 if isinstance(value, int) else list(value)


def atrous_conv2d(x, weight, bias=None, rate=1, padding=0):
    (n, channels, _, _), (out, expected, kH, kW) = x.shape, weight.shape
    (rH, rW), (pH, pW) = _two(rate), _two(padding)
    if channels != expected:
        raise ValueError(f"x has {channels} channels and weight {expected}")
    if bias is not None and (bias.dim() != 1 or len(bias) != out):
        raise ValueError("bias does not fit weight")
    if rH < 1 or rW < 1 or pH < 0 or pW < 0:
        raise ValueError("rate starts at 1 and padding at 0")
    x = pad(x, (pW, pW, pH, pH))
    height, width = x.shape[2] - (kH - 1) * rH, x.shape[3] - (kW - 1) * rW
    if height <= 0 or width <= 0:
        raise ValueError("nothing is left of x at this rate")
    y = x.new_zeros(n, out, height, width)
    for top in range(min(rH, height)):
        for left in range(min(rW, width)):
            y[:, :, top::rH, left::rW] = conv2d(x[:, :, top::rH, left::rW], weight, bias)
    return y


def with_output_stride(layers, output_stride):
    if any(value <= 0 for layer in layers for value in layer):
        raise ValueError("every kernel, stride and rate is at least 1")
    products = list(accumulate([stride for _, stride, _ in layers], mul, initial=1))
    if output_stride not in products:
        raise ValueError(f"output_stride has to be one of {sorted(set(products))}")
    at = products.index(output_stride)
    kept = [tuple(layer) for layer in layers[:at]]
    return kept + [
        (kernel, 1, rate * products[at + i] // output_stride)
        for i, (kernel, _, rate) in enumerate(layers[at:])
    ]


class Branch(nn.Module):
    def __init__(self, into, out, rate):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out, into, 3, 3))
        self.bias = nn.Parameter(torch.zeros(out))
        nn.init.kaiming_normal_(self.weight)
        self.rate = rate

    def forward(self, x):
        return atrous_conv2d(x, self.weight, self.bias, self.rate, self.rate)


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates=(6, 12, 18, 24)):
        super().__init__()
        if not len(rates):
            raise ValueError("rates are empty")
        if not all(rate >= 1 for rate in rates):
            raise ValueError("rates below 1")
        for number, rate in enumerate(rates, 1):
            self.add_module("branch%d" % number, Branch(in_channels, out_channels, rate))

    def forward(self, x):
        return sum(branch(x) for branch in self.children())
