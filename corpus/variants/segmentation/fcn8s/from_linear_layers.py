"""VGG-16처럼 nn.Linear로 만든 다음 convolutionalize로 바꾼다."""

import torch
from torch import nn

from transposed_conv import bilinear_kernel


def convolutionalize(linear: nn.Linear, channels: int, kernel_size: int):
    w = linear.weight
    out = w.shape[0]
    if w.shape[1] != channels * kernel_size**2:
        raise ValueError(f"channels={channels}와 kernel_size={kernel_size}가 linear와 맞지 않음")
    has_bias = linear.bias is not None
    conv = nn.Conv2d(channels, out, kernel_size, bias=has_bias).to(device=w.device, dtype=w.dtype)
    state = {"weight": w.reshape(out, channels, kernel_size, kernel_size)}
    if has_bias:
        state["bias"] = linear.bias
    conv.load_state_dict(state)
    return conv


def fuse_skip(coarse, skip, offset):
    n, k, h, w = coarse.shape
    N, K, H, W = skip.shape
    if (n, k) != (N, K):
        raise ValueError("batch or classes of coarse and skip differ")
    if offset < 0 or offset + h > H or offset + w > W:
        raise ValueError("offset: window does not fit")
    rows = [skip[:, :, offset + i, offset : offset + w] for i in range(h)]
    return torch.stack(rows, dim=2) + coarse


def block(c_in, c_out, n):
    layers = []
    for _ in range(n):
        layers.append(nn.Conv2d(c_in, c_out, 3, padding=1))
        layers.append(nn.ReLU(inplace=True))
        c_in = c_out
    return layers


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        c = base_channels
        first = block(3, c, 2)
        first[0] = nn.Conv2d(3, c, 3, padding=(100, 100))
        self.features1 = nn.Sequential(*first)
        self.features2 = nn.Sequential(*block(c, c * 2, 2))
        self.features3 = nn.Sequential(*block(c * 2, c * 4, 3))
        self.features4 = nn.Sequential(*block(c * 4, c * 8, 3))
        self.features5 = nn.Sequential(*block(c * 8, c * 8, 3))
        self.pool = self.maxpool = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.classifier = nn.Sequential(
            convolutionalize(nn.Linear(c * 8 * 49, fc_channels), c * 8, 7),
            nn.ReLU(True),
            nn.Dropout(0.5),
            convolutionalize(nn.Linear(fc_channels, fc_channels), fc_channels, 1),
            nn.ReLU(True),
            nn.Dropout(0.5),
            convolutionalize(nn.Linear(fc_channels, num_classes), fc_channels, 1),
        )
        for name, k, s in [("upscore2", 4, 2), ("upscore4", 4, 2), ("upscore8", 16, 8)]:
            up = nn.ConvTranspose2d(num_classes, num_classes, k, s, bias=False)
            up.weight = nn.Parameter(bilinear_kernel(num_classes, k))
            setattr(self, name, up)
        self.score_pool4 = nn.Conv2d(c * 8, num_classes, 1)
        self.score_pool3 = nn.Conv2d(c * 4, num_classes, 1)
        nn.init.zeros_(self.score_pool4.weight)
        nn.init.zeros_(self.score_pool4.bias)
        nn.init.zeros_(self.score_pool3.weight)

    def forward(self, image):
        p1 = self.pool(self.features1(image))
        p2 = self.pool(self.features2(p1))
        p3 = self.pool(self.features3(p2))
        p4 = self.pool(self.features4(p3))
        p5 = self.pool(self.features5(p4))
        up2 = self.upscore2(self.classifier(p5))
        # fuse_skip을 쓰지 않고 그대로 더해도 같다
        sp4 = self.score_pool4(p4)[:, :, 5 : 5 + up2.size(2), 5 : 5 + up2.size(3)]
        up4 = self.upscore4(up2 + sp4)
        sp3 = self.score_pool3(p3)[:, :, 9 : 9 + up4.size(2), 9 : 9 + up4.size(3)]
        out = self.upscore8(up4 + sp3)
        return out[:, :, 31 : 31 + image.size(2), 31 : 31 + image.size(3)].contiguous()
