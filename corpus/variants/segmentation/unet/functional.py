"""층은 파라미터만 들고 있고, 계산은 torch.nn.functional로 한다."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def center_crop(x, size):
    h, w = size
    H, W = x.shape[-2:]
    if not 1 <= h <= H or not 1 <= w <= W:
        raise ValueError(f"size={list(size)}, x={H}x{W}")
    # F.pad에 음수를 주면 잘린다 (왼쪽, 오른쪽, 위, 아래)
    left, top = (W - w) // 2, (H - h) // 2
    return F.pad(x, (-left, -(W - w - left), -top, -(H - h - top)))


def concat_skip(skip, upsampled):
    n, c, H, W = skip.shape
    m, d, h, w = upsampled.shape
    if n != m:
        raise ValueError("skip.shape[0] != upsampled.shape[0]")
    if H < h or W < w:
        raise ValueError("skip.shape[2:] < upsampled.shape[2:]")
    out = skip.new_empty(n, c + d, h, w)
    out[:, :c] = center_crop(skip, (h, w))
    out[:, c:] = upsampled
    return out


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, padding=0):
        super().__init__()
        self.padding = padding
        self.first = nn.Conv2d(in_channels, out_channels, 3)
        self.second = nn.Conv2d(out_channels, out_channels, 3)
        for conv in (self.first, self.second):
            # 논문: 표준편차 sqrt(2 / N)
            n = conv.in_channels * 9
            nn.init.normal_(conv.weight, std=math.sqrt(2 / n))
            nn.init.zeros_(conv.bias)

    def forward(self, x):
        x = F.conv2d(x, self.first.weight, self.first.bias, padding=self.padding).clamp(min=0)
        return F.conv2d(x, self.second.weight, self.second.bias, padding=self.padding).clamp(min=0)


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super().__init__()
        self.upconv = nn.ConvTranspose2d(in_channels, in_channels // 2, 2, stride=2)
        self.conv = DoubleConv(in_channels, in_channels // 2, padding)

    def forward(self, x, skip):
        up = F.conv_transpose2d(x, self.upconv.weight, self.upconv.bias, stride=2)
        return self.conv(concat_skip(skip, up))


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        if padding != 0 and padding != 1:
            raise ValueError("padding must be 0 or 1")
        super().__init__()
        b = base_channels
        self.same = padding == 1
        self.down1 = DoubleConv(in_channels, b, padding)
        self.down2 = DoubleConv(b, b * 2, padding)
        self.down3 = DoubleConv(b * 2, b * 4, padding)
        self.down4 = DoubleConv(b * 4, b * 8, padding)
        self.bottleneck = DoubleConv(b * 8, b * 16, padding)
        self.up1 = UpBlock(b * 2, padding)
        self.up2 = UpBlock(b * 4, padding)
        self.up3 = UpBlock(b * 8, padding)
        self.up4 = UpBlock(b * 16, padding)
        self.head = nn.Conv2d(b, num_classes, 1)

    def forward(self, x):
        h, w = x.shape[2:]
        ok = (
            (lambda n: n > 0 and n % 16 == 0) if self.same else (lambda n: n > 187 and n % 16 == 12)
        )
        if not (ok(h) and ok(w)):
            raise ValueError(f"H = {h}, W = {w}")

        def pool(y):
            # 2x2 창 네 칸의 최댓값
            a = torch.maximum(y[:, :, ::2, ::2], y[:, :, 1::2, ::2])
            b = torch.maximum(y[:, :, ::2, 1::2], y[:, :, 1::2, 1::2])
            return torch.maximum(a, b)

        d1 = self.down1(x)
        d2 = self.down2(pool(d1))
        d3 = self.down3(pool(d2))
        d4 = self.down4(pool(d3))
        y = self.bottleneck(pool(d4))
        y = self.up4(y, d4)
        y = self.up3(y, d3)
        y = self.up2(y, d2)
        y = self.up1(y, d1)
        return F.conv2d(y, self.head.weight, self.head.bias)
