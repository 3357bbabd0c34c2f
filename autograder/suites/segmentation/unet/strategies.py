"""Cases for `unet.py`: windows of maps, and narrow networks in float64.

Random weights easily make a narrow network whose maps are all zero, and then every network
is right. So weights and biases are set while the expected network runs: at every layer, each
channel has a standard deviation of 1 and is negative, before its ReLU, at about a third of
all places.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.maps import VALUES, fill
from autograder.suites.segmentation.unet import oracle
from autograder.suites.segmentation.unet.oracle import Parameters

SEEDS = st.integers(0, 2**31 - 1)
DOWNS = ("down1", "down2", "down3", "down4", "bottleneck")
UPS = ("up4", "up3", "up2", "up1")
CHILDREN = (*DOWNS, *UPS, "head")
# Of each child: input and output channels in units of the base; None is the image's or the
# number of classes.
WIDTHS = dict(
    zip(
        CHILDREN,
        ((None, 1), (1, 2), (2, 4), (4, 8), (8, 16), (16, 8), (8, 4), (4, 2), (2, 1), (1, None)),
        strict=True,
    )
)


# --- windows

DTYPES = (
    torch.float32,
    torch.float64,
    torch.int64,
    torch.int32,
    torch.int16,
    torch.int8,
    torch.uint8,
)


def cut(size: tuple[int, int]) -> dict[str, object]:
    """A window of that size, which may not fit, of a map of 4 × 5."""
    return {"x": fill((2, 3, 4, 5), "counting", 0), "size": size}


def joined(skip: tuple[int, ...]) -> dict[str, object]:
    """A skip of that shape, which may not fit, and an upsampled map of two channels of 4 × 5."""
    return {"skip": fill(skip, "counting", 0), "upsampled": fill((2, 2, 4, 5), "counting", 0)}


@st.composite
def windows(draw: st.DrawFn, *, odd: bool) -> dict[str, object]:
    """Windows whose margins are both even and above zero, or of which at least one is odd."""
    n, c, h, w = draw(
        st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
    )
    vertical, horizontal = (
        draw(st.sampled_from([(1, 0), (0, 1), (1, 1), (3, 2), (2, 5), (5, 3)]))
        if odd
        else draw(st.sampled_from([(2, 2), (2, 4), (4, 2), (0, 2), (2, 0), (6, 4)]))
    )
    kind, seed = draw(st.sampled_from(VALUES)), draw(SEEDS)
    return {"x": fill((n, c, h + vertical, w + horizontal), kind, seed), "size": (h, w)}


@dataclass(frozen=True)
class Pair:
    """A skip and the upsampled map that it meets."""

    skip: Tensor
    upsampled: Tensor

    @property
    def arguments(self) -> dict[str, object]:
        return {"skip": self.skip, "upsampled": self.upsampled}

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.upsampled.shape[2:]
        return height, width


def pair(
    margin: tuple[int, int], seed: int, kind: str = "digits", dtype: torch.dtype = torch.float32
) -> Pair:
    """Two samples of three channels of skip around two channels of 2 × 3 upsampled values."""
    skip = fill((2, 3, 2 + margin[0], 3 + margin[1]), kind, seed, dtype)
    return Pair(skip, -fill((2, 2, 2, 3), kind, seed + 1, dtype))


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Margins that are even, so that where an odd one goes is the crop's business."""
    margin = draw(st.sampled_from([(2, 4), (4, 2), (0, 2), (2, 0), (0, 0), (6, 2)]))
    return pair(margin, draw(SEEDS), draw(st.sampled_from(VALUES)))


# --- networks


class Maker:
    """Draws a network's parameters while the oracle runs over an input."""

    def __init__(self, generator: torch.Generator) -> None:
        self._generator = generator

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self._generator, dtype=torch.float64)

    def convolution(self, x: Tensor, width: int, padding: int) -> tuple[Tensor, Tensor]:
        weight = self.normal(width, x.shape[1], 3, 3)
        y = F.conv2d(x, weight, padding=padding)
        mean, deviation = y.mean((0, 2, 3)), y.std((0, 2, 3), unbiased=False)
        deviation = torch.where(deviation > 1e-6, deviation, 1.0)
        jitter = 0.1 * self.normal(width)  # channels are not to be alike
        return weight / deviation[:, None, None, None], 0.4 + jitter - mean / deviation

    def double_conv(self, x: Tensor, width: int, padding: int) -> tuple[Tensor, Parameters]:
        """The double convolution's result for x, and its parameters."""
        first = self.convolution(x, width, padding)
        between = F.conv2d(x, *first, padding=padding).clamp(min=0)
        parameters = (*first, *self.convolution(between, width, padding))
        return oracle.double_conv(x, parameters, padding), parameters

    def up_block(self, x: Tensor, skip: Tensor, padding: int) -> tuple[Tensor, Parameters]:
        """The step up's result for x and skip, and its parameters."""
        width = x.shape[1] // 2
        weight = self.normal(2 * width, width, 2, 2) / (2 * width) ** 0.5
        upconv = weight, 0.5 * self.normal(width)
        joined = oracle.concat_skip(skip, F.conv_transpose2d(x, *upconv, stride=2))
        y, rest = self.double_conv(joined, width, padding)
        return y, (*upconv, *rest)


