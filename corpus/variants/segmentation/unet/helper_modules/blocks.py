from cropping import concat_skip
from torch import nn


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, padding=0):
        super().__init__()
        self.block = nn.Sequential()
        for i, c in enumerate((in_channels, out_channels)):
            self.block.add_module(f"conv{i}", nn.Conv2d(c, out_channels, 3, padding=padding))
            self.block.add_module(f"relu{i}", nn.ReLU())

    def forward(self, x):
        return self.block(x)


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super().__init__()
        self.upconv = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
        self.conv = DoubleConv(in_channels, in_channels // 2, padding)

    def forward(self, x, skip):
        upsampled = self.upconv(x)
        return self.conv(concat_skip(skip, upsampled))
