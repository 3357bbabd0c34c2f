"""모든 층을 표 하나에서 for문으로 만든다."""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from transposed_conv import bilinear_kernel

DEPTH = [2, 2, 3, 3, 3]
WIDTH = [1, 2, 4, 8, 8]
UPSCORE = {"upscore2": (4, 2), "upscore4": (4, 2), "upscore8": (16, 8)}


def convolutionalize(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    if linear.in_features // kernel_size**2 != channels or linear.in_features % kernel_size**2:
        raise ValueError(f"linear({linear.in_features}) != {channels} x {kernel_size}^2")
    like = {"dtype": linear.weight.dtype, "device": linear.weight.device}
    with_bias = linear.bias is not None
    conv = nn.Conv2d(channels, linear.out_features, kernel_size, bias=with_bias, **like)
    for mine, theirs in zip(conv.parameters(), linear.parameters()):
        mine.data = theirs.data.clone().reshape(mine.shape)
    return conv


def fuse_skip(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    for dim, name in enumerate(("N", "K")):
        if coarse.shape[dim] != skip.shape[dim]:
            raise ValueError(f"{name} of coarse and skip: {coarse.shape[dim]}, {skip.shape[dim]}")
    for dim in (2, 3):
        if not 0 <= offset <= skip.shape[dim] - coarse.shape[dim]:
            raise ValueError(f"offset {offset} is outside of skip in dimension {dim}")
        skip = skip.narrow(dim, offset, coarse.shape[dim])
    return coarse + skip


class FCN8s(nn.Module):
    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        last = 3
        for number, (depth, width) in enumerate(zip(DEPTH, WIDTH), start=1):
            layers = OrderedDict()
            for i in range(1, depth + 1):
                padding = 100 if (number, i) == (1, 1) else 1
                layers[f"conv{number}_{i}"] = nn.Conv2d(
                    last, width * base_channels, 3, padding=padding
                )
                layers[f"relu{number}_{i}"] = nn.ReLU()
                last = width * base_channels
            self.add_module(f"features{number}", nn.Sequential(layers))
        self.maxpool = nn.MaxPool2d(2, ceil_mode=True)

        classifier = []
        for k, c_in, c_out in [
            (7, last, fc_channels),
            (1, fc_channels, fc_channels),
            (1, fc_channels, num_classes),
        ]:
            classifier += [nn.Conv2d(c_in, c_out, k), nn.ReLU(), nn.Dropout(0.5)]
        self.classifier = nn.Sequential(*classifier[:-2])  # 마지막 점수에는 ReLU가 없다

        for name, (k, s) in UPSCORE.items():
            layer = nn.ConvTranspose2d(num_classes, num_classes, k, s, bias=False)
            layer.weight.data[:] = bilinear_kernel(num_classes, k)
            self.add_module(name, layer)
        for number in (3, 4):
            layer = nn.Conv2d(WIDTH[number - 1] * base_channels, num_classes, 1)
            self.add_module(f"score_pool{number}", layer)

    def forward(self, x):
        size = x.shape[2:]
        pools = {0: x}
        for number in range(1, 6):
            features = self.get_submodule(f"features{number}")
            pools[number] = self.maxpool(features(pools[number - 1]))
        y = self.classifier(pools[5])
        y = fuse_skip(self.upscore2(y), self.score_pool4(pools[4]), 5)
        y = fuse_skip(self.upscore4(y), self.score_pool3(pools[3]), 9)
        y = self.upscore8(y)
        return y[:, :, 31:, 31:][:, :, : size[0], : size[1]]
