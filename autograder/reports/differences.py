"""Draw where two large grids differ: the larger a dot, the larger the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil

from autograder.document.result import Grid
from autograder.reports.lost_check import Number, same

# A small grid shows its differences by itself.
CELLS_FROM = 25
CELL = 12
GAP = 10
LEAST, MOST = 2.0, 5.0
ROW_WIDTH = 640


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Slice:
    """One slice of the grid as a rectangle of cells, with a dot where the values differ."""

    index: tuple[int, ...]
    x: int
    y: int
    rows: int
    columns: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class DifferenceMap:
    width: int
    height: int
    slices: tuple[Slice, ...]
    wrong: int
    values: int


def difference_map(got: Grid | None, expected: Grid | None) -> DifferenceMap | None:
    """None where there is nothing to compare, or where the numbers themselves are few."""
    if got is None or expected is None or got.shape != expected.shape:
        return None
    if not got.values or not expected.values or len(got.values) < CELLS_FROM:
        return None
    # Where all that differs is no number, there is no largest distance.
    largest = max(map(_distance, got.values, expected.values)) or 1.0
    scale = max(_distance(value, 0) for value in expected.values)
    rows, columns = _plane(got)
    # As many slices stand in a row as the last of the leading axes has, if there is room.
    step_x, step_y = columns * CELL + GAP, rows * CELL + GAP
    in_a_row = max(1, min((1, *got.shape[:-2])[-1], ROW_WIDTH // step_x))
    slices = []
    for place, index in enumerate(product(*map(range, got.shape[:-2]))):
        x, y = place % in_a_row * step_x, place // in_a_row * step_y
        start = place * rows * columns
        mine = got.values[start : start + rows * columns]
        theirs = expected.values[start : start + rows * columns]
        dots = _dots(mine, theirs, scale, columns, largest, (x, y))
        slices.append(Slice(index, x, y, rows, columns, dots))
    return DifferenceMap(
        width=in_a_row * step_x - GAP,
        height=slices[-1].y + rows * CELL,
        slices=tuple(slices),
        wrong=sum(len(one.dots) for one in slices),
        values=len(got.values),
    )


def cell_map(cells: Grid | None) -> DifferenceMap | None:
    """The map that a result keeps where the values themselves were too many."""
    if cells is None or not cells.values:
        return None
    rows, columns = _plane(cells)
    nowhere = (0,) * len(cells.values)
    largest = max(map(_distance, cells.values, nowhere)) or 1.0
    # They are shares of the scale, so the scale is one.
    dots = _dots(cells.values, nowhere, 1.0, columns, largest, (0, 0))
    return DifferenceMap(
        width=columns * CELL,
        height=rows * CELL,
        slices=(Slice((), 0, 0, rows, columns, dots),),
        wrong=len(dots),
        values=len(cells.values),
    )


def values_in_a_cell(whole: Grid, cells: Grid) -> tuple[int, int]:
    """The number of rows and columns that one cell of the map stands for."""
    return ceil(whole.shape[-2] / cells.shape[-2]), ceil(whole.shape[-1] / cells.shape[-1])


def _dots(
    mine: Sequence[Number],
    theirs: Sequence[Number],
    scale: float,
    columns: int,
    largest: float,
    corner: tuple[int, int],
) -> tuple[Dot, ...]:
    return tuple(
        Dot(
            x=corner[0] + (k % columns + 0.5) * CELL,
            y=corner[1] + (k // columns + 0.5) * CELL,
            radius=round(LEAST + (MOST - LEAST) * _distance(a, b) / largest, 1),
        )
        for k, (a, b) in enumerate(zip(mine, theirs, strict=True))
        if not same(a, b, scale)
    )


def _plane(grid: Grid) -> tuple[int, int]:
    """Height and width of a slice; a vector is one row."""
    height, width = (1, 1, *grid.shape)[-2:]
    return height, width


def _distance(a: Number, b: Number) -> float:
    """The distance of two values; 0 where one is no number, and the dot is drawn small."""
    return 0.0 if a is None or b is None else abs(a - b)
