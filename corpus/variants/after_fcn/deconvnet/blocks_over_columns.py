"""DeconvNet: blocks over columns."""

import torch
import torch.nn.functional as F
from torch import nn


def max_pool_with_switches(x, size):
    """F.unfold of values; the place in the plane follows from column and offset."""
    try:
        kh, kw = size
    except TypeError:
        kh = kw = size
    n, c, H, W = x.shape
    if not (0 < kh <= H and 0 < kw <= W):
        raise ValueError(f"size {size}: 맵보다 크거나 1보다 작습니다")
    columns = F.unfold(x.reshape(n * c, 1, H, W), (kh, kw), stride=(kh, kw))
    values = columns.amax(1, keepdim=True)
    offset = (columns == values).to(torch.uint8).argmax(1)
    values = columns.gather(1, offset[:, None])
    h, w = H // kh, W // kw
    block = torch.arange(h * w, device=x.device)
    row, column = block // w * kh + offset // kw, block % w * kw + offset % kw
    return [values.reshape(n, c, h, w), (row * W + column).reshape(n, c, h, w)]


def unpool_with_switches(x, switches, output_size):
    N, C = x.shape[0], x.shape[1]
    cells = output_size[0] * output_size[1]
    if switches.shape != x.shape:
        raise ValueError(f"switches {tuple(switches.shape)} != x {tuple(x.shape)}")
    if not bool(((0 <= switches) & (switches < cells)).all()):
        raise ValueError("output_size has no such cell")
    start = torch.arange(N * C, device=x.device).mul(cells).view(N, C, 1, 1)
    flat = torch.zeros(N * C * cells, dtype=x.dtype, device=x.device)
    flat = flat.index_add(0, (switches + start).flatten(), x.flatten())
    return flat.reshape(N, C, *output_size)


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
