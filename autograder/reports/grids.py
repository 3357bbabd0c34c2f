"""Tensors as a person would write them on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from autograder.grading.result import Grid

Number = float | int | None
ROWS_CAP, COLUMNS_CAP = 12, 12


@dataclass(frozen=True)
class Sheet:
    """One two-dimensional slice: its index among the leading axes, its rows of cells.

    `cut` says that rows or columns were left out; `differs` marks cells that are not as in
    the grid it was compared with.
    """

    index: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    differs: frozenset[tuple[int, int]]
    cut: bool


def sheets(grid: Grid, other: Grid | None = None) -> list[Sheet]:
    """The slices of a grid; with `other`, of the same shape, cells that differ are marked."""
    if grid.values is None:
        return []
    height, width = (1, 1, *grid.shape)[-2:]
    leading = grid.shape[:-2]
    comparable = other is not None and other.shape == grid.shape and other.values is not None
    found = []
    for number, index in enumerate(product(*map(range, leading))):
        start = number * height * width
        values = grid.values[start : start + height * width]
        theirs: Sequence[Number] = values
        if comparable and other is not None and other.values is not None:
            theirs = other.values[start : start + height * width]
        found.append(_sheet(index, values, theirs, height, width, grid.values))
    return found


def _sheet(
    index: tuple[int, ...],
    values: Sequence[Number],
    theirs: Sequence[Number],
    height: int,
    width: int,
    everything: Sequence[Number],
) -> Sheet:
    wrong = [k for k in range(height * width) if not _same(values[k], theirs[k], everything)]
    # A window that shows the first difference.
    top = max(0, min(wrong[0] // width - 1, height - ROWS_CAP)) if wrong else 0
    left = max(0, min(wrong[0] % width - 1, width - COLUMNS_CAP)) if wrong else 0
    rows, columns = min(height, ROWS_CAP), min(width, COLUMNS_CAP)
    cells = tuple(
        tuple(number(values[(top + i) * width + left + j]) for j in range(columns))
        for i in range(rows)
    )
    differs = frozenset((k // width - top, k % width - left) for k in wrong)
    return Sheet(index, cells, differs, cut=rows < height or columns < width)


def number(value: Number) -> str:
    """Integers as such, others with four significant digits; `nan` for what is no number."""
    if value is None:
        return "nan"
    if float(value).is_integer() and abs(value) < 1e9:
        return str(int(value))
    return f"{value:.4g}"


def _same(a: Number, b: Number, everything: Sequence[Number]) -> bool:
    if a is None or b is None:
        return a is b
    scale = max((abs(v) for v in everything if v is not None), default=1.0)
    return abs(a - b) <= 1e-5 * max(scale, 1e-12)
