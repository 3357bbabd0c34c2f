"""Cases for `transposed_conv.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.maps import VALUES, fill

Setting = int | tuple[int, int]

WORKED_X = torch.tensor([[[[1, 2], [3, 4.0]]]])
WORKED_KERNEL = torch.tensor([[[[1, 2, 3], [2, 2, 1], [3, 2, 1.0]]]])


@dataclass(frozen=True)
class Stamping:
    """One transposed convolution."""

    x: Tensor
    weight: Tensor
    bias: Tensor | None = None
    stride: Setting = 1
    padding: Setting = 0
    output_padding: Setting = 0

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return (self.x, self.weight) if self.bias is None else (self.x, self.weight, self.bias)

    @property
    def settings(self) -> dict[str, Setting]:
        """The settings that differ from their defaults, so that a counterexample stays short."""
        defaults = {"stride": 1, "padding": 0, "output_padding": 0}
        return {
            name: getattr(self, name)
            for name, default in defaults.items()
            if getattr(self, name) != default
        }

    @property
    def arguments(self) -> dict[str, object]:
        """The arguments by their names, without those that have their defaults."""
        bias = {} if self.bias is None else {"bias": self.bias}
        return {"x": self.x, "weight": self.weight, **bias, **self.settings}

    def absolute(self) -> Stamping:
        bias = None if self.bias is None else self.bias.abs()
        return replace(self, x=self.x.abs(), weight=self.weight.abs(), bias=bias)


def stamping(
    x: tuple[int, int, int, int],
    kernel: tuple[int, int],
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    *,
    out: int = 1,
    bias: bool = False,
    kind: str = "counting",
    seed: int = 1,
    dtype: torch.dtype = torch.float32,
) -> Stamping:
    """A case of these sizes; `x` is (N, C_in, H, W), `out` is C_out."""
    return Stamping(
        fill(x, kind, seed, dtype),
        fill((x[1], out, *kernel), kind, seed + 1, dtype),
        fill((out,), "normal" if kind == "normal" else "digits", seed + 2, dtype) if bias else None,
        stride,
        padding,
        output_padding,
    )


@st.composite
def stampings(
    draw: st.DrawFn,
    *,
    batch: int = 1,
    channels: int = 1,
    kernel: int = 4,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    output_padding: tuple[int, int] = (0, 0),
    bias: bool = False,
    pairs: bool = False,
    kinds: tuple[str, ...] = VALUES,
) -> Stamping:
    """Maps of up to 4 × 5 and kernels of up to 4 × 4, each setting between the given bounds.

    Without `pairs` a setting is an int and the map is higher or wider than the other way
    round. Where padding would leave nothing, it is lowered; output_padding stays below stride.
    """
    lengths = [
        draw(
            st.tuples(
                st.integers(1, 4),  # the map
                st.integers(1, kernel),
                st.integers(*stride),
                st.integers(*padding),
                st.integers(*output_padding),
            )
        )
        for _ in range(2)
    ]
    n, c_in, c_out = draw(
        st.tuples(st.integers(1, batch), st.integers(1, channels), st.integers(1, channels))
    )
    kind, seed = draw(st.sampled_from(kinds)), draw(st.integers(0, 2**31 - 1))
    (h, kh, *vertical), (w, kw, *horizontal) = lengths
    if h == w:
        w += 1
    if not pairs:
        horizontal = vertical
    settings = [
        _legal(h, kh, *vertical),
        _legal(w, kw, *horizontal),
    ]
    if not pairs:
        # One padding for both: the smaller of the two that leave something.
        settings = [(vertical[0], min(p for _, p, _ in settings), settings[0][2])] * 2
    s, p, op = ((a, b) if pairs else a for a, b in zip(settings[0], settings[1], strict=True))
    return stamping((n, c_in, h, w), (kh, kw), s, p, op, out=c_out, bias=bias, kind=kind, seed=seed)


def calls(cases: st.SearchStrategy[Stamping]) -> st.SearchStrategy[dict[str, object]]:
    """The arguments of each case."""
    return cases.map(lambda case: case.arguments)


def each_call(*cases: Stamping) -> tuple[dict[str, object], ...]:
    return tuple(case.arguments for case in cases)


def _legal(length: int, kernel: int, s: int, p: int, op: int) -> tuple[int, int, int]:
    op = min(op, s - 1)
    most = ((length - 1) * s + kernel + op - 1) // 2
    return s, min(p, most), op


@dataclass(frozen=True)
class PlacedExample:
    """The worked example somewhere in a larger input.

    Its values stand at `at` in one channel of one sample, its kernel leads from that channel
    to one output channel, `pair` = (in, out). Other weights from that channel are zero; those
    from the other channels are not, but meet nothing but zeros.
    """

    samples: int
    sample: int
    channels: tuple[int, int]
    pair: tuple[int, int]
    size: tuple[int, int]
    at: tuple[int, int]

    @property
    def x(self) -> Tensor:
        x = torch.zeros(self.samples, self.channels[0], *self.size)
        row, column = self.at
        x[self.sample, self.pair[0], row : row + 2, column : column + 2] = WORKED_X
        return x

    @property
    def weight(self) -> Tensor:
        weight = fill((*self.channels, 3, 3), "counting", 0)
        weight[self.pair[0]] = 0
        weight[self.pair] = WORKED_KERNEL[0, 0]
        return weight

    def place(self, table: Tensor) -> Tensor:
        """The whole output with the table (1, 1, 4, 4) where it belongs."""
        height, width = self.size
        y = torch.zeros(self.samples, self.channels[1], height + 2, width + 2)
        row, column = self.at
        y[self.sample, self.pair[1], row : row + 4, column : column + 4] = table
        return y


@st.composite
def placed_examples(draw: st.DrawFn) -> PlacedExample:
    samples, c_in, c_out = draw(st.tuples(*[st.integers(1, 3)] * 3))
    height, width = draw(st.tuples(st.integers(2, 4), st.integers(2, 4)))
    place = draw(st.integers(0, 2**16))
    picks = []
    for choices in (samples, c_in, c_out, height - 1, width - 1):
        place, pick = divmod(place, choices)
        picks.append(pick)
    sample, i, o, row, column = picks
    return PlacedExample(samples, sample, (c_in, c_out), (i, o), (height, width), (row, column))


@dataclass(frozen=True)
class Invalid:
    """A call that must be refused, and the arguments its message may name."""

    case: Stamping
    naming: tuple[str, ...]


# The smallest that is allowed: an output of one row, an output_padding just below the stride.
VALID = stamping((1, 2, 1, 2), (2, 3), stride=(3, 2), padding=(1, 2), output_padding=(1, 1))


def _sized(x: int, weight: int) -> Stamping:
    return Stamping(fill((2, x, 2, 3), "counting", 0), fill((weight, 3, 2, 2), "counting", 0))


def _biased(*shape: int, out: int = 3) -> Invalid:
    case = stamping((2, 2, 2, 3), (2, 2), out=out)
    return Invalid(replace(case, bias=fill(shape, "counting", 0)), ("bias", "weight"))


def _set(
    stride: Setting = 1, padding: Setting = 0, output_padding: Setting = 0, *naming: str
) -> Invalid:
    case = stamping((1, 1, 2, 3), (3, 3), stride, padding, output_padding)
    return Invalid(case, naming)


INVALID_CHANNELS = tuple(
    Invalid(_sized(x, weight), ("x", "weight")) for x, weight in ((2, 3), (3, 2), (1, 2), (2, 1))
)
# Not a bias without any axis: nobody meets one, and `bias.shape[0] != C_out` stumbles over it.
INVALID_BIASES = (
    _biased(4),
    _biased(2),  # (C_in,)
    _biased(1),
    _biased(3, 1),
    _biased(1, 3),
    _biased(3, 1, 1),
    _biased(1, 1, out=1),
)
# Where the stride is 0 no output_padding is below it, so a message may name that as well.
INVALID_SETTINGS = (
    *(_set(s, 0, 0, "stride", "output_padding") for s in (0, -1, (0, 1), (1, 0), (2, -1))),
    *(_set(1, p, 0, "padding") for p in (-1, (-1, 0), (0, -1), (1, -1))),
    *(
        _set(s, p, op, "output_padding", "stride")
        for s, p, op in (
            (2, 1, -1),
            (2, 0, (0, -1)),
            (2, 0, (-1, 0)),
            (1, 0, 1),
            (2, 0, 2),
            (2, 1, 3),
            ((2, 3), 0, (2, 2)),
            ((3, 2), 0, (2, 2)),
            ((1, 3), 1, (1, 0)),
        )
    ),
)
# A map of 2 × 3 and a kernel of 3 × 3 make a canvas of 4 × 5 at stride 1, of 5 × 7 at stride 2:
# no row is left, or exactly no column, or fewer than none.
INVALID_SIZES = tuple(
    _set(s, p, op, "padding", "x", "weight", "stride", "output_padding")
    for s, p, op in (
        (1, 2, 0),
        (2, (0, 4), (0, 1)),
        (1, 3, 0),
        (1, (2, 0), 0),
        (1, (0, 3), 0),
        (2, (3, 0), 0),
        (2, (0, 4), 0),
        (1, 9, 0),
    )
)
