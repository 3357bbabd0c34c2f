"""Initialises every layer itself and checks what it did, so meta tensors will not do."""

import warnings

import torch
from torch import nn

from transposed_conv import bilinear_kernel


def convolutionalize(linear, channels, kernel_size):
    if linear.in_features != channels * kernel_size**2:
        raise ValueError(f"linear.in_features is {linear.in_features}")
    conv = nn.Conv2d(channels, linear.out_features, kernel_size, bias=linear.bias is not None)
    conv = conv.to(linear.weight)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.unflatten(1, (channels, kernel_size, kernel_size)))
        if linear.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


def fuse_skip(coarse, skip, offset):
    h, w = coarse.shape[2:]
    fits = offset >= 0 and skip.shape[2] >= offset + h and skip.shape[3] >= offset + w
    if not fits or coarse.shape[0] != skip.shape[0] or coarse.shape[1] != skip.shape[1]:
        raise ValueError(f"coarse {list(coarse.shape)}, skip {list(skip.shape)}, offset {offset}")
    out = coarse.clone()
    out += skip[:, :, offset:, offset:][:, :, :h, :w]
    return out


def vgg_stage(c_in, c_out, n, first_padding=1):
    modules = []
    for i in range(n):
        pad = first_padding if i == 0 else 1
        modules += [nn.Conv2d(c_in if i == 0 else c_out, c_out, 3, 1, pad), nn.ReLU(inplace=True)]
    return nn.Sequential(*modules)


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        widths = [base_channels * m for m in (1, 2, 4, 8, 8)]
        self.features1 = vgg_stage(3, widths[0], 2, first_padding=100)
        self.features2 = vgg_stage(widths[0], widths[1], 2)
        self.features3 = vgg_stage(widths[1], widths[2], 3)
        self.features4 = vgg_stage(widths[2], widths[3], 3)
        self.features5 = vgg_stage(widths[3], widths[4], 3)
        self.maxpool = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.classifier = nn.Sequential(
            nn.Conv2d(widths[4], fc_channels, 7),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Conv2d(fc_channels, fc_channels, 1),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Conv2d(fc_channels, num_classes, 1),
        )
        self.upscore2 = self._up(num_classes, 4, 2)
        self.upscore4 = self._up(num_classes, 4, 2)
        self.upscore8 = self._up(num_classes, 16, 8)
        self.score_pool4 = nn.Conv2d(widths[3], num_classes, 1)
        self.score_pool3 = nn.Conv2d(widths[2], num_classes, 1)
        for name, module in self.named_modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)
                if module.weight.abs().max().item() > 10:
                    warnings.warn(f"large weights in {name}", stacklevel=2)

    @staticmethod
    def _up(K, k, s):
        up = nn.ConvTranspose2d(K, K, k, stride=s, bias=False)
        up.weight.data = bilinear_kernel(K, k)
        assert float(up.weight.data.max()) > 0
        return up

    def forward(self, x):
        H, W = x.shape[2:]
        pool1 = self.maxpool(self.features1(x))
        pool2 = self.maxpool(self.features2(pool1))
        pool3 = self.maxpool(self.features3(pool2))
        pool4 = self.maxpool(self.features4(pool3))
        pool5 = self.maxpool(self.features5(pool4))
        up2 = self.upscore2(self.classifier(pool5))
        up4 = self.upscore4(fuse_skip(up2, self.score_pool4(pool4), 5))
        up8 = self.upscore8(fuse_skip(up4, self.score_pool3(pool3), 9))
        return up8[:, :, 31 : 31 + H, 31 : 31 + W]
