"""The U as a recursion: one level wraps the next one inside."""

import torch
from torch import nn


def center_crop(x, size):
    h, w = size
    if not (0 < h <= x.shape[2] and 0 < w <= x.shape[3]):
        raise ValueError(f"size should be within {tuple(x.shape[2:])} but is {(h, w)}")
    rows = torch.arange(h, device=x.device) + (x.shape[2] - h) // 2
    columns = torch.arange(w, device=x.device) + (x.shape[3] - w) // 2
    return x.index_select(2, rows).index_select(3, columns)


def concat_skip(skip, upsampled):
    if skip.shape[0] != upsampled.shape[0]:
        raise ValueError("skip and upsampled hold different numbers of samples")
    if any(s < u for s, u in zip(skip.shape[2:], upsampled.shape[2:], strict=True)):
        raise ValueError("upsampled is larger than skip")
    return torch.hstack((center_crop(skip, upsampled.shape[2:]), upsampled))


class ConvReLU(nn.Conv2d):
    def forward(self, x):
        return super().forward(x).relu()


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, padding=0):
        super().__init__()
        self.body = nn.Sequential(
            ConvReLU(in_channels, out_channels, 3, padding=padding),
            ConvReLU(out_channels, out_channels, 3, padding=padding),
        )

    def forward(self, x):
        return self.body(x)


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super().__init__()
        self.upconv = nn.ConvTranspose2d(in_channels, in_channels // 2, 2, stride=2)
        self.conv = DoubleConv(in_channels, in_channels // 2, padding)

    def forward(self, x, skip):
        return self.conv(concat_skip(skip, self.upconv(x)))


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        super().__init__()
        if padding not in [0, 1]:
            raise ValueError(f"padding is {padding}, only 0 and 1 are possible")
        self.padding = padding
        c = base_channels
        self.down1, self.up1 = DoubleConv(in_channels, c, padding), UpBlock(2 * c, padding)
        self.down2, self.up2 = DoubleConv(c, 2 * c, padding), UpBlock(4 * c, padding)
        self.down3, self.up3 = DoubleConv(2 * c, 4 * c, padding), UpBlock(8 * c, padding)
        self.down4, self.up4 = DoubleConv(4 * c, 8 * c, padding), UpBlock(16 * c, padding)
        self.bottleneck = DoubleConv(8 * c, 16 * c, padding)
        self.head = nn.Conv2d(c, num_classes, 1)

    def level(self, x, number):
        if number == 5:
            return self.bottleneck(x)
        down, up = getattr(self, f"down{number}"), getattr(self, f"up{number}")
        skip = down(x)
        inner = self.level(nn.functional.max_pool2d(skip, 2), number + 1)
        return up(inner, skip)

    def forward(self, x):
        lowest, rest = (16, 0) if self.padding == 1 else (188, 12)
        for axis, name in ((2, "H"), (3, "W")):
            length = x.shape[axis]
            if length < lowest or length % 16 != rest:
                raise ValueError(f"{name} = {length} does not fit")
        return self.head(self.level(x, 1))
