from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from torch import Tensor, nn

import transposed_conv as tc


def _refuse(what: str, got: object, wanted: object) -> NoReturn:
    raise ValueError(f"{what}: got {got}, wanted {wanted}")


def convolutionalize(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    out, in_ = linear.weight.shape
    if in_ != channels * kernel_size**2:
        _refuse(
            "in_features of linear", in_, f"{channels} channels x {kernel_size} x {kernel_size}"
        )
    factory = {"dtype": linear.weight.dtype, "device": linear.weight.device}
    conv = nn.Conv2d(channels, out, kernel_size, bias=linear.bias is not None, **factory)
    state = {"weight": linear.weight.unflatten(1, (channels, kernel_size, kernel_size))}
    if linear.bias is not None:
        state["bias"] = linear.bias
    conv.load_state_dict(state)
    return conv


def fuse_skip(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    for axis, name in enumerate(("samples", "classes")):
        if coarse.shape[axis] != skip.shape[axis]:
            _refuse(f"{name} of skip", skip.shape[axis], coarse.shape[axis])
    bottom, right = (offset + side for side in coarse.shape[2:])
    if bottom > skip.shape[2] or right > skip.shape[3]:
        _refuse("end of the window in skip", (bottom, right), f"at most {list(skip.shape[2:])}")
    if offset < 0:
        _refuse("offset", offset, "0 or more")
    total = coarse.clone()
    total += skip[:, :, offset:bottom, offset:right]
    return total


class Stage(nn.Module):
    def __init__(self, widths: Iterable[int], first_padding: int = 1) -> None:
        super().__init__()
        widths = list(widths)
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1 if i else first_padding)
            for i, (a, b) in enumerate(zip(widths, widths[1:]))
        )

    def forward(self, x: Tensor) -> Tensor:
        for conv in self.convs:
            x = conv(x).clamp_min(0)
        return x


class FCN8s(nn.Module):
    def __init__(self, num_classes: int = 2, base_channels: int = 64, fc_channels: int = 4096):
        if num_classes < 1 or base_channels < 1 or fc_channels < 1:
            raise ValueError("num_classes, base_channels and fc_channels must be positive")
        nn.Module.__init__(self)
        b, k = base_channels, num_classes
        self.features1 = Stage((3, b, b), first_padding=100)
        self.features2 = Stage((b, 2 * b, 2 * b))
        self.features3 = Stage((2 * b, 4 * b, 4 * b, 4 * b))
        self.features4 = Stage((4 * b, 8 * b, 8 * b, 8 * b))
        self.features5 = Stage((8 * b, 8 * b, 8 * b, 8 * b))
        self.maxpool = nn.MaxPool2d(2, ceil_mode=True)
        layers: list[nn.Module] = []
        for before, after, size in ((8 * b, fc_channels, 7), (fc_channels, fc_channels, 1)):
            layers += [nn.Conv2d(before, after, size), nn.ReLU(), nn.Dropout(0.3)]
        self.classifier = nn.Sequential(*layers, nn.Conv2d(fc_channels, k, 1))
        self.score_pool4, self.score_pool3 = nn.Conv2d(8 * b, k, 1), nn.Conv2d(4 * b, k, 1)
        self.upscore2 = nn.ConvTranspose2d(k, k, 4, stride=2, bias=False)
        self.upscore4 = nn.ConvTranspose2d(k, k, 4, stride=2, bias=False)
        self.upscore8 = nn.ConvTranspose2d(k, k, 16, stride=8, bias=False)
        for up in (self.upscore2, self.upscore4, self.upscore8):
            kernel = tc.bilinear_kernel(k, up.kernel_size[0])
            up.weight = nn.Parameter(kernel.to(up.weight.device))

    def forward(self, x: Tensor) -> Tensor:
        _, channels, height, width = x.shape
        if channels != 3:
            raise ValueError(f"x must have 3 channels, got {channels}")
        at: dict[int, Tensor] = {}
        for level in range(1, 6):
            x = self.maxpool(self.get_submodule(f"features{level}")(x))
            at[level] = x
        fused = fuse_skip(self.upscore2(self.classifier(at[5])), self.score_pool4(at[4]), 5)
        fused = fuse_skip(self.upscore4(fused), self.score_pool3(at[3]), 9)
        return self.upscore8(fused)[:, :, 31:, 31:][:, :, :height, :width]
