import numpy as np
import torch
from geometry import Layer, as_pair, out_size
from torch import nn


def effective_kernel_size(kernel_size, rate):
    if kernel_size < 1:
        raise ValueError(f"kernel_size is {kernel_size}")
    if rate < 1:
        raise ValueError(f"rate is {rate}")
    return Layer(kernel_size, 1, rate).span + 1


def receptive_field(layers):
    known = [Layer(*each) for each in layers]
    jumps = np.cumprod([1, *(layer.stride for layer in known)])
    return int(1 + sum(layer.span * jump for layer, jump in zip(known, jumps)))


class _Atrous(torch.autograd.Function):
    """Scatter and gather through one sparse pattern of places, computed in numpy."""

    @staticmethod
    def places(H, W, kH, kW, rH, rW):
        rows, columns = np.ogrid[: H - (kH - 1) * rH, : W - (kW - 1) * rW]
        start = rows * W + columns
        taps = [(a * rH) * W + b * rW for a in range(kH) for b in range(kW)]
        return np.stack([(start + tap).ravel() for tap in taps])  # (taps, places)

    @staticmethod
    def forward(ctx, x, weight, places):
        ctx.save_for_backward(x, weight)
        ctx.places = places
        cells = x.reshape(*x.shape[:2], -1)[:, :, places]  # N, C, taps, places
        return torch.einsum("nctp,oct->nop", cells, weight.flatten(2))

    @staticmethod
    def backward(ctx, g):
        x, weight = ctx.saved_tensors
        cells = x.reshape(*x.shape[:2], -1)
        to_weight = torch.einsum("nop,nctp->oct", g, cells[:, :, ctx.places])
        spread = torch.einsum("nop,oct->nctp", g, weight.flatten(2)).flatten(2)
        to_x = torch.zeros_like(cells).index_add(2, ctx.places.flatten(), spread)
        return to_x.view(x.shape), to_weight.view(weight.shape), None


def atrous_conv2d(x, weight, bias=None, rate=1, padding=0):
    rates, pads = as_pair(rate), as_pair(padding)
    if weight.shape[1] != x.shape[1]:
        raise ValueError("x / weight")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("bias / weight")
    if min(rates) < 1 or min(pads) < 0:
        raise ValueError("rate / padding")
    sides = [out_size(x.shape[i + 2], weight.shape[i + 2], rates[i], pads[i]) for i in (0, 1)]
    if min(sides) < 1:
        raise ValueError(f"x, weight, rate and padding leave {sides}")
    x = nn.functional.pad(x, (pads[1], pads[1], pads[0], pads[0]))
    places = _Atrous.places(*x.shape[2:], *weight.shape[2:], *rates)
    y = _Atrous.apply(x.contiguous(), weight.contiguous(), torch.from_numpy(places).to(x.device))
    y = y.unflatten(2, sides)
    return y if bias is None else y + bias[:, None, None]


def with_output_stride(layers, output_stride):
    known, product, dropped, new = [Layer(*each) for each in layers], 1, 1, []
    for layer in known:
        if product >= output_stride:
            new.append(Layer(layer.kernel, 1, layer.rate * dropped))
            dropped *= layer.stride
        else:
            new.append(layer)
            product *= layer.stride
    if product != output_stride:
        raise ValueError(f"output_stride: {output_stride}, not {product}")
    return [layer.triple() for layer in new]


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates=(6, 12, 18, 24)):
        nn.Module.__init__(self)
        if len(rates) == 0 or np.min(rates) < 1:
            raise ValueError("rates")
        self.rate_of = {f"branch{i}": rate for i, rate in enumerate(rates, 1)}
        for name in self.rate_of:
            self.add_module(name, nn.Conv2d(in_channels, out_channels, 3))

    def forward(self, x):
        held = dict(self.named_children())
        return torch.stack(
            [
                atrous_conv2d(x, held[name].weight, held[name].bias, rate, rate)
                for name, rate in self.rate_of.items()
            ]
        ).sum(0)