@dataclass(frozen=True)
class Block:
    """A DoubleConv or an UpBlock: what it is made of, and what it is given."""

    arguments: tuple[int, ...]  # of the constructor; a padding of 0 may be left to its default
    inputs: tuple[Tensor, ...]
    parameters: Parameters
    padding: int = 0


def double_conv(
    shape: tuple[int, int, int, int], width: int, padding: int | None, seed: int
) -> Block:
    """A padding of None is left to the constructor, whose default is 0."""
    given = () if padding is None else (padding,)
    padding = padding or 0
    maker = Maker(torch.Generator().manual_seed(seed))
    x = maker.normal(*shape)
    _, parameters = maker.double_conv(x, width, padding)
    return Block((shape[1], width, *given), (x,), parameters, padding)


@st.composite
def double_convs(draw: st.DrawFn, padding: int) -> Block:
    """One to three channels to another number of channels, maps of up to 8 × 9."""
    n, c, more, h, w = draw(
        st.tuples(
            st.integers(1, 2),
            st.integers(1, 3),
            st.integers(1, 2),
            st.integers(0, 3),
            st.integers(1, 2),
        )
    )
    # Without padding the map must be at least 5 x 5; 6 x 7 leaves some to compare.
    height = h + (2 if padding else 6)
    return double_conv((n, c, height, height + w), c + more, padding, draw(SEEDS))


def up_block(
    channels: int, size: tuple[int, int], margin: tuple[int, int], padding: int | None, seed: int
) -> Block:
    """Two samples of `size`, a skip that is larger than twice that by `margin`.

    A padding of None is left to the constructor, whose default is 0.
    """
    given = () if padding is None else (padding,)
    padding = padding or 0
    maker = Maker(torch.Generator().manual_seed(seed))
    x = maker.normal(2, channels, *size)
    skip = maker.normal(2, channels // 2, 2 * size[0] + margin[0], 2 * size[1] + margin[1])
    _, parameters = maker.up_block(x, skip, padding)
    return Block((channels, *given), (x, skip), parameters, padding)


@st.composite
def up_blocks(draw: st.DrawFn) -> Block:
    """Both paddings; margins of zero, even and odd, different in height and width."""
    padding = draw(st.sampled_from([0, 1]))
    channels, h, w = draw(
        st.tuples(st.sampled_from([2, 4, 6]), st.integers(3, 4), st.integers(1, 2))
    )
    margin = draw(st.sampled_from([(2, 4), (4, 2), (0, 2), (2, 0), (0, 0), (3, 1)]))
    return up_block(channels, (h, h + w), margin, padding, draw(SEEDS))


@dataclass(frozen=True)
class Network:
    """A narrow U-Net and an image for it."""

    arguments: tuple[int, int, int, int]  # of the constructor, in its order
    image: Tensor
    parameters: dict[str, Parameters]

    @property
    def padding(self) -> int:
        return self.arguments[-1]


def network(
    arguments: tuple[int, int, int, int],
    shape: tuple[int, int, int],
    generator: torch.Generator,
) -> Network:
    """A network of (in_channels, num_classes, base_channels, padding), an image of (N, H, W)."""
    in_channels, num_classes, base, padding = arguments
    maker = Maker(generator)
    image = maker.normal(shape[0], in_channels, *shape[1:])
    head = maker.normal(num_classes, base, 1, 1), maker.normal(num_classes)
    made: dict[str, Parameters] = {"head": head}
    names = iter(CHILDREN)

    def convolve(x: Tensor, parameters: Parameters, padding: int) -> Tensor:
        name = next(names)
        _, width = widths(name, in_channels, num_classes, base)
        y, made[name] = maker.double_conv(x, width, padding)
        return y

    def expand(x: Tensor, skip: Tensor, parameters: Parameters, padding: int) -> Tensor:
        y, made[next(names)] = maker.up_block(x, skip, padding)
        return y

    blank: dict[str, Parameters] = dict.fromkeys(CHILDREN, ())
    oracle.unet(image, {**blank, "head": head}, padding, convolve, expand)
    return Network(arguments, image, made)


def widths(name: str, in_channels: int, num_classes: int, base: int) -> tuple[int, int]:
    """The input and output channels of a child."""
    before, after = WIDTHS[name]
    return (
        in_channels if before is None else before * base,
        num_classes if after is None else after * base,
    )


Shapes = tuple[tuple[int, ...], ...]


def double_conv_shapes(in_channels: int, out_channels: int) -> Shapes:
    """The shapes of a DoubleConv's parameters."""
    return (
        (out_channels, in_channels, 3, 3),
        (out_channels,),
        (out_channels, out_channels, 3, 3),
        (out_channels,),
    )


def upconv_shapes(in_channels: int) -> Shapes:
    return (in_channels, in_channels // 2, 2, 2), (in_channels // 2,)
