from functools import partial

import torch
from torch import Tensor
from torch.func import vjp
from torch.nn.functional import conv2d

Pair = int | tuple[int, int] | list[int]


def both(value: Pair) -> tuple[int, int]:
    match value:
        case int():
            return value, value
        case (vertical, horizontal):
            return vertical, horizontal
    raise ValueError(f"not a pair: {value}")


def transposed_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    output_padding: Pair = 0,
) -> Tensor:
    s, p, op = both(stride), both(padding), both(output_padding)
    if weight.shape[0] != x.shape[1]:
        raise ValueError(f"{weight.shape=} does not fit {x.shape=}")
    if bias is not None and bias.shape != weight.shape[1:2]:
        raise ValueError(f"{bias.shape=} does not fit {weight.shape=}")
    if min(s) < 1:
        raise ValueError(f"{stride=}")
    if min(p) < 0:
        raise ValueError(f"{padding=}")
    if min(op) < 0 or op[0] >= s[0] or op[1] >= s[1]:
        raise ValueError(f"{output_padding=} with {stride=}")
    size = [
        (n - 1) * s[i] - 2 * p[i] + k + op[i]
        for i, (n, k) in enumerate(zip(x.shape[2:], weight.shape[2:], strict=True))
    ]
    if min(size) < 1:
        raise ValueError(f"{padding=} leaves {size}")

    like = torch.zeros(x.shape[0], weight.shape[1], *size, dtype=x.dtype, device=x.device)
    _, pull_back = vjp(partial(conv2d, weight=weight, stride=s, padding=p), like)
    (y,) = pull_back(x)
    return y if bias is None else y + bias.unflatten(0, (-1, 1, 1))


def bilinear_kernel(channels: int, kernel_size: int) -> Tensor:
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    t = 1 - (torch.arange(kernel_size, dtype=torch.float32, device="cpu") - c).abs() / f
    return torch.kron(
        torch.eye(channels, dtype=torch.float32, device="cpu")[:, :, None, None],
        torch.outer(t, t)[None, None],
    )
