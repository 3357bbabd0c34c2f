"""Cases for `deconvnet.py`: maps to pool and to unpool, narrow networks and images."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.called_module import Built
from autograder.authoring.maps import fill
from autograder.suites.after_fcn.deconvnet.right_deconvnet import max_pool_with_switches

Size = int | tuple[int, int]
Case = dict[str, object]
SEEDS = st.integers(0, 2**31 - 1)


def pooling(shape: tuple[int, ...], size: Size, seed: int = 1, different: int = 10**6) -> Case:
    """A map of whole numbers, half of them negative; no two are equal if not `different` says so.

    `different` is how many values there are: with 3 most windows of four hold their largest twice.
    """
    count = torch.Size(shape).numel()
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)) % different
    return {"x": (order - min(count, different) // 2).reshape(shape).float(), "size": size}


EXAMPLE = torch.tensor([[[[1.0, 5, 2, 0, 9], [5, 3, 4, 4, 8], [7, 6, 7, 1, 3]]]])
FEW = pooling((1, 1, 2, 4), 2)
EVEN = (FEW, pooling((2, 3, 4, 9), (2, 3), 2), pooling((2, 3, 6, 2), (3, 1), 3))
REST = (pooling((1, 1, 3, 5), 2), pooling((2, 3, 5, 7), (2, 3), 2), pooling((2, 1, 7, 4), (4, 3)))
TIES = ({"x": EXAMPLE, "size": 2}, pooling((2, 3, 6, 8), (3, 2), 4, different=3))
FITTING = (pooling((1, 2, 2, 3), (2, 3)), pooling((1, 2, 3, 2), 1))
SIZES: tuple[Size, ...] = (0, -1, (0, 1), (2, 0), 3, (3, 1), (1, 4), (-2, 3), (2, 4))
NO_SIZES = tuple(pooling((1, 2, 2, 3), size) for size in SIZES)


@st.composite
def poolings(draw: st.DrawFn, rest: bool = False, different: int = 10**6) -> Case:
    """Maps that windows divide, or leave a `rest` of in both directions."""
    low = 2 if rest else 1
    sH, sW, h, w = draw(st.tuples(*[st.integers(low, 3)] * 2, *[st.integers(1, 3)] * 2))
    H, W = h * sH + rest * (sH - 1), w * sW + rest * draw(st.integers(1, max(1, sW - 1)))
    size: Size = sH if sH == sW and draw(st.booleans()) else (sH, sW)
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 3)), H, W)
    return pooling(shape, size, draw(SEEDS), different)


def unpooling(shape: tuple[int, ...], size: Size, extra: int = 0, seed: int = 1) -> Case:
    """Other values than were pooled, on the way back to the map's size, or `extra` rows more."""
    values, switches = max_pool_with_switches(**pooling(shape, size, seed))  # type: ignore[arg-type]
    x = fill(tuple(values.shape), "normal", seed)
    return {"x": x, "switches": switches, "output_size": (shape[2] + extra, shape[3])}


DOUBLED = (unpooling((1, 1, 2, 4), 2), unpooling((2, 3, 4, 6), 2), unpooling((1, 2, 6, 2), 2))
OTHERS = (
    {**unpooling((1, 1, 3, 5), 2), "x": torch.tensor([[[[5.0, 4]]]])},
    unpooling((2, 3, 5, 6), (2, 3)),
    unpooling((2, 1, 7, 4), (3, 2), extra=2),
    unpooling((2, 2, 3, 1), 1),
)


@st.composite
def unpoolings(draw: st.DrawFn, others: bool = True) -> Case:
    """Switches of windows of 2 × 2 in a map of twice the size, or of `others`."""
    case = draw(poolings(rest=True))
    x = case["x"]
    assert isinstance(x, Tensor)
    n, c, h, w = x.shape
    if not others:
        return unpooling((n, c, 2 * h, 2 * w), 2, seed=draw(SEEDS))
    return unpooling((n, c, h, w), case["size"], draw(st.integers(0, 2)), draw(SEEDS))  # type: ignore[arg-type]


def with_switch(switch: int, place: int = 4) -> Case:
    """Twelve values into two planes of 4 × 6, one of them to `switch`."""
    case = unpooling((1, 2, 4, 6), 2)
    switches = case["switches"]
    assert isinstance(switches, Tensor)
    switches.view(-1)[place] = switch
    return case


_ONES, _CELLS = torch.ones(2, 3, 2, 2), torch.arange(4).reshape(1, 1, 2, 2).expand(2, 3, 2, 2)
OTHER_SHAPES = tuple(
    {"x": _ONES, "switches": each, "output_size": (4, 5)}
    for each in (_CELLS[:1], _CELLS[:, :1], _CELLS[:, :, :1], _CELLS[..., :1], _CELLS.mT[:, :, :1])
)
INSIDE = (with_switch(0), with_switch(23))
OUTSIDE = (with_switch(24), with_switch(-1), with_switch(47, 7), with_switch(-24), with_switch(99))


def network(
    H: int, W: int, *, n: int = 1, base: int = 1, fc: int = 3, classes: int = 2, seed: int = 1
) -> Built:
    """A narrow network and images for it; n · base · H · W stays within what loops can pool."""
    made_with = {"num_classes": classes, "base_channels": base, "fc_channels": fc}
    return Built(made_with, {"x": fill((n, 3, H, W), "normal", seed, torch.float64)}, seed)


def networks(sizes: st.SearchStrategy[tuple[int, int]], most: int = 2) -> st.SearchStrategy[Built]:
    """Of up to `most` samples, or else up to twice as wide."""

    def made(size: tuple[int, int], n: int, wide: bool, fc: int, classes: int, seed: int) -> Built:
        base = 2 if wide and n < most else 1
        return network(*size, n=n, base=base, fc=fc, classes=classes, seed=seed)

    counts = st.integers(1, most)
    return st.builds(
        made, sizes, counts, st.booleans(), st.integers(2, 3), st.integers(2, 4), SEEDS
    )


DIVIDED = st.sampled_from(((224, 256), (256, 224)))  # by 32
ODD = st.sampled_from(((224, 255), (255, 224), (227, 251), (245, 231), (225, 242), (234, 236)))
WIDE = st.tuples(st.just(224), st.integers(225, 256))
SMALL = tuple(network(*size) for size in ((223, 224), (224, 223), (192, 300), (300, 64), (32, 33)))
