"""U-Net (Ronneberger, Fischer & Brox, 2015)."""

import torch
from layers import conv_relu
from torch import nn


def center_crop(x, size):
    h, w = size
    H, W = x.shape[2:]
    if h < 1 or w < 1 or h > H or w > W:
        raise ValueError(f"size ({h}, {w}) does not fit into {H} x {W}")
    return x[:, :, :h, :w]


def concat_skip(skip, upsampled):
    if skip.shape[0] != upsampled.shape[0]:
        raise ValueError(f"skip has N = {skip.shape[0]}, upsampled has N = {upsampled.shape[0]}")
    h, w = upsampled.shape[2:]
    if skip.shape[2] < h or skip.shape[3] < w:
        raise ValueError(f"skip {tuple(skip.shape)}이 upsampled {tuple(upsampled.shape)}보다 작음")
    return torch.cat([center_crop(skip, (h, w)), upsampled], dim=1)


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, padding=0):
        super().__init__()
        self.body = nn.Sequential(*conv_relu([in_channels, out_channels, out_channels], padding))

    def forward(self, x):
        return self.body(x)


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super().__init__()
        self.upconv = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_channels, in_channels // 2, padding)

    def forward(self, x, skip):
        x = self.upconv(x)
        return self.conv(concat_skip(skip, x))


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        super().__init__()
        if padding != 0 and padding != 1:
            raise ValueError(f"padding must be 0 or 1, got {padding}")
        b = base_channels
        self.down1 = DoubleConv(in_channels, b, padding)
        self.down2 = DoubleConv(b, 2 * b, padding)
        self.down3 = DoubleConv(2 * b, 4 * b, padding)
        self.down4 = DoubleConv(4 * b, 8 * b, padding)
        self.bottleneck = DoubleConv(8 * b, 16 * b, padding)
        self.pool = nn.MaxPool2d(2)
        self.up4 = UpBlock(16 * b, padding)
        self.up3 = UpBlock(8 * b, padding)
        self.up2 = UpBlock(4 * b, padding)
        self.up1 = UpBlock(2 * b, padding)
        self.head = nn.Conv2d(b, num_classes, kernel_size=1)

    def forward(self, x):
        d1 = self.down1(x)
        d2 = self.down2(self.pool(d1))
        d3 = self.down3(self.pool(d2))
        d4 = self.down4(self.pool(d3))
        x = self.bottleneck(self.pool(d4))
        x = self.up4(x, d4)
        x = self.up3(x, d3)
        x = self.up2(x, d2)
        x = self.up1(x, d1)
        return self.head(x)


if __name__ == "__main__":
    net = UNet(base_channels=2)
    print(net(torch.randn(1, 1, 188, 204)).shape)
