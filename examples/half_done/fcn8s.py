"""FCN-8s (Long, Shelhamer & Darrell, 2015)."""

import torch
from layers import conv_relu
from torch import nn
from transposed_conv import bilinear_kernel


def convolutionalize(linear, channels, kernel_size):
    if linear.in_features != channels * kernel_size * kernel_size:
        raise ValueError(f"linear.in_features {linear.in_features}: channels, kernel_size와 다름")
    has_bias = linear.bias is not None
    conv = nn.Conv2d(channels, linear.out_features, kernel_size, bias=has_bias)
    # (out, C·k·k) -> (out, C, k, k)
    conv.weight = nn.Parameter(linear.weight.view(-1, channels, kernel_size, kernel_size))
    if has_bias:
        conv.bias = linear.bias
    return conv


def fuse_skip(coarse, skip, offset):
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError(f"coarse {tuple(coarse.shape)} and skip {tuple(skip.shape)}: N or K")
    h, w = coarse.shape[2:]
    if offset < 0 or offset + h > skip.shape[2] or offset + w > skip.shape[3]:
        raise ValueError(f"offset {offset}: {h} x {w} window is not inside {tuple(skip.shape)}")
    return coarse + skip[:, :, offset : offset + h, offset : offset + w]


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        b, K = base_channels, num_classes
        self.features1 = nn.Sequential(
            nn.Conv2d(3, b, kernel_size=3, padding=100),
            nn.ReLU(),
            nn.Conv2d(b, b, kernel_size=3, padding=1),
            nn.ReLU(),
        )
        self.features2 = nn.Sequential(*conv_relu([b, 2 * b, 2 * b]))
        self.features3 = nn.Sequential(*conv_relu([2 * b, 4 * b, 4 * b, 4 * b]))
        self.features4 = nn.Sequential(*conv_relu([4 * b, 8 * b, 8 * b, 8 * b]))
        self.features5 = nn.Sequential(*conv_relu([8 * b, 8 * b, 8 * b, 8 * b]))
        self.maxpool = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.classifier = nn.Sequential(
            nn.Conv2d(8 * b, fc_channels, kernel_size=7),
            nn.ReLU(),
            nn.Dropout(),
            nn.Conv2d(fc_channels, fc_channels, kernel_size=1),
            nn.ReLU(),
            nn.Dropout(),
            nn.Conv2d(fc_channels, K, kernel_size=1),
        )
        self.score_pool4 = nn.Conv2d(8 * b, K, kernel_size=1)
        self.score_pool3 = nn.Conv2d(4 * b, K, kernel_size=1)
        self.upscore2 = nn.ConvTranspose2d(K, K, kernel_size=4, stride=2, bias=False)
        self.upscore4 = nn.ConvTranspose2d(K, K, kernel_size=4, stride=2, bias=False)
        self.upscore8 = nn.ConvTranspose2d(K, K, kernel_size=16, stride=8, bias=False)
        with torch.no_grad():
            self.upscore2.weight.copy_(bilinear_kernel(K, 4))
            self.upscore4.weight.copy_(bilinear_kernel(K, 4))
            self.upscore8.weight.copy_(bilinear_kernel(K, 16))

    def forward(self, x):
        H, W = x.shape[2:]
        x = self.maxpool(self.features1(x))
        x = self.maxpool(self.features2(x))
        pool3 = self.maxpool(self.features3(x))
        pool4 = self.maxpool(self.features4(pool3))
        pool5 = self.maxpool(self.features5(pool4))

        # 출력 i의 중심이 이미지의 어디인지:
        #   conv1_1 (padding 100)  i - 101
        #   pool3 8i - 97.5, pool4 16i - 93.5, pool5 32i - 85.5, 7×7 conv 32i + 10.5
        #   upscore2  16i - 13.5  -> pool4에서 (93.5 - 13.5) / 16 = 5
        #   upscore4  8i - 25.5   -> pool3에서 (97.5 - 25.5) / 8 = 9
        #   upscore8  i - 33      -> 33
        up2 = self.upscore2(self.classifier(pool5))
        up4 = self.upscore4(fuse_skip(up2, self.score_pool4(pool4), 5))
        up8 = self.upscore8(fuse_skip(up4, self.score_pool3(pool3), 9))
        return up8[:, :, 33 : 33 + H, 33 : 33 + W]
