"""Narrow networks for `FCN8s`, and the images they are asked about.

The networks are narrow, but the padding of 100 is the real one, so that a map is about 200
wide whatever the image is. Their values are float64, their widths differ from one another.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.maps import fill
from autograder.suites.segmentation.fcn8s.oracle import (
    PAD,
    Trunk,
    Weights,
    flat_trunk,
    parameter_shapes,
    trunk,
)
from autograder.suites.segmentation.fcn8s.strategies import SEEDS

# (num_classes, base_channels, fc_channels): no width of one layer is that of its neighbour.
WIDTHS = ((5, 2, 7), (3, 1, 5))
# At 25 and 26 modulo 32 cutting at the centre is the same as cutting at 31.
LENGTHS = st.integers(1, 40).filter(lambda length: length % 32 not in (25, 26))
# With poolings that round down, the 7 x 7 window fits into maps of 26 rows and more.
SIDES = st.integers(27, 34)
# Rounding down in any one of the five poolings shortens the coarse map of 27 rows: the map
# is then 225 high, and 225, 113, 57, 29, 15 are all odd.
SENSITIVE = 27


@dataclass(frozen=True)
class Network:
    """A narrow FCN8s, an image for it and what the trunk makes of the image."""

    num_classes: int
    base: int
    fc: int
    weights: Weights
    image: Tensor
    trunk: Trunk

    @property
    def arguments(self) -> tuple[int, int, int]:
        return self.num_classes, self.base, self.fc

    def to(self, dtype: torch.dtype) -> Network:
        weights = {name: tuple(v.to(dtype) for v in vs) for name, vs in self.weights.items()}
        of = Trunk(*(getattr(self.trunk, each.name).to(dtype) for each in fields(Trunk)))
        return replace(self, weights=weights, image=self.image.to(dtype), trunk=of)

    def with_head(self, **children: tuple[Tensor, ...]) -> Network:
        return replace(self, weights={**self.weights, **children})


@st.composite
def images(
    draw: st.DrawFn,
    height: st.SearchStrategy[int] = LENGTHS,
    width: st.SearchStrategy[int] = LENGTHS,
    samples: tuple[int, ...] = (1, 2),
) -> Tensor:
    """Normal deviates, of another height than width."""
    h, w, seed = draw(height), draw(width), draw(SEEDS)
    n = draw(st.sampled_from(samples))
    return fill((n, 3, h, w + (h == w)), "normal", seed, torch.float64)


@st.composite
def networks(draw: st.DrawFn, of: st.SearchStrategy[Tensor], positive: bool = False) -> Network:
    """Networks in which every ReLU both cuts and passes (see `_Lively`).

    With `positive` the head adds up positive numbers only, so that a ReLU too many behind a
    score does not show: that is for another check.
    """
    image, widths = draw(of), draw(st.sampled_from(WIDTHS))
    return lively(image, widths, draw(SEEDS), positive)


@st.composite
def even_networks(draw: st.DrawFn, of: st.SearchStrategy[Tensor]) -> Network:
    return even(draw(of), draw(st.sampled_from(WIDTHS)), draw(SEEDS))


def even(image: Tensor, widths: tuple[int, int, int], seed: int) -> Network:
    """A network whose coarse scores are a bias: positive, and the same everywhere.

    Nothing but the sizes of the maps, the transposed convolutions and the cut is left.
    """
    network = flat(image, widths, seed, 1.0)
    weights = network.weights["classifier"]
    network = network.with_head(classifier=(*weights[:4], torch.zeros_like(weights[4]), weights[5]))
    return only(network, "classifier")


def lively(
    image: Tensor, widths: tuple[int, int, int], seed: int, positive: bool = False
) -> Network:
    choose = _Lively(widths, len(image), image.shape[2:], seed)
    of = trunk(image, choose)
    weights = {name: tuple(chosen) for name, chosen in choose.weights.items()}
    network = Network(*widths, weights, image, of)
    return _with_random_head(network, choose.generator, positive)


def flat(image: Tensor, widths: tuple[int, int, int], seed: int, value: float) -> Network:
    """All features are `value`: the trunk's kernels are zero, its biases `value`."""
    generator = torch.Generator().manual_seed(seed)
    weights = {
        name: tuple(torch.full(s, value if len(s) == 1 else 0.0, dtype=image.dtype) for s in shapes)
        for name, shapes in parameter_shapes(*widths).items()
    }
    network = Network(*widths, weights, image, flat_trunk(image, *widths[1:], value))
    return _with_random_head(network, generator, positive=True)


