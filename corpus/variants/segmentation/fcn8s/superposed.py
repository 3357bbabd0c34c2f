"""Transposed convolutions are linear: upsample the three depths apart, add them at the end."""

import math

import torch
from torch import nn
from torch.nn import functional as F

import transposed_conv


def convolutionalize(linear, channels, kernel_size):
    o, i = linear.weight.shape
    if i != channels * kernel_size * kernel_size:
        raise ValueError("kernel_size, channels: " + str((channels, kernel_size)))
    conv = nn.Conv2d(
        channels,
        o,
        kernel_size,
        bias=(linear.bias is not None),
        dtype=linear.weight.dtype,
        device=linear.weight.device,
    )
    with torch.no_grad():
        for n in range(o):
            for c in range(channels):
                for a in range(kernel_size):
                    for b in range(kernel_size):
                        column = c * kernel_size**2 + a * kernel_size + b
                        conv.weight[n, c, a, b] = linear.weight[n, column]
        if linear.bias is not None:
            conv.bias[:] = linear.bias
    return conv


def fuse_skip(coarse, skip, offset):
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError("coarse/skip")
    h, w = coarse.shape[-2:]
    H, W = skip.shape[-2:]
    if not (0 <= offset <= min(H - h, W - w)):
        raise ValueError("offset가 범위를 벗어났습니다")
    rows = torch.arange(offset, offset + h, device=skip.device)
    columns = torch.arange(offset, offset + w, device=skip.device)
    return coarse + skip.index_select(2, rows).index_select(3, columns)


def pool(x):
    """Like maxpool, by hand: an odd last row meets a row of minus infinity."""
    h, w = x.shape[-2:]
    x = F.pad(x, (0, w % 2, 0, h % 2), value=-math.inf)
    return x.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).amax((3, 5))


class Classifier(nn.Module):
    def __init__(self, c, fc, k):
        super().__init__()
        self.layers = nn.ModuleList(
            [nn.Conv2d(c, fc, 7), nn.Conv2d(fc, fc, 1), nn.Conv2d(fc, k, 1)]
        )

    def forward(self, x):
        a, b, c = self.layers
        x = F.relu(F.dropout(a(x), 0.5, self.training))
        x = F.dropout2d(F.relu(b(x)), 0.1, training=self.training)
        return c(x)


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        base = base_channels

        def stage(*sizes, first=1):
            m = nn.Sequential()
            for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
                m.add_module(f"conv{i}", nn.Conv2d(a, b, (3, 3), 1, first if i == 0 else 1))
                m.add_module(f"relu{i}", nn.ReLU())
            return m

        def up(k, s):
            m = nn.ConvTranspose2d(num_classes, num_classes, k, stride=s, bias=False)
            kernel = transposed_conv.bilinear_kernel(channels=num_classes, kernel_size=k)
            m.load_state_dict({"weight": kernel})
            return m

        self.features1 = stage(3, base, base, first=100)
        self.features2 = stage(base, 2 * base, 2 * base)
        self.features3 = stage(2 * base, 4 * base, 4 * base, 4 * base)
        self.features4 = stage(4 * base, *[8 * base] * 3)
        self.features5 = stage(*[8 * base] * 4)
        self.maxpool = nn.MaxPool2d((2, 2), (2, 2), ceil_mode=True)
        self.score_pool3 = nn.Conv2d(4 * base, num_classes, 1)
        self.score_pool4 = nn.Conv2d(8 * base, num_classes, 1)
        self.classifier = Classifier(8 * base, fc_channels, num_classes)
        self.upscore8, self.upscore4, self.upscore2 = up(16, 8), up(4, 2), up(4, 2)

    def forward(self, x):
        H, W = x.shape[-2:]
        skips = []
        for f in (self.features1, self.features2, self.features3, self.features4, self.features5):
            x = pool(f(x))
            skips.append(x)
        coarse = self.upscore2(self.classifier(x))
        s4 = self.score_pool4(skips[3])[..., 5 : 5 + coarse.shape[2], 5 : 5 + coarse.shape[3]]
        a, b = self.upscore4(coarse), self.upscore4(s4)
        s3 = self.score_pool3(skips[2])[..., 9 : 9 + a.shape[2], 9 : 9 + a.shape[3]]
        y = self.upscore8(a) + self.upscore8(b) + self.upscore8(s3)
        return y[:, :, 31 : 31 + H, 31 : 31 + W]
