"""Cases for `convolutionalize` and `fuse_skip`: fully connected layers, windows of skips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.maps import VALUES, fill

SEEDS = st.integers(0, 2**31 - 1)


@dataclass(frozen=True)
class Dense:
    """A fully connected layer and the map it reads."""

    weight: Tensor
    bias: Tensor | None
    channels: int
    kernel_size: int
    x: Tensor


@st.composite
def dense_layers(
    draw: st.DrawFn,
    dtype: torch.dtype = torch.float32,
    bias: bool = True,
    wider: tuple[int, int] = (0, 0),
) -> Dense:
    """Layers of 1 to 3 outputs on 2 to 4 channels of 2 × 2 or 3 × 3, more by `wider`."""
    n, c, k, out = draw(
        st.tuples(st.integers(1, 2), st.integers(2, 4), st.integers(2, 3), st.integers(1, 3))
    )
    kind, seed = draw(st.sampled_from(VALUES)), draw(SEEDS)
    return Dense(
        fill((out, c * k * k), kind, seed, dtype),
        fill((out,), kind, seed + 1, dtype) if bias else None,
        c,
        k,
        fill((n, c, k + wider[0], k + wider[1]), kind, seed + 2, dtype),
    )


def skip(
    nk: tuple[int, int],
    size: tuple[int, int],
    offset: int,
    more: tuple[int, int],
    kind: str = "counting",
    seed: int = 0,
) -> dict[str, object]:
    """Coarse scores and finer ones: a window at `offset`, `more` rows below and columns beside."""
    whole = (size[0] + offset + more[0], size[1] + offset + more[1])
    coarse = fill((*nk, *size), kind, seed)
    return {"coarse": coarse, "skip": fill((*nk, *whole), kind, seed + 1), "offset": offset}


@st.composite
def skips(draw: st.DrawFn, flush: bool = True) -> dict[str, object]:
    """Windows that are not in the centre; with `flush` some end with skip's last row or column."""
    h, w, offset = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 3)))
    margins = st.sampled_from([m for m in range(not flush, 6) if m not in (offset, offset + 1)])
    nk = draw(st.tuples(st.integers(1, 2), st.integers(1, 3)))
    kind, seed = draw(st.sampled_from(VALUES)), draw(SEEDS)
    size = (h, w + (h == w))
    return skip(nk, size, offset, (draw(margins), draw(margins)), kind, seed)


def misplaced() -> Iterator[dict[str, object]]:
    """Windows that do not fit, of each kind: what slicing makes of them differs."""
    for h, offset in ((3, 0), (4, 2), (3, 3)):
        fits = skip((2, 3), (h, 2), offset, (0, 0))
        whole = torch.as_tensor(fits["skip"])
        rows, columns = whole.shape[2:]
        yield {**fits, "skip": whole[:, :, : rows - 1].contiguous()}
        yield {**fits, "skip": whole[:, :, :, : columns - 1].contiguous()}
        yield {**fits, "offset": offset + 1}
        # A slice that keeps one row or column would be broadcast over the coarse map.
        yield {**fits, "skip": whole[:, :, : offset + 1].contiguous()}
        yield {**fits, "skip": whole[:, :, :, : offset + 1].contiguous()}
        # Python counts a negative start from the end: this one even gives the right shape.
        wide = fill((2, 3, 2 * h, 2 * h), "counting", 0)
        yield {**fits, "skip": wide, "offset": -(h + 1)}
        yield {**fits, "skip": wide, "offset": -1}


def unlike() -> Iterator[dict[str, object]]:
    """Coarse and skip of different N or K; where one of them is 1, adding would broadcast."""
    pairs = (((2, 3), (1, 3)), ((1, 3), (2, 3)), ((2, 3), (2, 1)), ((2, 1), (2, 3)))
    others = (((2, 3), (2, 4)), ((3, 2), (2, 2)), ((2, 3), (3, 2)))
    for of, to in pairs + others:
        coarse, whole = (skip(nk, (2, 3), 1, (2, 1)) for nk in (of, to))
        yield {**whole, "coarse": coarse["coarse"]}
