"""Cases for `pyramid_pooling.py`: maps that bins divide or do not, sizes, narrow pyramids."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from autograder.authoring.called_module import Built
from autograder.authoring.maps import VALUES, fill

Case = dict[str, object]
SEEDS = st.integers(0, 2**31 - 1)


def pooled(n: int, c: int, h: int, w: int, bins: int, kind: str = "normal", seed: int = 1) -> Case:
    return {"x": fill((n, c, h, w), kind, seed), "bins": bins}


@st.composite
def divided(draw: st.DrawFn) -> Case:
    """Maps whose height and width are multiples of `bins`, not the same ones."""
    bins, rows = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    kind = draw(st.sampled_from(VALUES))
    return pooled(2, 3, bins * rows, bins * (rows + 1), bins, kind, draw(SEEDS))


@st.composite
def overlapping(draw: st.DrawFn) -> Case:
    """Maps of 2 to 3 rows and a rest for each bin, so that neighbours share a row."""
    bins = draw(st.integers(2, 5))
    rows, columns = draw(st.permutations(range(bins + 1, 3 * bins)))[:2]
    rows, columns = rows + (rows % bins == 0), columns + (columns % bins == 0)
    return pooled(2, 2, rows, columns + bins * (rows == columns), bins, seed=draw(SEEDS))


@st.composite
def repeating(draw: st.DrawFn) -> Case:
    """More bins than rows, columns or both."""
    rows, columns = draw(st.sampled_from(((1, 2), (1, 4), (3, 2), (4, 3), (2, 7), (5, 3))))
    return pooled(2, 2, rows, columns, draw(st.integers(min(rows, columns) + 1, 7)))


EVEN = (pooled(1, 1, 2, 4, 2, "counting"), pooled(2, 3, 3, 6, 3), pooled(2, 3, 2, 3, 1))
SHARED = (pooled(1, 1, 3, 5, 2, "counting"), pooled(2, 3, 5, 8, 3), pooled(2, 2, 7, 9, 6))
FEW = (pooled(1, 1, 1, 2, 3, "counting"), pooled(2, 3, 3, 2, 5), pooled(2, 2, 2, 7, 3))
NO_BINS = tuple(pooled(1, 2, 3, 4, bins) for bins in (0, -1, -3))


def resized(shape: tuple[int, ...], size: tuple[int, int], kind: str = "normal") -> Case:
    return {"x": fill(shape, kind, 1), "size": size}


@st.composite
def sizes(draw: st.DrawFn, of: str) -> Case:
    """Maps of 2 × 2 to 6 × 7 and a size: `larger` or `smaller` in both ways, or `any`."""
    h, w = draw(st.integers(2, 5)), draw(st.integers(2, 6))
    w += w == h
    low, high = {"larger": (1, 6), "smaller": (-8, -1), "any": (-8, 6)}[of]
    more = [draw(st.integers(max(low, 1 - side), high)) for side in (h, w)]
    kind, seed = draw(st.sampled_from(VALUES)), draw(SEEDS)
    return {"x": fill((2, 3, h, w), kind, seed), "size": (h + more[0], w + more[1])}


COUNTED = {"x": torch.tensor([[[[0.0, 10, 40]]]]), "size": (2, 5)}
LARGER = (resized((1, 1, 2, 3), (3, 5), "counting"), resized((2, 3, 4, 3), (5, 8)), COUNTED)
SMALLER = (resized((1, 1, 3, 5), (2, 2), "counting"), resized((2, 3, 4, 7), (3, 2)))
MIXED = (
    resized((2, 3, 4, 5), (7, 3)),
    *(resized((2, 3, 3, 5), size) for size in ((3, 5), (2, 9), (1, 1))),
    *(resized((2, 2, 1, 1), size) for size in ((1, 1), (2, 4))),
)
NO_SIZES = tuple(resized((1, 2, 3, 4), size) for size in ((0, 4), (3, 0), (-1, 2), (2, -3)))


def built(channels: int, bins: tuple[int, ...] | None, h: int, w: int, seed: int = 1) -> Built:
    made_with: Case = {"in_channels": channels} | ({} if bins is None else {"bins": bins})
    return Built(made_with, {"x": fill((2, channels, h, w), "normal", seed, torch.float64)}, seed)


PSPNETS = st.builds(built, st.sampled_from((4, 8)), st.none(), st.integers(7, 8),
                    st.sampled_from((9, 10)), SEEDS)  # fmt: skip
OTHERS = st.builds(built, st.just(6), st.sampled_from(((1, 4), (5, 2), (2, 4, 3), (3,))),
                   st.integers(1, 5), st.integers(6, 7), SEEDS)  # fmt: skip
LIKE_PSPNET = (built(4, None, 7, 5), built(8, None, 8, 13))
ODD = (built(6, (4, 1), 5, 7), built(6, (2, 4, 3), 1, 2), built(2, (5,), 3, 1))
NO_PYRAMIDS: tuple[Case, ...] = tuple(
    {"in_channels": channels, "bins": bins}
    for channels, bins in ((6, (1, 2, 3, 6)), (7, (1, 2)), (4, ()), (4, (0, 1)), (4, (2, -1)))
)
