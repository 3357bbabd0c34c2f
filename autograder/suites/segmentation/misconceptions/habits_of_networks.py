"""Ways in which published networks differ from what is asked: normalisation, biases, resizing."""

# ruff: noqa: N801 -- the name of a class is the misconception's name, in words.
from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text

Layer = Callable[[int, int, int], nn.Module]


def _plain(before: int, after: int, padding: int) -> nn.Module:
    return nn.Conv2d(before, after, 3, padding=padding)


class _Double(nn.Module):
    layer: Layer = staticmethod(_plain)
    slope = 0.0
    layers = 2

    def __init__(self, in_channels: int, out_channels: int, padding: int = 0) -> None:
        super().__init__()
        widths = [in_channels] + [out_channels] * self.layers
        self.steps = nn.ModuleList(
            self.layer(widths[number], widths[number + 1], padding) for number in range(self.layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        for step in self.steps:
            x = F.leaky_relu(step(x), self.slope)
        return x


@misconception(
    "DoubleConv",
    explanation=Text(
        "You put a batch normalisation behind each convolution, as many published U-Nets do. The "
        "paper's have none: convolution, ReLU, convolution, ReLU.",
        "공개된 많은 U-Net처럼 합성곱마다 배치 정규화를 넣었습니다. 논문에는 없습니다. 합성곱, "
        "ReLU, 합성곱, ReLU입니다.",
    ),
    loses=("unet.two_convolutions", "unet.double_conv"),
)
class batch_norm_behind_each_convolution(_Double):
    layer: Layer = staticmethod(
        lambda before, after, padding: nn.Sequential(
            nn.Conv2d(before, after, 3, padding=padding), nn.BatchNorm2d(after)
        )
    )


@misconception(
    "DoubleConv",
    explanation=Text(
        "Your convolutions have no bias. That is a habit from networks with batch normalisation, "
        "whose shift takes the bias's place; here nothing does.",
        "합성곱에 bias가 없습니다. 배치 정규화가 bias를 대신하는 네트워크의 습관이며, 여기서는 "
        "대신할 것이 없습니다.",
    ),
    loses=("unet.two_convolutions",),
)
class convolutions_without_bias(_Double):
    layer: Layer = staticmethod(
        lambda before, after, padding: nn.Conv2d(before, after, 3, padding=padding, bias=False)
    )


@misconception(
    "DoubleConv",
    explanation=Text(
        "Your kernels are 5 × 5. The U-Net's convolutions are 3 × 3.",
        "커널이 5 × 5입니다. U-Net의 합성곱은 3 × 3입니다.",
    ),
    loses=("unet.two_convolutions", "unet.double_conv"),
)
class kernels_of_five(_Double):
    layer: Layer = staticmethod(
        lambda before, after, padding: nn.Conv2d(before, after, 5, padding=padding)
    )


@misconception(
    "DoubleConv",
    explanation=Text(
        "You convolve once. The name says it: two convolutions, each with a ReLU.",
        "합성곱이 하나뿐입니다. 이름 그대로 합성곱이 둘이고 각각 ReLU가 뒤따릅니다.",
    ),
    loses=("unet.two_convolutions", "unet.double_conv"),
)
class a_single_convolution(_Double):
    layers = 1


@misconception(
    "DoubleConv",
    explanation=Text(
        "Your ReLUs leak: negative values come through with a small factor. Here they become 0.",
        "ReLU가 음수를 작은 배율로 통과시킵니다(leaky). 여기서는 음수가 0이 되어야 합니다.",
    ),
    loses=("unet.double_conv", "unet.padded_double_conv"),
)
class leaky_relus(_Double):
    slope = 0.01


class _Up(nn.Module):
    bias = True
    kernel = 2

    def __init__(self, in_channels: int, padding: int = 0) -> None:
        super().__init__()
        self.upconv = nn.ConvTranspose2d(
            in_channels, in_channels // 2, self.kernel, stride=2, bias=self.bias
        )
        self.conv = _Double(in_channels, in_channels // 2, padding)

    def joined(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        h, w = upsampled.shape[2:]
        if skip.shape[2] < h or skip.shape[3] < w:
            raise ValueError("skip is smaller than upsampled")
        top, left = (skip.shape[2] - h) // 2, (skip.shape[3] - w) // 2
        return torch.cat([skip[:, :, top : top + h, left : left + w], upsampled], 1)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        scores: Tensor = self.conv(self.joined(skip, self.upconv(x)))
        return scores


@misconception(
    "UpBlock",
    explanation=Text(
        "You enlarge the upsampled map to the skip's size. The step's size is that of the "
        "upsampled map: crop the skip.",
        "upsampled를 skip의 크기로 늘렸습니다. 이 단계의 크기는 upsampled의 크기이므로 skip을 "
        "잘라야 합니다.",
    ),
    loses=("unet.step_up",),
)
class upsampled_resized_to_the_skip(_Up):
    def joined(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        fitted = F.interpolate(upsampled, size=skip.shape[2:], mode="bilinear", align_corners=False)
        return torch.cat([skip, fitted], 1)


@misconception(
    "UpBlock",
    explanation=Text(
        "Your transposed convolution has no bias; it has one here.",
        "전치 합성곱에 bias가 없습니다. 여기서는 bias가 있어야 합니다.",
    ),
    loses=("unet.children_of_a_step_up",),
)
class upconv_without_bias(_Up):
    bias = False


@misconception(
    "UpBlock",
    explanation=Text(
        "Your transposed convolution has a 4 × 4 kernel. The paper's is 2 × 2 with stride 2, so "
        "that its stamps touch and do not overlap.",
        "전치 합성곱의 커널이 4 × 4입니다. 논문에서는 stride 2에 2 × 2이므로 도장이 맞닿을 뿐 "
        "겹치지 않습니다.",
    ),
    loses=("unet.children_of_a_step_up", "unet.step_up"),
)
class upconv_of_four(_Up):
    kernel = 4


@misconception(
    "UpBlock",
    explanation=Text(
        "The skip takes no part: the upsampled map is put beside itself. Join the skip to it.",
        "skip이 쓰이지 않고 upsampled가 두 번 이어져 있습니다. skip을 이어 붙여야 합니다.",
    ),
    loses=("unet.step_up",),
)
class upsampled_beside_itself(_Up):
    def joined(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        super().joined(skip, upsampled)
        return torch.cat([upsampled, upsampled], 1)


class _Net(nn.Module):
    pooled_skips = False

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 2,
        base_channels: int = 64,
        padding: int = 0,
    ) -> None:
        super().__init__()
        if padding not in (0, 1):
            raise ValueError(f"padding must be 0 or 1, got {padding}")
        base, self.padding = base_channels, padding
        self.down1 = _Double(in_channels, base, padding)
        self.down2 = _Double(base, 2 * base, padding)
        self.down3 = _Double(2 * base, 4 * base, padding)
        self.down4 = _Double(4 * base, 8 * base, padding)
        self.bottleneck = _Double(8 * base, 16 * base, padding)
        self.up4 = _Up(16 * base, padding)
        self.up3 = _Up(8 * base, padding)
        self.up2 = _Up(4 * base, padding)
        self.up1 = _Up(2 * base, padding)
        self.head = self.last(base, num_classes)

    def last(self, base: int, num_classes: int) -> nn.Module:
        return nn.Conv2d(base, num_classes, 1)

    def scored(self, scores: Tensor) -> Tensor:
        return scores

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[2:]
        step, rest, smallest = (16, 0, 16) if self.padding else (16, 12, 188)
        if any(side % step != rest or side < smallest for side in (h, w)):
            raise ValueError(f"an input of {h} x {w} does not fit")
        down1 = self.down1(x)
        down2 = self.down2(F.max_pool2d(down1, 2))
        down3 = self.down3(F.max_pool2d(down2, 2))
        down4 = self.down4(F.max_pool2d(down3, 2))
        y = self.up4(self.bottleneck(F.max_pool2d(down4, 2)), down4)
        y = self.up1(self.up2(self.up3(y, down3), down2), down1)
        return self.scored(self.head(y))


@misconception(
    "UNet",
    explanation=Text(
        "Your forward ends in a sigmoid. The head gives raw scores; a loss with logits applies "
        "the sigmoid itself.",
        "forward의 마지막에 sigmoid를 적용했습니다. head의 점수를 그대로 내보내야 합니다.",
    ),
    loses=("unet.unpadded_network", "unet.padded_network"),
)
class sigmoid_after_the_head(_Net):
    def scored(self, scores: Tensor) -> Tensor:
        return scores.sigmoid()


@misconception(
    "UNet",
    explanation=Text(
        "Your head is a 3 × 3 convolution. It is 1 × 1: it turns the features of each pixel into "
        "scores and looks at no neighbour.",
        "head가 3 × 3 합성곱입니다. head는 1 × 1이어야 합니다. 각 픽셀의 특징을 점수로 바꿀 뿐 "
        "이웃을 보지 않습니다.",
    ),
    loses=("unet.children",),
)
class head_of_three(_Net):
    def last(self, base: int, num_classes: int) -> nn.Module:
        return nn.Conv2d(base, num_classes, 3, padding=1)
