"""Index tensors say which rows and columns a tap sees; one matrix product does the rest."""

import torch
from torch import Tensor, nn


def effective_kernel_size(kernel_size: int, rate: int) -> int:
    if kernel_size < 1:
        raise ValueError("kernel_size must be one or more")
    elif rate < 1:
        raise ValueError("rate must be one or more")
    return range(0, kernel_size * rate, rate)[-1] + 1


def receptive_field(layers) -> int:
    check_layers(layers)
    rows, jump = {0}, 1
    for kernel, stride, rate in layers:
        rows = {min(rows), max(rows) + (kernel - 1) * rate * jump}
        jump *= stride
    return max(rows) - min(rows) + 1


def check_layers(layers):
    if not all(isinstance(v, int) and v > 0 for layer in layers for v in layer):
        raise ValueError("layers must hold positive integers")


def atrous_conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, rate=1, padding=0
) -> Tensor:
    rates = [rate, rate] if isinstance(rate, int) else list(rate)
    pads = [padding, padding] if isinstance(padding, int) else list(padding)
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels of weight and x")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("shape of bias")
    if any(r < 1 for r in rates):
        raise ValueError("rate")
    if any(p < 0 for p in pads):
        raise ValueError("padding")
    x = torch.nn.functional.pad(x, [pads[1], pads[1], pads[0], pads[0]])
    index = []
    for axis in (2, 3):
        k = weight.shape[axis]
        count = x.shape[axis] - (k - 1) * rates[axis - 2]
        if count < 1:
            raise ValueError("x is too small for weight")
        place = torch.arange(count, device=x.device)[:, None]
        index.append(place + rates[axis - 2] * torch.arange(k, device=x.device)[None, :])
    rows, columns = index  # (H_out, kH), (W_out, kW)
    patches = x[:, :, rows[:, None, :, None], columns[None, :, None, :]]  # N, C, H, W, kH, kW
    y = torch.einsum("nchwab,ocab->nohw", patches, weight)
    if bias is None:
        return y
    return y + bias[None, :, None, None]


def with_output_stride(layers, output_stride: int) -> list[tuple[int, int, int]]:
    check_layers(layers)
    before, after, result = 1, 1, []  # jumps of the old and the new network
    for kernel, stride, rate in layers:
        new = stride if after < output_stride else 1
        result.append((kernel, new, rate * (before // after)))
        before, after = before * stride, after * new
    if after != output_stride:
        raise ValueError(f"an output_stride of {output_stride} is no product of first strides")
    return result


class ASPP(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, rates=(6, 12, 18, 24)) -> None:
        super().__init__()
        self.rates = [int(rate) for rate in rates]
        if self.rates == [] or min(self.rates) < 1:
            raise ValueError("rates must be positive, and there must be some")
        for number, _ in enumerate(self.rates, 1):
            layer = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=True)
            self.add_module(f"branch{number}", layer)

    def forward(self, x: Tensor) -> Tensor:
        weights = [getattr(self, f"branch{i + 1}").weight for i in range(len(self.rates))]
        total = sum(getattr(self, f"branch{i + 1}").bias for i in range(len(self.rates)))
        maps = [
            atrous_conv2d(x, weight, None, rate, rate)
            for weight, rate in zip(weights, self.rates, strict=True)
        ]
        return sum(maps) + total[:, None, None]
