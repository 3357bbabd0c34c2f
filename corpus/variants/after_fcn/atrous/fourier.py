"""A product of spectra instead of a sum over taps."""

import functools

import torch
from torch import nn


def effective_kernel_size(kernel_size, rate):
    if min(kernel_size, rate) < 1:
        raise ValueError("kernel_size and rate must be positive")
    return len([tap for gap in range(kernel_size - 1) for tap in range(rate)]) + 1


def receptive_field(layers):
    if [layer for layer in layers if min(layer) < 1]:
        raise ValueError("layers must be positive")

    def wider(seen, layer):
        field, jump = seen
        return field + (layer[0] - 1) * layer[2] * jump, jump * layer[1]

    return functools.reduce(wider, layers, (1, 1))[0]


def pair(value):
    return (value, value) if not hasattr(value, "__len__") else (value[0], value[1])


def atrous_conv2d(x, weight, bias=None, rate=1, padding=0):
    (rH, rW), (pH, pW) = pair(rate), pair(padding)
    N, C, H, W = x.shape
    O, I, kH, kW = weight.shape
    if C != I:
        raise ValueError(f"weight is for {I} channels, x has {C}")
    if bias is not None and bias.shape != torch.Size([O]):
        raise ValueError(f"bias must be ({O},)")
    if not (rH >= 1 and rW >= 1):
        raise ValueError("rate must be at least 1")
    if not (pH >= 0 and pW >= 0):
        raise ValueError("padding must not be negative")
    H, W = H + 2 * pH, W + 2 * pW
    H_out, W_out = H - (kH - 1) * rH, W - (kW - 1) * rW
    if H_out < 1 or W_out < 1:
        raise ValueError("x is too small")
    padded = nn.functional.pad(x, (pW, pW, pH, pH))
    # Correlation: the spectrum of the kernel is conjugated. In float64, as rounding spreads.
    spread = torch.zeros(O, I, H, W, dtype=torch.float64, device=x.device)
    spread[:, :, 0 : (kH - 1) * rH + 1 : rH, 0 : (kW - 1) * rW + 1 : rW] = weight.double()
    spectrum = torch.einsum(
        "ncij,ocij->noij", torch.fft.rfft2(padded.double()), torch.fft.rfft2(spread).conj()
    )
    y = torch.fft.irfft2(spectrum, s=(H, W))[:, :, :H_out, :W_out].to(x.dtype)
    return y if bias is None else y + bias.view(1, O, 1, 1)


def with_output_stride(layers, output_stride):
    if [layer for layer in layers if min(layer) < 1]:
        raise ValueError("layers must be positive")

    def go(rest, stride, dropped):
        if not rest:
            if stride != output_stride:
                raise ValueError("output_stride is not reached")
            return []
        (k, s, r), *others = rest
        if stride == output_stride:
            return [(k, 1, r * dropped), *go(others, stride, dropped * s)]
        return [(k, s, r), *go(others, stride * s, dropped)]

    return go(list(layers), 1, 1)


class Spectral(nn.Module):
    def __init__(self, rate, *shape):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*shape) / 10)
        self.bias = nn.Parameter(torch.zeros(shape[0]))
        self.forward = functools.partial(self._at, rate)

    def _at(self, rate, x):
        return atrous_conv2d(x, self.weight, self.bias, rate, rate)

    def forward(self, x):
        raise AssertionError("replaced in the constructor")


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates=(6, 12, 18, 24)):
        super().__init__()
        if tuple(rates) == () or min(rates) <= 0:
            raise ValueError("rates must be positive, and at least one")
        for i, rate in enumerate(rates):
            self.add_module(f"branch{i + 1}", Spectral(rate, out_channels, in_channels, 3, 3))

    def forward(self, x):
        return torch.stack([branch(x) for branch in self.children()], dim=-1).sum(dim=-1)
