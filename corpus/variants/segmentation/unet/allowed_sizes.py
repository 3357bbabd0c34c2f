import itertools
import logging

from torch import nn

log = logging.getLogger(__name__)
PADDINGS = {0: (188, 16), 1: (16, 16)}  # padding: (smallest side, step)


def _centre(length, part, what):
    """Where `part` of `length` begins."""
    if part not in range(1, length + 1):
        raise ValueError(f"size: {what} must be between 1 and {length}, not {part}")
    return slice((length - part) // 2, (length - part) // 2 + part)


def center_crop(x, size):
    height, width = size
    rows = _centre(x.shape[2], height, "height")
    columns = _centre(x.shape[3], width, "width")
    return x[:, :, rows, columns].clone()


def concat_skip(skip, upsampled):
    bad = skip.shape[0] != upsampled.shape[0] or any(
        large < small for large, small in zip(skip.shape[2:], upsampled.shape[2:])
    )
    if bad:
        raise ValueError(f"skip {tuple(skip.shape)} cannot join upsampled {tuple(upsampled.shape)}")
    n, a, _, _ = skip.shape
    _, b, h, w = upsampled.shape
    out = upsampled.new_empty(n, a + b, h, w)
    out[:, :a] = center_crop(skip, (h, w))
    out[:, a:] = upsampled
    return out


class DoubleConv(nn.Sequential):
    def __init__(self, in_channels, out_channels, padding=0):
        layers = []
        for before in (in_channels, out_channels):
            layers.append(nn.Conv2d(before, out_channels, 3, padding=padding))
            layers.append(nn.ReLU())
        super().__init__(*layers)


class UpBlock(nn.Module):
    def __init__(self, in_channels, padding=0):
        super().__init__()
        out_channels, odd = divmod(in_channels, 2)
        if odd:
            raise ValueError("in_channels must be even")
        self.upconv = nn.ConvTranspose2d(in_channels, out_channels, (2, 2), (2, 2))
        self.conv = DoubleConv(in_channels, out_channels, padding)

    def forward(self, x, skip):
        x = self.upconv(x)
        log.debug("up: %s meets %s", x.shape, skip.shape)
        return self.conv(concat_skip(skip, x))


class UNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=2, base_channels=64, padding=0):
        super().__init__()
        try:
            self.smallest, self.step = PADDINGS[padding]
        except KeyError:
            raise ValueError(f"padding must be one of {list(PADDINGS)}, not {padding}") from None
        widths = [base_channels * 2**i for i in range(5)]
        names = ["down1", "down2", "down3", "down4", "bottleneck"]
        for name, (a, b) in zip(names, itertools.pairwise([in_channels, *widths])):
            self.register_module(name, DoubleConv(a, b, padding))
        for level in (4, 3, 2, 1):
            self.register_module(f"up{level}", UpBlock(widths[level], padding))
        self.head = nn.Conv2d(base_channels, num_classes, 1)

    def forward(self, x):
        height, width = x.shape[-2:]
        for side in (height, width):
            if side < self.smallest or (side - self.smallest) % self.step:
                raise ValueError(
                    f"{height}x{width} does not fit: "
                    f"{self.smallest} and every {self.step} more are allowed"
                )
        skips = [self.down1(x)]
        for down in (self.down2, self.down3, self.down4):
            skips.append(down(nn.functional.max_pool2d(skips[-1], 2)))
        x = self.bottleneck(nn.functional.max_pool2d(skips[-1], 2))
        for up, skip in zip((self.up4, self.up3, self.up2, self.up1), reversed(skips)):
            x = up(x, skip)
        return self.head(x)
