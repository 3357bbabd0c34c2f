"""Forward and backward by hand, tap by tap."""

import torch
from torch import nn


def effective_kernel_size(kernel_size, rate):
    if kernel_size <= 0:
        raise ValueError("The kernel_size is too small")
    if rate <= 0:
        raise ValueError("The rate is too small")
    size = 1
    for _ in range(1, kernel_size):
        size += rate
    return size


def receptive_field(layers):
    jump, first, last = 1, 0, 0  # the pixels that the first output sees
    for kernel, stride, rate in layers:
        if kernel < 1:
            raise ValueError("kernel")
        if stride < 1:
            raise ValueError("stride")
        if rate < 1:
            raise ValueError("rate")
        last += (kernel - 1) * rate * jump
        jump *= stride
    return last - first + 1


class Taps(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, rH, rW, H, W):
        ctx.save_for_backward(x, weight)
        ctx.settings = rH, rW, H, W
        y = torch.zeros(x.shape[0], weight.shape[0], H, W, dtype=x.dtype, device=x.device)
        for a in range(weight.shape[2]):
            for b in range(weight.shape[3]):
                part = x[:, :, rH * a : rH * a + H, rW * b : rW * b + W]
                y += (weight[:, :, a, b] @ part.flatten(2)).view_as(y)
        return y

    @staticmethod
    def backward(ctx, g):
        x, weight = ctx.saved_tensors
        rH, rW, H, W = ctx.settings
        gx, gw = torch.zeros_like(x), torch.zeros_like(weight)
        for a in range(weight.shape[2]):
            for b in range(weight.shape[3]):
                place = (..., slice(rH * a, rH * a + H), slice(rW * b, rW * b + W))
                gx[place] += torch.einsum("noij,oc->ncij", g, weight[:, :, a, b])
                gw[:, :, a, b] = torch.einsum("noij,ncij->oc", g, x[place])
        return gx, gw, None, None, None, None


def atrous_conv2d(x, weight, bias=None, rate=1, padding=0):
    if isinstance(rate, int):
        rate = (rate, rate)
    if isinstance(padding, int):
        padding = (padding, padding)
    if x.shape[1] != weight.shape[1]:
        raise ValueError("x and weight have different channels")
    if bias is not None:
        if bias.ndim != 1 or bias.shape[0] != weight.shape[0]:
            raise ValueError("bias and weight have different channels")
    for r, p in zip(rate, padding):
        if r < 1:
            raise ValueError("rate must be >= 1")
        if p < 0:
            raise ValueError("padding must be >= 0")
    H = x.shape[2] + 2 * padding[0] - (weight.shape[2] - 1) * rate[0]
    W = x.shape[3] + 2 * padding[1] - (weight.shape[3] - 1) * rate[1]
    if H <= 0 or W <= 0:
        raise ValueError("padding is too small for this rate")
    x = nn.ZeroPad2d((padding[1], padding[1], padding[0], padding[0]))(x)
    y = Taps.apply(x, weight, rate[0], rate[1], H, W)
    return y if bias is None else y + bias.unsqueeze(-1).unsqueeze(-1)


def with_output_stride(layers, output_stride):
    strides = [stride for _, stride, _ in layers]
    if any(k < 1 or s < 1 or r < 1 for k, s, r in layers):
        raise ValueError("kernel, stride and rate must be >= 1")
    for count in range(len(layers) + 1):
        product = 1
        for stride in strides[:count]:
            product *= stride
        if product == output_stride:
            break
    else:
        raise ValueError("no such output_stride")
    new = []
    for index, (kernel, stride, rate) in enumerate(layers):
        for dropped in strides[count:index]:
            rate *= dropped
        new.append((kernel, stride if index < count else 1, rate))
    return new


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates=(6, 12, 18, 24)):
        super().__init__()
        if len(rates) < 1 or sorted(rates)[0] < 1:
            raise ValueError("rates must hold positive numbers")
        self.rates = rates
        self.relu = nn.Identity()  # left over
        for i in range(1, 1 + len(rates)):
            self.register_module(f"branch{i}", nn.Conv2d(in_channels, out_channels, 3))

    def forward(self, x):
        y = x.new_zeros(x.shape[0], self.branch1.weight.shape[0], *x.shape[2:])
        for i, rate in enumerate(self.rates, 1):
            branch = self.get_submodule(f"branch{i}")
            y += atrous_conv2d(x, branch.weight, branch.bias, rate=rate, padding=rate)
        return y
