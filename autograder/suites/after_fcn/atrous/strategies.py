"""Cases for `atrous.py`: lists of layers, convolutions, and modules of a few branches."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from autograder.authoring.called_module import Built
from autograder.authoring.maps import fill

Case = dict[str, Any]
Pair = tuple[int, int]
SEEDS = st.integers(0, 2**31 - 1)

# --- layers

WORKED = ((3, 2, 1), (3, 1, 2), (2, 2, 1), (3, 2, 1), (5, 1, 1))
TWO, THREE, POOL = [(3, 1, 1)] * 2, [(3, 1, 1)] * 3, [(2, 2, 1)]
VGG16 = tuple(2 * (TWO + POOL) + 3 * (THREE + POOL))
DENSE = ((3, 1, 1), (4, 1, 1), (1, 1, 1))
# Strides that are dropped one after the other, with layers between and behind them.
LONG = ((7, 3, 1), (2, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 1), (2, 3, 1), (5, 1, 1))
RATED = ((3, 2, 3), (3, 2, 2), (3, 1, 4), (2, 3, 5), (4, 1, 3))


@st.composite
def layers(draw: st.DrawFn, rates: bool = False) -> tuple[tuple[int, int, int], ...]:
    """Two to five layers: the second has a stride, of which all but the first two see a jump."""
    numbers = st.tuples(st.integers(2, 5), st.integers(1, 3), st.integers(1, 4))
    drawn = [list(each) for each in draw(st.lists(numbers, min_size=3, max_size=5))]
    drawn[1][1] = draw(st.integers(2, 3))
    return tuple((k, s, r if rates else 1) for k, s, r in drawn)


@st.composite
def networks(draw: st.DrawFn, rates: bool = False) -> Case:
    """Layers and the product of their first strides, of which at least one is dropped."""
    chosen = draw(layers(rates))
    stride = chosen[0][1] if draw(st.booleans()) else 1
    return {"layers": chosen, "output_stride": stride}


def network(chosen: Any, output_stride: int) -> Case:
    return {"layers": chosen, "output_stride": output_stride}


# --- convolutions


def convolution(
    channels: Pair = (2, 3),
    kernel: Pair = (2, 3),
    size: Pair = (5, 6),
    rate: int | Pair = 1,
    padding: int | Pair = 0,
    kind: str = "normal",
    seed: int = 1,
    bias: bool = True,
    n: int = 2,
) -> Case:
    (c_in, c_out), x_and_weight = channels, ("digits" if kind == "counting" else kind)
    case: Case = {
        "x": fill((n, c_in, *size), kind, seed),
        "weight": fill((c_out, c_in, *kernel), x_and_weight, seed + 1),
    }
    if bias:
        case["bias"] = fill((c_out,), x_and_weight, seed + 2)
    return {**case, "rate": rate, "padding": padding}


@st.composite
def convolutions(draw: st.DrawFn, pairs: bool = True, padded: bool = True) -> Case:
    """Kernels of up to 3 × 3 and rates of up to 3, for outputs of up to 3 × 5."""
    channels = draw(st.sampled_from(((1, 2), (2, 1), (2, 3), (3, 2))))
    kernel = draw(st.sampled_from(((1, 2), (2, 1), (2, 3), (3, 2), (3, 3))))
    rates = draw(st.sampled_from(((1, 2), (2, 1), (3, 2), (2, 3)) if pairs else ((2, 2), (3, 3))))
    paddings = (0, 0)
    if padded:
        paddings = draw(st.sampled_from(((1, 2), (2, 0), (0, 1)) if pairs else ((1, 1), (2, 2))))
    out = draw(st.integers(1, 3))
    size = [
        max(1, out + i + (kernel[i] - 1) * rates[i] - 2 * paddings[i] + (0, 1)[i]) for i in (0, 1)
    ]
    return convolution(
        channels,
        kernel,
        (size[0], size[1]),
        rates if pairs else rates[0],
        paddings if pairs else paddings[0],
        draw(st.sampled_from(("digits", "normal"))),
        draw(SEEDS),
    )


def paper(rate: int | Pair, **others: Any) -> Case:
    """The worked example: 3 × 5 values 1, 2, 3, …, and one kernel that no turn leaves the same."""
    x = fill((1, 1, 3, 5), "counting", 1)
    return {"x": x, "weight": torch.tensor([[[[1.0, 2.0], [3.0, -1.0]]]]), "rate": rate, **others}


# --- modules


def aspp(channels: Pair, rates: tuple[int, ...] | None, size: Pair, seed: int, n: int = 2) -> Built:
    made_with: Case = {"in_channels": channels[0], "out_channels": channels[1]}
    if rates is not None:
        made_with["rates"] = rates
    x = fill((n, channels[0], *size), "normal", seed, torch.float64)
    return Built(made_with, {"x": x}, seed)


def branched(*sizes: Pair) -> st.SearchStrategy[Built]:
    """One to three branches on maps of these sizes."""
    return st.builds(
        aspp,
        st.sampled_from(((1, 2), (2, 3), (3, 1))),
        st.sampled_from(((2,), (1, 3), (3, 2), (2, 1, 4))),
        st.sampled_from(sizes),
        SEEDS,
    )
