"""FCN-8s (Long, Shelhamer & Darrell, 2015)."""

from __future__ import annotations

import torch
from layers import conv_relu, window
from torch import Tensor, nn
from transposed_conv import bilinear_kernel

# 세로(가로) 한 축만 놓고 출력 i의 중심이 이미지의 어느 좌표 u에 있는지 따라가 본 것.
#   conv1_1  (3×3, padding 100)   u = i - 99
#   pool3 / pool4 / pool5         u = 8i - 95.5 / 16i - 91.5 / 32i - 83.5
#   7×7 conv (padding 없음)        u = 32i + 12.5
#   upscore2                      u = 16i - 11.5   -> pool4보다 80/16 = 5칸 뒤
#   upscore4                      u = 8i - 23.5    -> pool3보다 72/8  = 9칸 뒤
#   upscore8                      u = i - 31       -> 이미지의 0은 31번째
POOL4_OFFSET, POOL3_OFFSET, IMAGE_OFFSET = 5, 9, 31


def convolutionalize(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    if linear.in_features != channels * kernel_size**2:
        raise ValueError(
            f"linear reads {linear.in_features} values, "
            f"but channels * kernel_size**2 = {channels * kernel_size**2}"
        )
    conv = nn.Conv2d(
        channels,
        linear.out_features,
        kernel_size,
        bias=linear.bias is not None,
        dtype=linear.weight.dtype,
        device=linear.weight.device,
    )
    # flatten이 (채널, 행, 열) 순서라서 weight도 그 순서로 펼쳐 놓으면 그대로 들어맞는다.
    with torch.no_grad():
        conv.weight.copy_(linear.weight.unflatten(1, (channels, kernel_size, kernel_size)))
        if conv.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


def fuse_skip(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError(
            f"coarse {tuple(coarse.shape)}, skip {tuple(skip.shape)}: N과 K가 같아야 함"
        )
    h, w = coarse.shape[2:]
    H, W = skip.shape[2:]
    if offset < 0 or offset + h > H or offset + w > W:
        raise ValueError(f"no {h} x {w} window at offset {offset} in a skip of {H} x {W}")
    return coarse + window(skip, offset, offset, h, w)


def _bilinear_upscore(num_classes: int, kernel_size: int, stride: int) -> nn.ConvTranspose2d:
    up = nn.ConvTranspose2d(num_classes, num_classes, kernel_size, stride=stride, bias=False)
    with torch.no_grad():
        up.weight.copy_(bilinear_kernel(num_classes, kernel_size))
    return up


class FCN8s(nn.Module):
    def __init__(
        self, num_classes: int = 2, base_channels: int = 64, fc_channels: int = 4096
    ) -> None:
        super().__init__()
        b, K = base_channels, num_classes

        # VGG-16 (pooling은 forward에서)
        self.features1 = nn.Sequential(*conv_relu([3, b, b], padding=[100, 1]))
        self.features2 = nn.Sequential(*conv_relu([b, 2 * b, 2 * b], padding=1))
        self.features3 = nn.Sequential(*conv_relu([2 * b, 4 * b, 4 * b, 4 * b], padding=1))
        self.features4 = nn.Sequential(*conv_relu([4 * b, 8 * b, 8 * b, 8 * b], padding=1))
        self.features5 = nn.Sequential(*conv_relu([8 * b, 8 * b, 8 * b, 8 * b], padding=1))
        self.maxpool = nn.MaxPool2d(2, stride=2, ceil_mode=True)

        # fc6, fc7, score
        self.classifier = nn.Sequential(
            nn.Conv2d(8 * b, fc_channels, kernel_size=7),
            nn.ReLU(),
            nn.Dropout2d(0.5),
            nn.Conv2d(fc_channels, fc_channels, kernel_size=1),
            nn.ReLU(),
            nn.Dropout2d(0.5),
            nn.Conv2d(fc_channels, K, kernel_size=1),
        )
        self.score_pool4 = nn.Conv2d(8 * b, K, kernel_size=1)
        self.score_pool3 = nn.Conv2d(4 * b, K, kernel_size=1)
        self.upscore2 = _bilinear_upscore(K, 4, stride=2)
        self.upscore4 = _bilinear_upscore(K, 4, stride=2)
        self.upscore8 = _bilinear_upscore(K, 16, stride=8)

    def forward(self, x: Tensor) -> Tensor:
        pools = []
        pooled = x
        for stage in (
            self.features1,
            self.features2,
            self.features3,
            self.features4,
            self.features5,
        ):
            pooled = self.maxpool(stage(pooled))
            pools.append(pooled)
        _, _, pool3, pool4, pool5 = pools

        score = self.upscore2(self.classifier(pool5))
        score = self.upscore4(fuse_skip(score, self.score_pool4(pool4), POOL4_OFFSET))
        score = self.upscore8(fuse_skip(score, self.score_pool3(pool3), POOL3_OFFSET))
        return window(score, IMAGE_OFFSET, IMAGE_OFFSET, x.shape[2], x.shape[3])


if __name__ == "__main__":
    fc = nn.Linear(5 * 3 * 3, 7)
    feature = torch.randn(2, 5, 3, 3)
    torch.testing.assert_close(
        convolutionalize(fc, 5, 3)(feature).flatten(1), fc(feature.flatten(1))
    )
    with torch.device("meta"):  # 134M개를 진짜로 만들면 노트북이 멈춘다
        full = FCN8s()
    assert sum(p.numel() for p in full.parameters()) == 134_271_430
    small = FCN8s(num_classes=3, base_channels=2, fc_channels=4).eval()
    with torch.no_grad():
        for size in [(1, 1), (37, 64), (225, 33)]:
            assert small(torch.randn(1, 3, *size)).shape == (1, 3, *size)
    print("fcn8s: ok")
