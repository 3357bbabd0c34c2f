# 창을 잘라 본 뒤 크기를 비교합니다.
import torch
import torch.nn as nn
import torch.nn.functional as F

from transposed_conv import bilinear_kernel


def convolutionalize(linear, channels, kernel_size):
    expected = channels * kernel_size * kernel_size
    if linear.in_features != expected:
        raise ValueError(f"in_features가 {linear.in_features}입니다. {expected}이어야 합니다.")
    has_bias = linear.bias is not None
    conv = nn.Conv2d(channels, linear.out_features, kernel_size, bias=has_bias)
    conv = conv.to(device=linear.weight.device, dtype=linear.weight.dtype)
    shape = (linear.out_features, channels, kernel_size, kernel_size)
    conv.weight.data = linear.weight.data.clone().reshape(shape)
    if has_bias:
        conv.bias.data = linear.bias.data.clone()
    return conv


def fuse_skip(coarse, skip, offset):
    h, w = coarse.size(2), coarse.size(3)
    if offset < 0:
        raise ValueError("offset은 음수일 수 없습니다.")
    window = skip[:, :, offset : offset + h, offset : offset + w]
    if window.size() != coarse.size():
        raise ValueError("skip에서 자른 창이 coarse와 크기가 다릅니다.")
    return coarse + window


class Bilinear(nn.ConvTranspose2d):
    """처음에는 쌍선형 보간을 하는 전치 합성곱"""

    def __init__(self, channels, factor):
        super().__init__(channels, channels, 2 * factor, factor, bias=False)

    def reset_parameters(self):
        with torch.no_grad():
            self.weight.copy_(bilinear_kernel(self.in_channels, self.kernel_size[0]))


def conv_relu(in_channels, out_channels, padding=1):
    return [nn.Conv2d(in_channels, out_channels, 3, padding=padding), nn.ReLU(inplace=True)]


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        c = base_channels
        self.features1 = nn.Sequential(*conv_relu(3, c, 100), *conv_relu(c, c))
        self.features2 = nn.Sequential(*conv_relu(c, 2 * c), *conv_relu(2 * c, 2 * c))
        self.features3 = nn.Sequential(
            *conv_relu(2 * c, 4 * c), *conv_relu(4 * c, 4 * c), *conv_relu(4 * c, 4 * c)
        )
        self.features4 = nn.Sequential(
            *conv_relu(4 * c, 8 * c), *conv_relu(8 * c, 8 * c), *conv_relu(8 * c, 8 * c)
        )
        self.features5 = nn.Sequential(
            *conv_relu(8 * c, 8 * c), *conv_relu(8 * c, 8 * c), *conv_relu(8 * c, 8 * c)
        )
        self.maxpool = nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)
        self.classifier = nn.Sequential(
            nn.Conv2d(8 * c, fc_channels, kernel_size=7),
            nn.ReLU(inplace=True),
            nn.Dropout(p=0.5),
            nn.Conv2d(fc_channels, fc_channels, kernel_size=1),
            nn.ReLU(inplace=True),
            nn.Dropout(p=0.5),
            nn.Conv2d(fc_channels, num_classes, kernel_size=1),
        )
        self.upscore2 = Bilinear(num_classes, 2)
        self.upscore4 = Bilinear(num_classes, 2)
        self.upscore8 = Bilinear(num_classes, 8)
        self.score_pool4 = nn.Conv2d(8 * c, num_classes, 1)
        self.score_pool3 = nn.Conv2d(4 * c, num_classes, 1)

    def forward(self, x):
        h, w = x.shape[-2:]
        p1 = self.maxpool(self.features1(x))
        p2 = self.maxpool(self.features2(p1))
        p3 = self.maxpool(self.features3(p2))
        p4 = self.maxpool(self.features4(p3))
        p5 = self.maxpool(self.features5(p4))
        s5 = self.upscore2(self.classifier(p5))
        s4 = self.upscore4(fuse_skip(s5, self.score_pool4(p4), 5))
        s3 = self.upscore8(fuse_skip(s4, self.score_pool3(p3), 9))
        # negative padding cuts
        return F.pad(s3, (-31, w + 31 - s3.shape[3], -31, h + 31 - s3.shape[2]))
