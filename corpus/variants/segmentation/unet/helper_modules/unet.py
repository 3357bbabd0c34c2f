import torch
from blocks import DoubleConv, UpBlock
from cropping import center_crop, concat_skip  # noqa: F401
from torch import nn


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        super().__init__()
        if padding not in (0, 1):
            raise ValueError(f"padding은 0 또는 1: {padding}")
        self.padding = padding
        channels = [base_channels * 2**i for i in range(5)]
        before = in_channels
        for i in range(4):
            setattr(self, f"down{i + 1}", DoubleConv(before, channels[i], padding))
            setattr(self, f"up{i + 1}", UpBlock(channels[i + 1], padding))
            before = channels[i]
        self.bottleneck = DoubleConv(channels[3], channels[4], padding)
        self.maxpool = nn.MaxPool2d(2, 2)
        self.head = nn.Conv2d(channels[0], num_classes, 1)

    def forward(self, x):
        size = torch.Size(x.shape[2:])
        if self.padding == 0 and any(n < 188 or (n - 12) % 16 for n in size):
            raise ValueError(f"padding 0: {size[0]} x {size[1]}은(는) 통과할 수 없습니다")
        if self.padding == 1 and any(n < 16 or n % 16 for n in size):
            raise ValueError(f"padding 1: {size[0]} x {size[1]}은(는) 16의 배수가 아닙니다")
        stack = []
        for down in (self.down1, self.down2, self.down3, self.down4):
            x = down(x)
            stack.append(x)
            x = self.maxpool(x)
        x = self.bottleneck(x)
        for up in (self.up4, self.up3, self.up2, self.up1):
            x = up(x, stack.pop())
        return self.head(x)