def with_balance(network: Network, seed: int) -> Network:
    """Second hidden maps that are zero as long as no value of the first ones is dropped.

    Each is the ReLU of a sum with as many signs + as −, of first hidden values that are all
    the same.
    """
    generator = torch.Generator().manual_seed(seed)
    weights = network.weights["classifier"]
    signs = torch.ones(network.fc, network.fc, dtype=weights[2].dtype)
    signs[:, ::2] = -1
    order = torch.rand(network.fc, network.fc, generator=generator).argsort(1)
    balanced = signs.gather(1, order).reshape(weights[2].shape)
    silent = replace(network.trunk, hidden=torch.zeros_like(network.trunk.hidden))
    changed = network.with_head(
        classifier=(*weights[:2], balanced, torch.zeros_like(weights[3]), *weights[4:])
    )
    return replace(changed, trunk=silent)


def only(network: Network, *kept: str) -> Network:
    """The same network with the other scores silenced: kernel and bias zero."""
    children: dict[str, tuple[Tensor, ...]] = {}
    for name in {"classifier", "score_pool4", "score_pool3"} - set(kept):
        values = network.weights[name]
        children[name] = (*values[:-2], *(torch.zeros_like(v) for v in values[-2:]))
    return network.with_head(**children)


def _with_random_head(network: Network, generator: torch.Generator, positive: bool) -> Network:
    """Score layers and transposed convolutions; what they give is of the order of 1."""
    shapes = parameter_shapes(*network.arguments)

    def random(name: str, index: int) -> Tensor:
        shape = shapes[name][index]
        values = torch.randn(shape, generator=generator, dtype=torch.float64)
        if len(shape) == 4:
            # Two stamps by two overlap in the output of each transposed convolution.
            taps = 4 * shape[0] if name.startswith("up") else shape[1]
            values /= taps**0.5
        return (values.abs() if positive else values).to(network.image.dtype)

    hidden = network.weights["classifier"][:4]
    children = {"classifier": (*hidden, random("classifier", 4), random("classifier", 5))}
    for name in ("upscore2", "upscore4", "upscore8", "score_pool4", "score_pool3"):
        children[name] = tuple(random(name, index) for index in range(len(shapes[name])))
    return network.with_head(**children)


class _Lively:
    """Chooses the weights of the trunk on the way, looking at what arrives.

    With plain random numbers a narrow network is often dead, and then hides mistakes. Here
    the values that a layer gives in the neighbourhood of the image have spread 1, and a mean
    that differs by channel but is small; in the classifier it is alternately above and below 0.
    """

    def __init__(
        self, widths: tuple[int, int, int], samples: int, size: tuple[int, ...], seed: int
    ) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.shapes = parameter_shapes(*widths)
        self.size = size
        self.weights: dict[str, list[Tensor]] = {name: [] for name in self.shapes}

    def __call__(self, child: str, layer: int, x: Tensor, padding: int) -> Tensor:
        shape = self.shapes[child][2 * layer]
        weight = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        raw = F.conv2d(x, weight, padding=padding)
        if child == "classifier":
            near = raw
            target = torch.where(torch.arange(shape[0]) % 2 == 0, 0.7, -0.7).double()
        else:
            near = self._near_image(raw, int(child[-1]) - 1)
            target = torch.randn(shape[:1], generator=self.generator, dtype=torch.float64) / 4
        spread = near.std()
        bias = target - near.mean((0, 2, 3)) / spread
        self.weights[child] += [weight / spread, bias]
        return raw / spread + bias[:, None, None]

    def _near_image(self, maps: Tensor, poolings: int) -> Tensor:
        begin = (PAD - 2) >> poolings
        ends = [((PAD + length) >> poolings) + 2 for length in self.size]
        return maps[:, :, begin : ends[0], begin : ends[1]]
