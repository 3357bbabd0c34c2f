"""U-Net. 논문 그림 1을 왼쪽 위에서부터 그대로 따라간다."""

import torch
import torch.nn as nn


def center_crop(x, size):
    target_h = size[0]
    target_w = size[1]
    n, c, h, w = x.size()
    if target_h < 1 or target_w < 1:
        raise ValueError("size는 1 이상이어야 합니다: " + str(size))
    if target_h > h or target_w > w:
        raise ValueError("size가 입력보다 큽니다: " + str(size))
    # 여백이 홀수면 위/왼쪽이 하나 적다
    top = (h - target_h) // 2
    left = (w - target_w) // 2
    bottom = top + target_h
    right = left + target_w
    return x[:, :, top:bottom, left:right]


def concat_skip(skip, upsampled):
    if skip.size(0) != upsampled.size(0):
        raise ValueError("skip과 upsampled의 배치 크기가 다릅니다")
    if skip.size(2) < upsampled.size(2) or skip.size(3) < upsampled.size(3):
        raise ValueError("skip이 upsampled보다 작습니다")
    cropped = center_crop(skip, (upsampled.size(2), upsampled.size(3)))
    print("skip", tuple(skip.shape), "->", tuple(cropped.shape))
    return torch.cat([cropped, upsampled], dim=1)


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, padding=0):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=padding)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=padding)
        self.relu2 = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.conv1(x)
        x = self.relu1(x)
        x = self.conv2(x)
        x = self.relu2(x)
        return x


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super().__init__()
        out_channels = in_channels // 2
        self.upconv = nn.ConvTranspose2d(in_channels, out_channels, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_channels, out_channels, padding=padding)

    def forward(self, x, skip):
        x = self.upconv(x)
        x = concat_skip(skip, x)
        x = self.conv(x)
        return x


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        super().__init__()
        if padding != 0 and padding != 1:
            raise ValueError("padding은 0 또는 1이어야 합니다")
        self.padding = padding

        # contracting path
        self.down1 = DoubleConv(in_channels, base_channels, padding)
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.down2 = DoubleConv(base_channels, base_channels * 2, padding)
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.down3 = DoubleConv(base_channels * 2, base_channels * 4, padding)
        self.pool3 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.down4 = DoubleConv(base_channels * 4, base_channels * 8, padding)
        self.pool4 = nn.MaxPool2d(kernel_size=2, stride=2)

        self.bottleneck = DoubleConv(base_channels * 8, base_channels * 16, padding)

        # expanding path
        self.up4 = UpBlock(base_channels * 16, padding)
        self.up3 = UpBlock(base_channels * 8, padding)
        self.up2 = UpBlock(base_channels * 4, padding)
        self.up1 = UpBlock(base_channels * 2, padding)
        self.head = nn.Conv2d(base_channels, num_classes, kernel_size=1)

    def check_size(self, h, w):
        if self.padding == 1:
            if h < 16 or w < 16 or h % 16 != 0 or w % 16 != 0:
                raise ValueError(f"입력 크기 {h}x{w}: 16의 배수여야 합니다")
        else:
            if h < 188 or w < 188 or h % 16 != 12 or w % 16 != 12:
                raise ValueError(f"입력 크기 {h}x{w}: 188 이상, 16으로 나눈 나머지가 12")

    def forward(self, x):
        self.check_size(x.size(2), x.size(3))
        d1 = self.down1(x)
        d2 = self.down2(self.pool1(d1))
        d3 = self.down3(self.pool2(d2))
        d4 = self.down4(self.pool3(d3))
        b = self.bottleneck(self.pool4(d4))
        u4 = self.up4(b, d4)
        u3 = self.up3(u4, d3)
        u2 = self.up2(u3, d2)
        u1 = self.up1(u2, d1)
        return self.head(u1)


if __name__ == "__main__":
    net = UNet()
    print(sum(p.numel() for p in net.parameters()))
    print(net(torch.zeros(1, 1, 572, 572)).shape)
