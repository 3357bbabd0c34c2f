"""The three systems, narrow: your modules with what a network needs around them.

세 네트워크의 폭을 줄인 것입니다. 여러분이 작성한 모듈에 나머지를 붙여 네트워크로 만듭니다.

DeepLab and PSPNet stand on a trunk, the thirteen convolutions of VGG-16 at a fraction of their
width, with random weights. Its pooling 4 and 5 lose their stride and the layers behind them see
as far as before by their rate, so that a score comes every 8 pixels. DeconvNet is yours as it is.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

Layer = tuple[int, int, int]  # kernel, stride, rate

OUTPUT_STRIDE = 8
CONVOLUTION, POOLING = (3, 1, 1), (2, 2, 1)
# VGG-16 from the image to pooling 5, in the form that your functions take.
VGG16: tuple[Layer, ...] = tuple(
    layer for depth in (2, 2, 3, 3, 3) for layer in (*[CONVOLUTION] * depth, POOLING)
)
# What stands in each place: 1-1 is the first convolution of stage 1, pool1 its pooling.
NAMES = [
    name
    for stage, depth in enumerate((2, 2, 3, 3, 3), start=1)
    for name in (*[f"{stage}-{number}" for number in range(1, depth + 1)], f"pool{stage}")
]


class Pooling(nn.Module):
    """2 × 2 max pooling whose four places lie `rate` apart.

    With stride 1 a map keeps its size: below and on the right lie places that never win.
    """

    def __init__(self, stride: int, rate: int) -> None:
        super().__init__()
        self.stride, self.rate = stride, rate

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.stride == 1:
            x = F.pad(x, (0, self.rate, 0, self.rate), value=float("-inf"))
        return F.max_pool2d(x, 2, self.stride, dilation=self.rate)


def trunk(layers: Sequence[Layer], base_channels: int) -> nn.Sequential:
    """Build VGG-16's convolutions and poolings with these strides and rates.

    All trunks of a width have the same weights in the same places, whatever their rates.

    Args:
        layers: (kernel, stride, rate), a kernel of 3 for a convolution, of 2 for a pooling.
        base_channels: channels of the first stage, 64 in VGG-16; each pooling doubles them, up to
            eight times as many.
    """
    made: list[nn.Module] = []
    inputs, outputs = 3, base_channels
    for size, stride, rate in layers:
        if size == 2:
            made.append(Pooling(stride, rate))
            outputs = min(2 * outputs, 8 * base_channels)
        else:
            conv = nn.Conv2d(inputs, outputs, size, stride, padding=rate, dilation=rate)
            made += [conv, nn.ReLU(inplace=True)]
            inputs = outputs
    return nn.Sequential(*made)


def enlarge(scores: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Bring scores that come every 8 pixels up to the image's size, bilinearly.

    Along an axis score i is centred on pixel 8i + 15.5: three poolings of stride 2 give 8i + 3.5,
    pooling 4 (rate 1) adds half a score and pooling 5 (rate 2) a whole one. With two scores
    repeated in front, upsampling puts it at 8(i + 2) + 3.5, so the image starts four pixels in.
    """
    margin = F.pad(scores, (2, 0, 2, 0), mode="replicate")
    up = F.interpolate(margin, scale_factor=OUTPUT_STRIDE, mode="bilinear", align_corners=False)
    return up[:, :, 4 : 4 + size[0], 4 : 4 + size[1]]


class DeepLab(nn.Module):
    """DeepLab without its CRF: the trunk, your ASPP, and eight times up.

    The rates are the paper's small ones, those of ASPP-S (Chen et al. 2016): 152 rows of an image
    become 19 rows of scores, of which a kernel at rate 24 sees only its centre.
    """

    def __init__(
        self, num_classes: int, base_channels: int, rates: Sequence[int] = (2, 4, 8, 12)
    ) -> None:
        super().__init__()
        from atrous import ASPP

        self.trunk = dense_trunk(base_channels)
        self.aspp = ASPP(8 * base_channels, num_classes, rates)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return enlarge(self.aspp(self.trunk(x)), x.shape[2:])


