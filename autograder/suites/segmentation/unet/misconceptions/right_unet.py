"""The right classes of `unet.py`; each misconception changes one of their settings or steps."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class RightDoubleConv(nn.Module):
    paddings: tuple[bool, bool] = (True, True)
    relus: tuple[bool, bool] = (True, True)

    def __init__(self, in_channels: int, out_channels: int, padding: int = 0) -> None:
        super().__init__()
        first, second = (padding if used else 0 for used in self.paddings)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=first)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=second)

    def forward(self, x: Tensor) -> Tensor:
        for conv, relu in zip((self.conv1, self.conv2), self.relus, strict=True):
            x = F.relu(conv(x)) if relu else conv(x)
        return x


class RightUpBlock(nn.Module):
    def __init__(self, in_channels: int, padding: int = 0) -> None:
        super().__init__()
        self.upconv = nn.ConvTranspose2d(in_channels, in_channels // 2, 2, stride=2)
        self.conv = RightDoubleConv(in_channels, in_channels // 2, padding)

    def crop(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        h, w = upsampled.shape[2:]
        if skip.shape[2] < h or skip.shape[3] < w:
            raise ValueError("skip is smaller than upsampled")
        top, left = (skip.shape[2] - h) // 2, (skip.shape[3] - w) // 2
        return skip[:, :, top : top + h, left : left + w]

    def joined(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        return torch.cat([self.crop(skip, upsampled), upsampled], 1)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        scores: Tensor = self.conv(self.joined(skip, self.upconv(x)))
        return scores


class RightUNet(nn.Module):
    paddings: tuple[int, ...] = (0, 1)

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 2,
        base_channels: int = 64,
        padding: int = 0,
    ) -> None:
        super().__init__()
        if padding not in self.paddings:
            raise ValueError(f"padding must be 0 or 1, got {padding}")
        base, self.padding = base_channels, padding
        convolve = self.convolutions_padding(padding)
        self.down1 = RightDoubleConv(in_channels, base, convolve)
        self.down2 = RightDoubleConv(base, 2 * base, convolve)
        self.down3 = RightDoubleConv(2 * base, 4 * base, convolve)
        self.down4 = RightDoubleConv(4 * base, 8 * base, convolve)
        self.bottleneck = RightDoubleConv(8 * base, 16 * base, convolve)
        self.up4 = RightUpBlock(16 * base, convolve)
        self.up3 = RightUpBlock(8 * base, convolve)
        self.up2 = RightUpBlock(4 * base, convolve)
        self.up1 = RightUpBlock(2 * base, convolve)
        self.head = nn.Conv2d(base, num_classes, 1)

    def convolutions_padding(self, padding: int) -> int:
        return padding

    def check_size(self, h: int, w: int) -> None:
        step, rest, smallest = (16, 0, 16) if self.padding else (16, 12, 188)
        if any(side % step != rest or side < smallest for side in (h, w)):
            raise ValueError(f"an input of {h} x {w} does not fit")

    def pooled(self, x: Tensor) -> Tensor:
        return F.max_pool2d(x, 2)

    def skip(self, down: Tensor) -> Tensor:
        return down

    def forward(self, x: Tensor) -> Tensor:
        self.check_size(x.shape[2], x.shape[3])
        down1 = self.down1(x)
        down2 = self.down2(self.pooled(down1))
        down3 = self.down3(self.pooled(down2))
        down4 = self.down4(self.pooled(down3))
        y = self.up4(self.bottleneck(self.pooled(down4)), self.skip(down4))
        y = self.up2(self.up3(y, self.skip(down3)), self.skip(down2))
        scores: Tensor = self.head(self.up1(y, self.skip(down1)))
        return scores
