import torch
from torch import nn
from torch.nn import functional as F


def center_crop(x, size):
    (h, w), (H, W) = size, x.shape[2:]
    if h < 1 or w < 1 or h > H or w > W: raise ValueError(f"size {h}x{w} of {H}x{W}")  # fmt: skip
    i, j = (H - h) // 2, (W - w) // 2
    return x[..., i : i + h, j : j + w]


def concat_skip(skip, upsampled):
    if len(skip) != len(upsampled): raise ValueError("skip: batch size")  # fmt: skip
    size = upsampled.shape[2:]
    if skip.shape[2] < size[0] or skip.shape[3] < size[1]: raise ValueError("skip: size")  # fmt: skip
    return torch.cat((center_crop(skip, size), upsampled), 1)


class DoubleConv(nn.Sequential):
    def __init__(self, in_channels, out_channels, padding=0):
        super().__init__(
            *(nn.Conv2d(in_channels, out_channels, 3, 1, padding), nn.ReLU(True)),
            *(nn.Conv2d(out_channels, out_channels, 3, 1, padding), nn.ReLU(True)),
        )


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super().__init__()
        self.upconv = nn.ConvTranspose2d(in_channels, in_channels // 2, 2, 2)
        self.conv = DoubleConv(in_channels, in_channels // 2, padding)

    def forward(self, x, skip): return self.conv(concat_skip(skip, self.upconv(x)))  # fmt: skip


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        super().__init__()
        if padding not in (0, 1): raise ValueError(f"{padding=}")  # fmt: skip
        self.p, c = padding, [base_channels << i for i in range(5)]
        self.down1, self.down2, self.down3, self.down4, self.bottleneck = (
            DoubleConv(a, b, padding) for a, b in zip([in_channels, *c], c)
        )
        self.up4, self.up3, self.up2, self.up1 = (UpBlock(a, padding) for a in c[:0:-1])
        self.head = nn.Conv2d(base_channels, num_classes, 1)

    def forward(self, x):
        H, W = x.shape[2:]
        for n in (H, W):
            if n % 16 != (0 if self.p else 12) or n < (16 if self.p else 188):
                raise ValueError(f"cannot pass {H} x {W}")
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.down3(F.max_pool2d(b, 2))
        d = self.down4(F.max_pool2d(c, 2))
        e = self.bottleneck(F.max_pool2d(d, 2))
        return self.head(self.up1(self.up2(self.up3(self.up4(e, d), c), b), a))
