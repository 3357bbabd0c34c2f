# 조건을 하나씩 확인하는 U-Net
import torch
import torch.nn as nn
import torch.nn.functional as F


def center_crop(x, size):
    if len(size) != 2:
        raise ValueError("size는 (h, w)입니다.")
    h, w = size[0], size[1]
    H, W = x.shape[2], x.shape[3]
    if h <= 0 or w <= 0:
        raise ValueError("size는 1 이상이어야 합니다.")
    if h > H or w > W:
        raise ValueError(f"size({h}, {w})가 x({H}, {W})보다 큽니다.")
    dh, dw = H - h, W - w
    return F.pad(x, (-(dw // 2), -(dw - dw // 2), -(dh // 2), -(dh - dh // 2)))


def concat_skip(skip, upsampled):
    n1, _, h1, w1 = skip.shape
    n2, _, h2, w2 = upsampled.shape
    if h1 < h2 or w1 < w2:
        raise ValueError(f"skip({h1}, {w1})이 upsampled({h2}, {w2})보다 작습니다.")
    if n1 != n2:
        raise ValueError(f"skip의 N은 {n1}, upsampled의 N은 {n2}입니다.")
    return torch.hstack([center_crop(skip, [h2, w2]), upsampled])


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, padding=0):
        super(DoubleConv, self).__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=padding)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=padding)

    def forward(self, x):
        x = self.relu(self.conv1(x))
        x = self.relu(self.conv2(x))
        return x


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super(UpBlock, self).__init__()
        self.upconv = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_channels, in_channels // 2, padding)

    def forward(self, x, skip):
        x = self.upconv(x)
        x = concat_skip(skip, x)
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        super(UNet, self).__init__()
        if padding < 0 or padding > 1:
            raise ValueError("padding은 0 또는 1이어야 합니다.")
        self.padding = padding
        self.down1 = DoubleConv(in_channels, base_channels, padding)
        self.down2 = DoubleConv(base_channels, base_channels * 2, padding)
        self.down3 = DoubleConv(base_channels * 2, base_channels * 4, padding)
        self.down4 = DoubleConv(base_channels * 4, base_channels * 8, padding)
        self.bottleneck = DoubleConv(base_channels * 8, base_channels * 16, padding)
        self.maxpool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.up4 = UpBlock(base_channels * 16, padding)
        self.up3 = UpBlock(base_channels * 8, padding)
        self.up2 = UpBlock(base_channels * 4, padding)
        self.up1 = UpBlock(base_channels * 2, padding)
        self.head = nn.Conv2d(base_channels, num_classes, kernel_size=1)

    def forward(self, x):
        size = (x.shape[2], x.shape[3])
        if self.padding == 1:
            if min(size) < 16 or size[0] % 16 != 0 or size[1] % 16 != 0:
                raise ValueError(f"입력 크기 {size}는 16의 배수가 아닙니다.")
        else:
            if min(size) < 188:
                raise ValueError(f"입력 크기 {size}가 너무 작습니다.")
            if (size[0] - 12) % 16 or (size[1] - 12) % 16:
                raise ValueError(f"입력 크기 {size}는 16으로 나눈 나머지가 12여야 합니다.")
        d1 = self.down1(x)
        d2 = self.down2(self.maxpool(d1))
        d3 = self.down3(self.maxpool(d2))
        d4 = self.down4(self.maxpool(d3))
        b = self.bottleneck(self.maxpool(d4))
        u4 = self.up4(b, d4)
        u3 = self.up3(u4, d3)
        u2 = self.up2(u3, d2)
        u1 = self.up1(u2, d1)
        return self.head(u1)
