import torch
import torch.nn as nn
from pieces import UP, VGG, crop

from transposed_conv import *


def convolutionalize(linear, channels, kernel_size):
    features = linear.in_features
    if features != channels * kernel_size * kernel_size:
        raise ValueError(f"linear has {features} inputs")
    conv = nn.Conv2d(channels, linear.out_features, kernel_size, bias=linear.bias is not None)
    conv = conv.to(linear.weight.device).type(linear.weight.dtype)
    conv.weight.data.copy_(linear.weight.data.view_as(conv.weight))
    if linear.bias is not None:
        conv.bias.data.copy_(linear.bias.data)
    return conv


def fuse_skip(coarse, skip, offset):
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError("N and K of coarse and skip should agree")
    window = crop(skip, offset, coarse.shape[2], coarse.shape[3])
    if window is None:
        raise ValueError("offset should leave room for the window")
    return coarse + window


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        last = 3
        for i, convs in enumerate(VGG, 1):
            stage = nn.Sequential()
            for width, padding in convs:
                stage.append(nn.Conv2d(last, width * base_channels, 3, padding=padding))
                stage.append(nn.ReLU())
                last = width * base_channels
            setattr(self, f"features{i}", stage)
        self.maxpool = nn.MaxPool2d(2, 2, 0, ceil_mode=True)
        self.classifier = nn.Sequential(
            nn.Conv2d(last, fc_channels, (7, 7)),
            nn.ReLU(),
            nn.Dropout(p=0.5),
            nn.Conv2d(fc_channels, fc_channels, (1, 1)),
            nn.ReLU(),
            nn.Dropout(p=0.5),
            nn.Conv2d(fc_channels, num_classes, (1, 1)),
        )
        self.score_pool3 = nn.Conv2d(4 * base_channels, num_classes, 1)
        self.score_pool4 = nn.Conv2d(8 * base_channels, num_classes, 1)
        for name, (k, s) in UP.items():
            layer = nn.ConvTranspose2d(num_classes, num_classes, k, s, bias=False)
            with torch.no_grad():
                layer.weight.copy_(bilinear_kernel(num_classes, k))
            setattr(self, name, layer)

    def forward(self, x):
        _, _, H, W = x.shape
        maps = []
        for stage in (getattr(self, f"features{i}") for i in range(1, 6)):
            x = self.maxpool(stage(x))
            maps += [x]
        score = self.upscore2(self.classifier(maps[-1]))
        score = self.upscore4(fuse_skip(score, self.score_pool4(maps[-2]), 5))
        score = self.upscore8(fuse_skip(score, self.score_pool3(maps[-3]), 9))
        return crop(score, 31, H, W)
