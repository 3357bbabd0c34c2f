"""The right functions and network of `deconvnet.py`, on other roads than the solution."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

STAGES = (1, 2, 3, 4, 5)


def max_pool_with_switches(
    x: Tensor,
    size: int | tuple[int, int],
    replaces: Callable[[Tensor, Tensor], Tensor] = torch.gt,
) -> tuple[Tensor, Tensor]:
    """Each place of a window in turn: it `replaces` the largest so far if it is larger."""
    sH, sW = (size, size) if isinstance(size, int) else size
    H, W = x.shape[2:]
    if not (1 <= sH <= H and 1 <= sW <= W):
        raise ValueError("a size below 1 or larger than the map | 1보다 작거나 맵보다 큰 size")
    h, w = H // sH * sH, W // sW * sW
    numbers = torch.arange(H * W, device=x.device).reshape(1, 1, H, W).expand(x.shape)
    values, switches = x[:, :, :h:sH, :w:sW], numbers[:, :, :h:sH, :w:sW]
    for a, b in itertools.product(range(sH), range(sW)):
        here = x[:, :, a:h:sH, b:w:sW]
        better = replaces(here, values)
        values = torch.where(better, here, values)
        switches = torch.where(better, numbers[:, :, a:h:sH, b:w:sW], switches)
    return values, switches


def check_shapes(x: Tensor, switches: Tensor) -> None:
    if switches.shape != x.shape:
        raise ValueError("switches of another shape than x | x와 shape이 다른 switches")


def check_switches(switches: Tensor, output_size: tuple[int, int]) -> None:
    if switches.numel() and (
        switches.min() < 0 or switches.max() >= output_size[0] * output_size[1]
    ):
        raise ValueError("a switch outside the plane, see output_size | 평면 밖의 switches")


def unpool_with_switches(x: Tensor, switches: Tensor, output_size: tuple[int, int]) -> Tensor:
    """All planes in one row, in which each has its own first cell."""
    check_shapes(x, switches)
    check_switches(switches, output_size)
    (N, C), cells = x.shape[:2], output_size[0] * output_size[1]
    first = torch.arange(N * C, device=x.device).reshape(N, C, 1, 1) * cells
    row = x.new_zeros(N * C * cells).index_put((first + switches,), x)
    return row.reshape(N, C, *output_size)


class RightDeconvNet(nn.Module):
    """Built out of a table of widths; its steps can be replaced one by one."""

    def __init__(
        self, num_classes: int = 21, base_channels: int = 64, fc_channels: int = 4096
    ) -> None:
        super().__init__()
        for name, widths, kernel in self.table(base_channels, fc_channels):
            layers: list[nn.Module] = []
            for a, b in itertools.pairwise(widths):
                layers += self.layer(name, a, b, kernel)
            self.add_module(name, nn.Sequential(*layers))
        self.score = nn.Conv2d(base_channels, num_classes, 1)

    def table(self, b: int, fc: int) -> Iterator[tuple[str, list[int], int]]:
        """(child, its channels from input to output, kernel)."""
        down = [[3, b, b], [b, 2 * b, 2 * b], [2 * b, *[4 * b] * 3], [4 * b, *[8 * b] * 3]]
        down.append([8 * b] * 4)
        yield from ((f"conv{n}", down[n - 1], 3) for n in STAGES)
        yield from (("fc6", [8 * b, fc], 7), ("fc7", [fc, fc], 1), ("deconv_fc6", [fc, 8 * b], 7))
        yield from ((f"deconv{n}", down[n - 1][::-1], 3) for n in STAGES[:0:-1])
        yield "deconv1", [b, b, b], 3

    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        kind = nn.ConvTranspose2d if name.startswith("deconv") else nn.Conv2d
        return [kind(a, b, kernel, padding=int(kernel == 3)), nn.BatchNorm2d(b), nn.ReLU()]

    def check(self, H: int, W: int) -> None:
        if min(H, W) < 224:
            raise ValueError(f"{H} x {W} is too small | {H} x {W}: 너무 작은 입력")

    def pool(self, x: Tensor, size: int) -> tuple[Tensor, Tensor]:
        return max_pool_with_switches(x, size)

    def unpool(self, x: Tensor, switches: Tensor, size: tuple[int, int]) -> Tensor:
        return unpool_with_switches(x, switches, size)

    def mirror(self, n: int) -> int:
        """The pooling whose switches the unpooling before deconv n takes."""
        return n

    def forward(self, x: Tensor) -> Tensor:
        self.check(*x.shape[2:])
        kept = {}
        for n in STAGES:
            given = self.get_submodule(f"conv{n}")(x)
            x, switches = self.pool(given, 2)
            kept[n] = switches, (given.shape[2], given.shape[3])
        for name in ("fc6", "fc7", "deconv_fc6"):
            x = self.get_submodule(name)(x)
        for n in reversed(STAGES):
            x = self.get_submodule(f"deconv{n}")(self.unpool(x, *kept[self.mirror(n)]))
        return self.finish(x)

    def finish(self, x: Tensor) -> Tensor:
        scores: Tensor = self.score(x)
        return scores
