"""The sizes are followed through the network before anything is computed."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def center_crop(x: Tensor, size: tuple[int, int]) -> Tensor:
    for axis, wanted in zip((2, 3), size, strict=True):
        there = x.shape[axis]
        if wanted < 1:
            raise ValueError(f"size must be positive, got {tuple(size)}")
        if wanted > there:
            raise ValueError(f"size {tuple(size)} is larger than the map {tuple(x.shape[2:])}")
        x = x.narrow(axis, (there - wanted) // 2, wanted)
    return x


def concat_skip(skip: Tensor, upsampled: Tensor) -> Tensor:
    if skip.shape[0] != upsampled.shape[0]:
        raise ValueError(f"Skip and upsampled differ in N: {len(skip)}, {len(upsampled)}")
    try:
        cropped = center_crop(skip, upsampled.shape[-2:])
    except ValueError as error:
        raise ValueError(f"skip is smaller than upsampled ({error})") from error
    return torch.concat((cropped, upsampled), dim=1)


class DoubleConv(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, padding: int = 0) -> None:
        super().__init__()
        self.first = nn.Conv2d(in_channels, out_channels, 3, padding=padding)
        self.second = nn.Conv2d(out_channels, out_channels, 3, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x).relu()).relu()


class UpBlock(nn.Module):
    def __init__(self, in_channels: int, padding: int = 0) -> None:
        if in_channels % 2:
            raise ValueError(f"in_channels must be even, got {in_channels}")
        super().__init__()
        half = in_channels // 2
        self.upconv = nn.ConvTranspose2d(in_channels, half, kernel_size=2, stride=2)
        self.conv = DoubleConv(half + half, half, padding=padding)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.conv(concat_skip(skip, self.upconv(x)))


class UNet(nn.Module):
    def __init__(
        self, in_channels: int = 1, num_classes: int = 2, base_channels: int = 64, padding: int = 0
    ) -> None:
        super().__init__()
        if padding != 0 and padding != 1:
            raise ValueError(f"Padding {padding} is not supported")
        self.lost = 4 * (1 - padding)
        before = in_channels
        for level in range(1, 5):
            width = base_channels * 2 ** (level - 1)
            setattr(self, f"down{level}", DoubleConv(before, width, padding))
            before = width
        self.pool = nn.MaxPool2d(2)
        self.bottleneck = DoubleConv(before, 2 * before, padding)
        for level in range(4, 0, -1):
            setattr(self, f"up{level}", UpBlock(base_channels * 2**level, padding))
        self.head = nn.Conv2d(base_channels, num_classes, 1)

    def _check(self, name: str, size: int) -> None:
        now = size
        for level in range(1, 5):
            now -= self.lost
            if now <= 0 or now % 2:
                raise ValueError(
                    f"{name} = {size}: level {level} has {now} rows or columns to pool"
                )
            now //= 2
        now -= self.lost
        for level in range(4, 0, -1):
            if now <= 0:
                raise ValueError(f"{name} = {size}: nothing is left below up{level}")
            now = 2 * now - self.lost
        if now <= 0:
            raise ValueError(f"{name} = {size}: nothing is left at the end")

    def forward(self, x: Tensor) -> Tensor:
        self._check("height", x.size(2))
        self._check("width", x.size(3))
        skips = []
        for down in (self.down1, self.down2, self.down3, self.down4):
            x = down(x)
            skips.append(x)
            x = self.pool(x)
        x = self.bottleneck(x)
        for up in (self.up4, self.up3, self.up2, self.up1):
            x = up(x, skips.pop())
        return self.head(x)