class PSPNet(nn.Module):
    """PSPNet on the trunk: your pyramid beside its features, a convolution, eight times up."""

    def __init__(self, num_classes: int, base_channels: int) -> None:
        super().__init__()
        from pyramid_pooling import PyramidPooling

        self.trunk = dense_trunk(base_channels)
        self.pyramid = PyramidPooling(8 * base_channels)
        self.head = nn.Sequential(
            nn.Conv2d(16 * base_channels, 4 * base_channels, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(4 * base_channels, num_classes, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return enlarge(self.head(self.pyramid(self.trunk(x))), x.shape[2:])


def dense_trunk(base_channels: int) -> nn.Sequential:
    """The trunk with a score every 8 pixels, by your `with_output_stride`."""
    from atrous import with_output_stride

    return trunk(with_output_stride(VGG16, OUTPUT_STRIDE), base_channels)


class Fitted(nn.Module):
    """A network for images of any size, in colour or grey.

    The image is mirrored at its borders until it is large enough, and of the scores the window
    that belongs to it is kept. A grey image becomes one of three equal channels.

    Args:
        network: maps (N, 3, H, W) to scores (N, K, H, W).
        least: the smallest H and W that it takes.
        multiple: what H and W must be multiples of.
    """

    def __init__(self, network: nn.Module, least: int = 1, multiple: int = 1) -> None:
        super().__init__()
        self.network, self.least, self.multiple = network, least, multiple

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        top, bottom = self._margins(x.shape[2])
        left, right = self._margins(x.shape[3])
        larger = F.pad(x.expand(-1, 3, -1, -1), (left, right, top, bottom), mode="reflect")
        scores: torch.Tensor = self.network(larger)
        return scores[:, :, top : top + x.shape[2], left : left + x.shape[3]]

    def _margins(self, size: int) -> tuple[int, int]:
        larger = -(-max(size, self.least) // self.multiple) * self.multiple
        return (larger - size) // 2, larger - size - (larger - size) // 2


@dataclass(frozen=True)
class System:
    """How a system is built, and how many images of one size a step of its training sees."""

    build: Callable[[int], nn.Module]  # the number of classes
    batch: int = 1


def _deconvnet(num_classes: int) -> nn.Module:
    from deconvnet import DeconvNet

    return Fitted(DeconvNet(num_classes, base_channels=6, fc_channels=64), least=224)


# DeconvNet's fc6 gives one value a sample, so its batch normalisation needs several samples.
SYSTEMS = {
    "DeconvNet": System(_deconvnet, batch=2),
    "DeepLab": System(lambda num_classes: Fitted(DeepLab(num_classes, base_channels=6))),
    "PSPNet": System(lambda num_classes: Fitted(PSPNet(num_classes, base_channels=6))),
}


def _fcn8s(num_classes: int) -> nn.Module:
    return Fitted(importlib.import_module("fcn8s").FCN8s(num_classes, 6, 64))


def _unet(num_classes: int) -> nn.Module:
    network = importlib.import_module("unet").UNet(3, num_classes, 8, padding=1)
    return Fitted(network, multiple=16)


FIRST_ASSIGNMENT = {"FCN-8s": ("fcn8s", System(_fcn8s)), "U-Net": ("unet", System(_unet))}


def of_first_assignment(num_classes: int) -> dict[str, System]:
    """FCN-8s and U-Net, where your files of the first assignment lie beside this one and work.

    첫 과제의 fcn8s.py와 unet.py가 옆에 있고 제대로 동작하면 함께 학습합니다.
    """
    found = {}
    for name, (file, system) in FIRST_ASSIGNMENT.items():
        try:
            system.build(num_classes)(torch.zeros(1, 3, 80, 96)).sum().backward()
        except ModuleNotFoundError as error:
            print(f"{name} is left out: {error.name}.py of the first assignment is not here.")
            print(f"첫 과제의 {error.name}.py가 없어 {name}은(는) 빼고 진행합니다.")
        except Exception as error:
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            print(f"{name} is left out: {file}.py of the first assignment ends with {said}")
            print(f"첫 과제의 {file}.py에서 오류가 나 {name}은(는) 빼고 진행합니다.")
        else:
            found[name] = system
    return found


def as_pixels(image: torch.Tensor) -> torch.Tensor:
    """An image of a data set, stretched to the pixels' range of 0 ... 255."""
    return 255 * (image - image.min()) / (image.max() - image.min())


def summary(model: nn.Module) -> str:
    """The table of a model's children with their parameters, and what float32 weights weigh."""
    counts = {
        name: sum(each.numel() for each in child.parameters())
        for name, child in model.named_children()
    }
    total = sum(each.numel() for each in model.parameters())
    width = max(map(len, counts))
    lines = [f"{name:<{width}} {count:>13,}" for name, count in counts.items()]
    return "\n".join([*lines, f"{'in all':<{width}} {total:>13,} = {total * 4 / 1e6:,.3f} MB"])


def output_sizes(model: nn.Module, image: torch.Tensor) -> dict[str, tuple[int, int]]:
    """Height and width of what each child puts out, in the order in which they are called."""
    sizes: dict[str, tuple[int, int]] = {"image": (image.shape[2], image.shape[3])}

    def note(name: str) -> Callable[[nn.Module, object, torch.Tensor], None]:
        def hook(_child: nn.Module, _inputs: object, output: torch.Tensor) -> None:
            sizes[name] = (output.shape[2], output.shape[3])

        return hook

    handles = [child.register_forward_hook(note(name)) for name, child in model.named_children()]
    try:
        model(image)
    finally:
        for handle in handles:
            handle.remove()
    return sizes
