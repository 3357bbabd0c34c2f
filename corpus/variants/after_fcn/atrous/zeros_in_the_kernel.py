"""The holes are written into the kernel; the library's convolution does the rest."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def effective_kernel_size(kernel_size, rate):
    if kernel_size < 1:
        raise ValueError("kernel_size < 1")
    if rate < 1:
        raise ValueError("rate < 1")
    return (kernel_size - 1) * rate + 1


def _check(layers):
    for kernel, stride, rate in layers:
        if kernel < 1 or stride < 1 or rate < 1:
            raise ValueError(f"layers: ({kernel}, {stride}, {rate}) is not a layer")


def receptive_field(layers):
    _check(layers)
    return 1 + sum(
        (k - 1) * r * math.prod(s for _, s, _ in layers[:i]) for i, (k, _, r) in enumerate(layers)
    )


def atrous_conv2d(x, weight, bias=None, rate=1, padding=0):
    rate = (rate, rate) if isinstance(rate, int) else tuple(rate)
    padding = (padding, padding) if isinstance(padding, int) else tuple(padding)
    if x.size(1) != weight.size(1):
        raise ValueError("weight does not take the channels of x")
    if bias is not None and list(bias.shape) != [weight.size(0)]:
        raise ValueError("bias needs one value for each output channel")
    if min(rate) < 1:
        raise ValueError("rate < 1")
    if min(padding) < 0:
        raise ValueError("padding < 0")
    out, into, kH, kW = weight.shape
    rows, columns = (kH - 1) * rate[0] + 1, (kW - 1) * rate[1] + 1
    if x.size(2) + 2 * padding[0] < rows or x.size(3) + 2 * padding[1] < columns:
        raise ValueError("x is smaller than the kernel with its holes")
    holes = weight.new_zeros(out, into, rows, columns)
    holes[:, :, :: rate[0], :: rate[1]] = weight
    return F.conv2d(x, holes, bias, padding=padding)


def with_output_stride(layers, output_stride):
    _check(layers)
    product, result = 1, []
    remaining = list(layers)
    while remaining and product < output_stride:
        kernel, stride, rate = remaining.pop(0)
        product *= stride
        result.append((kernel, stride, rate))
    if product != output_stride:
        raise ValueError(f"output_stride {output_stride} cannot be had")
    factor = 1
    for kernel, stride, rate in remaining:
        result.append((kernel, 1, rate * factor))
        factor *= stride
    return result


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates=(6, 12, 18, 24)):
        super().__init__()
        if len(rates) == 0 or any(rate < 1 for rate in rates):
            raise ValueError(f"rates {rates}")
        self.rates = list(rates)
        for i, rate in enumerate(rates):
            conv = nn.Conv2d(in_channels, out_channels, 3, padding=rate, dilation=rate)
            setattr(self, f"branch{i + 1}", conv)

    def forward(self, x):
        total = 0
        for i, rate in enumerate(self.rates):
            conv = getattr(self, f"branch{i + 1}")
            total = total + atrous_conv2d(x, conv.weight, conv.bias, rate, rate)
        return total
