"""U-Net (Ronneberger, Fischer & Brox, 2015)."""

from __future__ import annotations

import torch
from layers import conv_relu, window
from torch import Tensor, nn


def center_crop(x: Tensor, size: tuple[int, int]) -> Tensor:
    h, w = size
    H, W = x.shape[2:]
    if not (1 <= h <= H and 1 <= w <= W):
        raise ValueError(f"size ({h}, {w}) does not fit into {H} x {W}")
    # 여백이 홀수면 //가 내림이라 남는 한 줄은 아래/오른쪽으로 간다.
    return window(x, (H - h) // 2, (W - w) // 2, h, w)


def concat_skip(skip: Tensor, upsampled: Tensor) -> Tensor:
    if skip.shape[0] != upsampled.shape[0]:
        raise ValueError(f"skip has N = {skip.shape[0]}, upsampled has N = {upsampled.shape[0]}")
    h, w = upsampled.shape[2:]
    if skip.shape[2] < h or skip.shape[3] < w:
        raise ValueError(f"skip {tuple(skip.shape)}이 upsampled {tuple(upsampled.shape)}보다 작음")
    return torch.cat((center_crop(skip, (h, w)), upsampled), dim=1)


class DoubleConv(nn.Sequential):
    """conv - ReLU - conv - ReLU. Sequential 그대로라서 forward를 따로 쓸 필요가 없다."""

    def __init__(self, in_channels: int, out_channels: int, padding: int = 0) -> None:
        super().__init__(*conv_relu([in_channels, out_channels, out_channels], padding))


class UpBlock(nn.Module):
    def __init__(self, in_channels: int, padding: int = 0) -> None:
        super().__init__()
        half = in_channels // 2
        self.upconv = nn.ConvTranspose2d(in_channels, half, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_channels, half, padding)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.conv(concat_skip(skip, self.upconv(x)))


class UNet(nn.Module):
    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 2,
        base_channels: int = 64,
        padding: int = 0,
    ) -> None:
        super().__init__()
        if padding not in (0, 1):
            raise ValueError(f"padding must be 0 or 1, got {padding}")
        self.padding = padding
        b1, b2, b3, b4, b5 = (base_channels * 2**level for level in range(5))

        self.down1 = DoubleConv(in_channels, b1, padding)
        self.down2 = DoubleConv(b1, b2, padding)
        self.down3 = DoubleConv(b2, b3, padding)
        self.down4 = DoubleConv(b3, b4, padding)
        self.bottleneck = DoubleConv(b4, b5, padding)
        self.pool = nn.MaxPool2d(2)

        self.up4 = UpBlock(b5, padding)
        self.up3 = UpBlock(b4, padding)
        self.up2 = UpBlock(b3, padding)
        self.up1 = UpBlock(b2, padding)
        self.head = nn.Conv2d(b1, num_classes, kernel_size=1)

    def _check_size(self, H: int, W: int) -> None:
        """padding 0이면 16으로 나눈 나머지가 12, 가장 작은 것은 188. padding 1이면 16의 배수."""
        remainder, smallest = (0, 16) if self.padding == 1 else (12, 188)
        for length in (H, W):
            if length < smallest or length % 16 != remainder:
                raise ValueError(
                    f"{H} x {W} image: with padding {self.padding} H and W must be "
                    f">= {smallest} and leave {remainder} when divided by 16"
                )

    def forward(self, x: Tensor) -> Tensor:
        self._check_size(*x.shape[2:])
        skips = []
        for down in (self.down1, self.down2, self.down3, self.down4):
            x = down(x)
            skips.append(x)
            x = self.pool(x)
        x = self.bottleneck(x)
        for up in (self.up4, self.up3, self.up2, self.up1):
            x = up(x, skips.pop())
        return self.head(x)


if __name__ == "__main__":
    with torch.device("meta"):
        net = UNet()
        assert net(torch.empty(1, 1, 572, 572)).shape == (1, 2, 388, 388)
    assert sum(p.numel() for p in net.parameters()) == 31_030_658
    assert UNet(3, 4, base_channels=2, padding=1)(torch.randn(2, 3, 32, 48)).shape == (2, 4, 32, 48)
    assert center_crop(torch.arange(4).view(1, 1, 1, 4), (1, 1)).item() == 1
    print("unet: ok")
