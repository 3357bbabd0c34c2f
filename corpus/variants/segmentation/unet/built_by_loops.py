from __future__ import annotations

import torch
from torch import Tensor, nn


def center_crop(x: Tensor, size: tuple[int, int]) -> Tensor:
    for dim, length in zip((2, 3), size, strict=True):
        margin = x.shape[dim] - length
        if length < 1 or margin < 0:
            raise ValueError(f"size {tuple(size)} does not fit into {tuple(x.shape[2:])}")
        x = x.narrow(dim, margin // 2, length)
    return x


def concat_skip(skip: Tensor, upsampled: Tensor) -> Tensor:
    if skip.shape[0] != upsampled.shape[0]:
        raise ValueError(f"{skip.shape[0]} samples in skip, {upsampled.shape[0]} in upsampled")
    try:
        cropped = center_crop(skip, upsampled.shape[2:])
    except ValueError as error:
        raise ValueError(f"skip is too small: {error}") from error
    return torch.cat([cropped, upsampled], dim=1)


class DoubleConv(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, padding: int = 0) -> None:
        super().__init__()
        widths = [in_channels, out_channels, out_channels]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=padding) for a, b in zip(widths, widths[1:])
        )

    def forward(self, x: Tensor) -> Tensor:
        for convolution in self.convolutions:
            x = torch.relu(convolution(x))
        return x


class UpBlock(nn.Module):
    def __init__(self, in_channels: int, padding: int = 0) -> None:
        super().__init__()
        half = in_channels // 2
        self.upconv = nn.ConvTranspose2d(in_channels, half, (2, 2), stride=(2, 2))
        self.conv = DoubleConv(2 * half, half, padding)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.conv(concat_skip(skip, self.upconv(x)))


class UNet(nn.Module):
    LEVELS = 4

    def __init__(
        self, in_channels: int = 1, num_classes: int = 2, base_channels: int = 64, padding: int = 0
    ) -> None:
        super().__init__()
        if padding not in {0, 1}:
            raise ValueError(f"padding should be 0 or 1, is {padding}")
        self.padding = padding
        width = in_channels
        for level in range(1, self.LEVELS + 1):
            self.add_module(f"down{level}", DoubleConv(width, base_channels, padding))
            width, base_channels = base_channels, 2 * base_channels
        self.bottleneck = DoubleConv(width, base_channels, padding)
        for level in range(self.LEVELS, 0, -1):
            self.add_module(f"up{level}", UpBlock(base_channels, padding))
            base_channels //= 2
        self.head = nn.Conv2d(base_channels, num_classes, 1)

    def fits(self, length: int) -> bool:
        """Walk down one axis and back up: every pooling must meet an even length."""
        lost = 0 if self.padding else 4
        for _ in range(self.LEVELS):
            length -= lost
            if length < 2 or length % 2:
                return False
            length //= 2
        for _ in range(self.LEVELS + 1):
            length -= lost
            if length < 1:
                return False
            length *= 2
        return True

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        if not self.fits(height) or not self.fits(width):
            raise ValueError(f"a {height} x {width} image does not pass")
        skips = []
        for level in range(1, self.LEVELS + 1):
            skips.append(getattr(self, f"down{level}")(x))
            x = nn.functional.max_pool2d(skips[-1], kernel_size=2)
        x = self.bottleneck(x)
        for level in range(self.LEVELS, 0, -1):
            x = getattr(self, f"up{level}")(x, skips[level - 1])
        return self.head(x)
