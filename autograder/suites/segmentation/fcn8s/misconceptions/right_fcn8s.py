"""The right `FCN8s`; each misconception changes one of its settings or steps."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _fuse(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    h, w = coarse.shape[2:]
    H, W = skip.shape[2:]
    if offset + h > H or offset + w > W:
        raise ValueError(f"a window of {h} x {w} at offset {offset} does not fit into {H} x {W}")
    return coarse + skip[:, :, offset : offset + h, offset : offset + w]


def _bilinear(channels: int, kernel_size: int) -> Tensor:
    f = kernel_size // 2
    line = 1 - (torch.arange(kernel_size, device="cpu") - (f - 0.5)).abs() / f
    return torch.eye(channels, device="cpu")[:, :, None, None] * torch.outer(line, line)


def _stage(channels: int, width: int, depth: int, padding: int = 1) -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Conv2d(channels, width, 3, padding=padding), nn.ReLU()]
        channels, padding = width, 1
    return nn.Sequential(*layers)


class RightFCN8s(nn.Module):
    ceil_mode = True
    pool4_offset, pool3_offset, last_offset = 5, 9, 31
    pool4_scale, pool3_scale = 1.0, 1.0
    skips_before_pooling = False
    hidden: tuple[type[nn.Module], ...] = (nn.ReLU, nn.Dropout)

    def __init__(
        self, num_classes: int = 2, base_channels: int = 64, fc_channels: int = 4096
    ) -> None:
        super().__init__()
        base = base_channels
        self.features1 = _stage(3, base, 2, padding=100)
        self.features2 = _stage(base, 2 * base, 2)
        self.features3 = _stage(2 * base, 4 * base, 3)
        self.features4 = _stage(4 * base, 8 * base, 3)
        self.features5 = _stage(8 * base, 8 * base, 3)
        self.maxpool = nn.MaxPool2d(2, stride=2, ceil_mode=self.ceil_mode)
        self.classifier = nn.Sequential(
            nn.Conv2d(8 * base, fc_channels, 7),
            *(layer() for layer in self.hidden),
            nn.Conv2d(fc_channels, fc_channels, 1),
            *(layer() for layer in self.hidden),
            nn.Conv2d(fc_channels, num_classes, 1),
        )
        self.upscore2 = self.upscore(num_classes, 4, 2)
        self.upscore4 = self.upscore(num_classes, 4, 2)
        self.upscore8 = self.upscore(num_classes, 16, 8)
        self.score_pool4 = nn.Conv2d(8 * base, num_classes, 1)
        self.score_pool3 = nn.Conv2d(4 * base, num_classes, 1)

    def upscore(self, channels: int, kernel_size: int, stride: int) -> nn.ConvTranspose2d:
        up = nn.ConvTranspose2d(channels, channels, kernel_size, stride=stride, bias=False)
        self.initialise(up.weight)
        return up

    def initialise(self, weight: Tensor) -> None:
        with torch.no_grad():
            weight.copy_(_bilinear(weight.shape[0], weight.shape[2]))

    def fused(self, coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
        return _fuse(coarse, skip, offset)

    def cut(self, scores: Tensor, h: int, w: int) -> Tensor:
        at = self.last_offset
        return scores[:, :, at : at + h, at : at + w]

    def forward(self, x: Tensor) -> Tensor:
        stage3 = self.features3(self.maxpool(self.features2(self.maxpool(self.features1(x)))))
        pool3 = self.maxpool(stage3)
        stage4 = self.features4(pool3)
        pool4 = self.maxpool(stage4)
        if self.skips_before_pooling:
            skip3, skip4 = stage3, stage4
        else:
            skip3, skip4 = pool3 * self.pool3_scale, pool4 * self.pool4_scale
        up2 = self.upscore2(self.classifier(self.maxpool(self.features5(pool4))))
        up4 = self.upscore4(self.fused(up2, self.score_pool4(skip4), self.pool4_offset))
        up8 = self.upscore8(self.fused(up4, self.score_pool3(skip3), self.pool3_offset))
        return self.cut(up8, x.shape[2], x.shape[3])
