"""DeconvNet: unfolded windows."""

import torch
import torch.nn.functional as F
from torch import nn


def max_pool_with_switches(x, size):
    """Unfolded windows, argmax over the two last axes together."""
    kh, kw = size if isinstance(size, (tuple, list)) else (size, size)
    if kh < 1 or kw < 1 or kh > x.size(2) or kw > x.size(3):
        raise ValueError("size does not fit the map")
    windows = x.unfold(2, kh, kh).unfold(3, kw, kw)
    n, c, h, w = windows.shape[:4]
    flat = windows.reshape(n, c, h, w, kh * kw)
    index = flat.argmax(-1)
    rows = torch.arange(h, device=x.device).view(h, 1) * kh + torch.div(
        index, kw, rounding_mode="floor"
    )
    cols = torch.arange(w, device=x.device).view(1, w) * kw + index.remainder(kw)
    values = torch.take_along_dim(flat, index.unsqueeze(-1), dim=-1)[..., 0]
    return values, rows * x.size(3) + cols


def unpool_with_switches(x, switches, output_size):
    H, W = output_size
    if x.shape != switches.shape:
        raise ValueError("x and switches differ in shape")
    if ((switches < 0) | (switches >= H * W)).any():
        raise ValueError("switches point outside the plane")
    y = torch.zeros(x.size(0), x.size(1), H * W, dtype=x.dtype, device=x.device)
    y.scatter_(2, switches.reshape(*switches.shape[:2], -1), x.reshape(*x.shape[:2], -1))
    return y.view(x.size(0), x.size(1), H, W)


class Block(nn.Module):
    def __init__(self, conv):
        super().__init__()
        self.conv = conv
        self.norm = nn.BatchNorm2d(conv.out_channels)

    def forward(self, x):
        return torch.relu(self.norm(self.conv(x)))


class DeconvNet(nn.Module):
    def __init__(self, num_classes=21, base_channels=64, fc_channels=4096):
        super().__init__()
        b = base_channels
        widths = [(3, b, b), (b, 2 * b, 2 * b), (2 * b, 4 * b, 4 * b, 4 * b)]
        widths += [(4 * b, 8 * b, 8 * b, 8 * b), (8 * b,) * 4]
        for n, w in enumerate(widths, 1):
            setattr(
                self,
                f"conv{n}",
                nn.Sequential(*(Block(nn.Conv2d(p, q, 3, 1, 1)) for p, q in zip(w, w[1:]))),
            )
        self.fc6 = Block(nn.Conv2d(8 * b, fc_channels, 7))
        self.fc7 = Block(nn.Conv2d(fc_channels, fc_channels, 1))
        self.deconv_fc6 = Block(nn.ConvTranspose2d(fc_channels, 8 * b, 7))
        widths[0] = (b, b, b)
        for n, w in enumerate(widths, 1):
            w = w[::-1]
            setattr(
                self,
                f"deconv{n}",
                nn.Sequential(
                    *(Block(nn.ConvTranspose2d(p, q, 3, 1, 1)) for p, q in zip(w, w[1:]))
                ),
            )
        self.score = nn.Conv2d(b, num_classes, kernel_size=1)

    def forward(self, x):
        if x.shape[2] < 224 or x.shape[3] < 224:
            raise ValueError(f"input is {x.shape[2]}x{x.shape[3]}, at least 224x224 is needed")
        stack = []
        for n in range(1, 6):
            x = getattr(self, f"conv{n}")(x)
            shape = x.shape[-2:]
            x, where = max_pool_with_switches(x, (2, 2))
            stack.insert(0, (n, where, shape))
        x = self.deconv_fc6(self.fc7(self.fc6(x)))
        for n, where, shape in stack:
            x = unpool_with_switches(x, where, tuple(shape))
            x = getattr(self, f"deconv{n}")(x)
        return self.score(x)
