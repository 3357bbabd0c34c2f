import torch
import torch.nn.functional as F
from torch import nn


class Kernel:
    def __init__(self, size, rate):
        if size < 1:
            raise ValueError("kernel_size")
        if rate < 1:
            raise ValueError("rate")
        self.taps = [i * rate for i in range(size)]

    def __len__(self):
        return self.taps[-1] + 1


def effective_kernel_size(kernel_size, rate):
    return len(Kernel(kernel_size, rate))


def receptive_field(layers):
    # 뒤에서 앞으로: 출력 n개에 필요한 입력의 수
    n = 1
    for kernel, stride, rate in list(layers)[::-1]:
        if stride < 1:
            raise ValueError("stride must be at least 1")
        try:
            n = stride * (n - 1) + len(Kernel(kernel, rate))
        except ValueError as error:
            raise ValueError("layers: " + str(error)) from error
    return n


def atrous_conv2d(x, weight, bias=None, rate=1, padding=0):
    print("atrous", tuple(x.shape), rate, padding)
    r1, r2 = (rate, rate) if type(rate) is int else rate
    p1, p2 = (padding, padding) if type(padding) is int else padding
    if p1 < 0 or p2 < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    if r1 < 1 or r2 < 1:
        raise ValueError(f"rate must be positive, got {rate}")
    if weight.shape[1] != x.shape[1]:
        raise ValueError("weight and x do not match")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("bias and weight do not match")
    vertical, horizontal = Kernel(weight.shape[2], r1), Kernel(weight.shape[3], r2)
    rows = x.shape[2] + 2 * p1 - len(vertical) + 1
    columns = x.shape[3] + 2 * p2 - len(horizontal) + 1
    if min(rows, columns) < 1:
        raise ValueError(f"x would become {rows} x {columns}")
    x = F.pad(x, (p2, p2, p1, p1), mode="constant", value=0)
    parts = []
    for a, top in enumerate(vertical.taps):
        for b, left in enumerate(horizontal.taps):
            tap = weight[:, :, a : a + 1, b : b + 1].contiguous()
            parts.append(F.conv2d(x.narrow(2, top, rows).narrow(3, left, columns), tap))
    y = torch.stack(parts).sum(0)
    return y if bias is None else y + bias.view(-1, 1, 1)


def with_output_stride(layers, output_stride):
    if not isinstance(output_stride, int) or output_stride < 1:
        raise ValueError("output_stride must be a positive int")
    if any(v < 1 for layer in layers for v in layer):
        raise ValueError("layers must be positive")
    stride_now, rate_now, new_layers = 1, 1, []
    for k, s, r in layers:
        # a stride that would go beyond output_stride becomes a rate
        if stride_now == output_stride:
            new_layers.append((k, 1, r * rate_now))
            rate_now *= s
        else:
            new_layers.append((k, s, r * rate_now))
            stride_now *= s
    if stride_now != output_stride:
        raise ValueError("output_stride cannot be reached by the first strides")
    return tuple(new_layers)


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates=(6, 12, 18, 24)):
        super().__init__()
        if not rates or not all(r > 0 for r in rates):
            raise ValueError("Rates must be positive.")

        class AtrousConv(nn.Conv2d):
            def __init__(self, rate):
                super().__init__(in_channels, out_channels, 3)
                self.rate = rate

            def forward(self, x):
                return atrous_conv2d(x, self.weight, self.bias, self.rate, self.rate)

        self.names = []
        for rate in rates:
            self.names.append(f"branch{len(self.names) + 1}")
            self.add_module(self.names[-1], AtrousConv(rate))

    def forward(self, x):
        first, *others = [getattr(self, name)(x) for name in self.names]
        for other in others:
            first = first + other
        return first
