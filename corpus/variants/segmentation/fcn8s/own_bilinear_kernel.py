"""transposed_conv.py를 아직 못 끝내서 쌍선형 커널을 여기에 따로 만들었다."""

import torch
from torch import nn


def make_bilinear(channels, k):
    f = (k + 1) // 2
    c = f - 1 if k % 2 else f - 0.5
    t = 1 - (torch.arange(k, dtype=torch.float32, device="cpu") - c).abs() / f
    kernel = torch.zeros(channels, channels, k, k, device="cpu")
    for i in range(channels):
        kernel[i, i] = t[:, None] * t[None, :]
    return kernel


def convolutionalize(linear, channels, kernel_size):
    k = kernel_size
    if linear.weight.numel() != linear.out_features * channels * k * k:
        raise ValueError(f"in_features {linear.in_features} != channels {channels} * {k} * {k}")
    conv = nn.utils.skip_init(
        nn.Conv2d,
        channels,
        linear.out_features,
        k,
        bias=linear.bias is not None,
        dtype=linear.weight.dtype,
        device=linear.weight.device,
    )
    with torch.no_grad():
        conv.weight.view(linear.out_features, -1).copy_(linear.weight)
        if linear.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


def fuse_skip(coarse, skip, offset):
    if coarse.size(0) != skip.size(0):
        raise ValueError("coarse와 skip의 배치 크기가 다릅니다")
    if coarse.size(1) != skip.size(1):
        raise ValueError("coarse와 skip의 클래스 수가 다릅니다")
    h, w = coarse.size(2), coarse.size(3)
    window = None
    if offset >= 0:
        window = skip[:, :, offset : offset + h, offset : offset + w]
    if window is None or window.shape != coarse.shape:
        raise ValueError(f"offset {offset}에서 {h} x {w} 창을 잘라낼 수 없습니다")
    return torch.add(coarse, window)


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        K, b, fc = num_classes, base_channels, fc_channels
        # ---- conv1
        self.features1 = nn.Sequential(
            nn.Conv2d(3, b, 3, padding=100),
            nn.ReLU(inplace=True),
            nn.Conv2d(b, b, 3, padding=1),
            nn.ReLU(inplace=True),
        )
        # ---- conv2
        self.features2 = nn.Sequential(
            nn.Conv2d(b, 2 * b, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(2 * b, 2 * b, 3, padding=1),
            nn.ReLU(inplace=True),
        )
        # ---- conv3
        self.features3 = nn.Sequential(
            nn.Conv2d(2 * b, 4 * b, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(4 * b, 4 * b, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(4 * b, 4 * b, 3, padding=1),
            nn.ReLU(inplace=True),
        )
        # ---- conv4
        self.features4 = nn.Sequential(
            nn.Conv2d(4 * b, 8 * b, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(8 * b, 8 * b, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(8 * b, 8 * b, 3, padding=1),
            nn.ReLU(inplace=True),
        )
        # ---- conv5
        self.features5 = nn.Sequential(
            nn.Conv2d(8 * b, 8 * b, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(8 * b, 8 * b, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(8 * b, 8 * b, 3, padding=1),
            nn.ReLU(inplace=True),
        )
        self.maxpool = nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)
        # ---- fc6, fc7, score
        self.classifier = nn.Sequential(
            nn.Conv2d(8 * b, fc, 7),
            nn.ReLU(inplace=True),
            nn.Dropout2d(),
            nn.Conv2d(fc, fc, 1),
            nn.ReLU(inplace=True),
            nn.Dropout2d(),
            nn.Conv2d(fc, K, 1),
        )
        self.score_pool3 = nn.Conv2d(4 * b, K, 1)
        self.score_pool4 = nn.Conv2d(8 * b, K, 1)
        self.upscore2 = nn.ConvTranspose2d(K, K, 4, stride=2, bias=False)
        self.upscore4 = nn.ConvTranspose2d(K, K, 4, stride=2, bias=False)
        self.upscore8 = nn.ConvTranspose2d(K, K, 16, stride=8, bias=False)
        self._initialize_weights()

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                m.weight.data.zero_()
                if m.bias is not None:
                    m.bias.data.zero_()
            if isinstance(m, nn.ConvTranspose2d):
                assert m.kernel_size[0] == m.kernel_size[1]
                initial_weight = make_bilinear(m.in_channels, m.kernel_size[0])
                m.weight.data.copy_(initial_weight)

    def forward(self, x):
        h = x
        h = self.maxpool(self.features1(h))
        h = self.maxpool(self.features2(h))
        h = self.maxpool(self.features3(h))
        pool3 = h  # 1/8
        h = self.maxpool(self.features4(h))
        pool4 = h  # 1/16
        h = self.maxpool(self.features5(h))

        h = self.classifier(h)
        h = self.upscore2(h)
        upscore2 = h  # 1/16

        h = self.score_pool4(pool4)
        h = h[:, :, 5 : 5 + upscore2.size()[2], 5 : 5 + upscore2.size()[3]]
        h = upscore2 + h
        h = self.upscore4(h)
        upscore4 = h  # 1/8

        h = self.score_pool3(pool3)
        h = h[:, :, 9 : 9 + upscore4.size()[2], 9 : 9 + upscore4.size()[3]]
        h = upscore4 + h
        h = self.upscore8(h)
        h = h[:, :, 31 : 31 + x.size()[2], 31 : 31 + x.size()[3]].contiguous()
        return h
