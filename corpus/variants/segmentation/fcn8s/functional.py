import torch
import torch.nn as nn
import torch.nn.functional as F

from transposed_conv import bilinear_kernel


def convolutionalize(linear, channels, kernel_size):
    if linear.in_features != channels * kernel_size * kernel_size:
        raise ValueError("linear의 in_features가 맞지 않습니다")
    conv = nn.Conv2d(channels, linear.out_features, kernel_size, bias=linear.bias is not None)
    weight = linear.weight.detach().clone().view(-1, channels, kernel_size, kernel_size)
    conv.weight = nn.Parameter(weight)
    if linear.bias is not None:
        conv.bias = nn.Parameter(linear.bias.detach().clone())
    return conv


def fuse_skip(coarse, skip, offset):
    print("fusing", coarse.shape, skip.shape)
    N, K, h, w = coarse.shape
    if skip.size(0) != N or skip.size(1) != K:
        raise ValueError("coarse와 skip의 N, K가 다릅니다")
    if offset < 0:
        raise ValueError("offset은 0 이상이어야 합니다")
    below = skip.shape[2] - offset - h
    right = skip.shape[3] - offset - w
    if below < 0 or right < 0:
        raise ValueError("skip보다 큰 창입니다")
    # 음수 padding은 잘라내기
    return coarse + F.pad(skip, (-offset, -right, -offset, -below))


class Stage(nn.Module):
    def __init__(self, c_in, c_out, n, pad=1):
        super().__init__()
        self.convs = nn.ModuleList(
            [
                nn.Conv2d(c_in if i == 0 else c_out, c_out, 3, padding=pad if i == 0 else 1)
                for i in range(n)
            ]
        )

    def forward(self, x):
        for conv in self.convs:
            x = torch.clamp(conv(x), min=0)
        return x


class Classifier(nn.Module):
    def __init__(self, c_in, fc, K):
        super().__init__()
        self.fc6 = nn.Conv2d(c_in, fc, 7)
        self.fc7 = nn.Conv2d(fc, fc, 1)
        self.score = nn.Conv2d(fc, K, 1)
        self.drop = nn.Dropout2d(0.3)

    def forward(self, x):
        x = self.drop(F.relu(self.fc6(x)))
        x = self.drop(F.relu(self.fc7(x)))
        return self.score(x)


class Up(nn.ConvTranspose2d):
    def __init__(self, K, k, s):
        super().__init__(K, K, k, s, bias=False)
        self.weight.data.copy_(bilinear_kernel(K, k))


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        b, K = base_channels, num_classes
        self.features1 = Stage(3, b, 2, 100)
        self.features2 = Stage(b, 2 * b, 2)
        self.features3 = Stage(2 * b, 4 * b, 3)
        self.features4 = Stage(4 * b, 8 * b, 3)
        self.features5 = Stage(8 * b, 8 * b, 3)
        self.maxpool = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.classifier = Classifier(8 * b, fc_channels, K)
        self.upscore2 = Up(K, 4, 2)
        self.upscore4 = Up(K, 4, 2)
        self.upscore8 = Up(K, 16, 8)
        self.score_pool4 = nn.Conv2d(8 * b, K, kernel_size=1)
        self.score_pool3 = nn.Conv2d(4 * b, K, kernel_size=1)

    def forward(self, x):
        h, w = x.size(2), x.size(3)
        pools = []
        for i in range(1, 6):
            x = F.max_pool2d(getattr(self, f"features{i}")(x), 2, 2, ceil_mode=True)
            pools.append(x)
        s = self.classifier(x)
        s = F.conv_transpose2d(s, self.upscore2.weight, stride=2)
        s = fuse_skip(s, F.conv2d(pools[3], self.score_pool4.weight, self.score_pool4.bias), 5)
        s = F.conv_transpose2d(s, self.upscore4.weight, stride=2)
        s = fuse_skip(s, self.score_pool3(pools[2]), 9)
        s = self.upscore8(s)
        return s.narrow(2, 31, h).narrow(3, 31, w)
