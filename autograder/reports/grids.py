"""Tensors as a person would write them on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from autograder.document.result import Grid

Number = float | int | None
# Rows and columns of a slice that a terminal has room for.
CAP = 12


@dataclass(frozen=True)
class Sheet:
    """One two-dimensional slice: its index among the leading axes, its rows of cells.

    `cut` says that rows or columns were left out; `differs` marks cells that are not as in
    the grid it was compared with, and `theirs` are the cells of that one.
    """

    index: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    theirs: tuple[tuple[str, ...], ...]
    differs: frozenset[tuple[int, int]]
    cut: bool

    @property
    def width(self) -> int:
        """Characters of the longest row, with room between its cells."""
        return max((sum(len(cell) + 2 for cell in row) for row in self.rows), default=0)

    def marked(self) -> tuple[tuple[str, ...], ...]:
        """The cells in columns of one width, those that differ in brackets."""
        width = max((len(cell) for row in self.rows for cell in row), default=1) + 2
        return tuple(
            tuple(
                (f"[{cell}]" if (i, j) in self.differs else f" {cell} ").rjust(width)
                for j, cell in enumerate(row)
            )
            for i, row in enumerate(self.rows)
        )


def sheets(grid: Grid, other: Grid | None = None, cap: int = CAP) -> list[Sheet]:
    """The slices of a grid; with `other`, of the same shape, cells that differ are marked."""
    if not grid.values:
        return []
    height, width = plane(grid)
    theirs = grid.values
    if other is not None and other.shape == grid.shape and other.values is not None:
        theirs = other.values
    found = []
    for index, start in zip(
        product(*map(range, grid.shape[:-2])),
        range(0, len(grid.values), height * width),
        strict=True,
    ):
        end = start + height * width
        wrong = [
            k
            for k in range(height * width)
            if not same(grid.values[start + k], theirs[start + k], grid.values)
        ]
        window = _window(wrong, height, width, cap)
        found.append(
            Sheet(
                index,
                _cells(grid.values[start:end], width, window),
                _cells(theirs[start:end], width, window),
                frozenset((k // width - window.top, k % width - window.left) for k in wrong),
                cut=window.rows < height or window.columns < width,
            )
        )
    return found


def telling(found: Sequence[Sheet], cap: int) -> list[Sheet]:
    """At most `cap` of the slices, in order; those with a difference are preferred."""
    preferred = sorted(found, key=lambda sheet: not sheet.differs)[:cap]
    return sorted(preferred, key=lambda sheet: sheet.index)


def form(grid: Grid, *, typed: bool = True) -> str:
    """The shape as people write it, and the dtype where it is worth a word."""
    shape = "×".join(map(str, grid.shape)) or "scalar"
    return f"{shape} {grid.dtype}" if typed else shape


def plane(grid: Grid) -> tuple[int, int]:
    """Height and width of a slice; a vector is one row."""
    height, width = (1, 1, *grid.shape)[-2:]
    return height, width


@dataclass(frozen=True)
class _Window:
    top: int
    left: int
    rows: int
    columns: int


def _window(wrong: Sequence[int], height: int, width: int, cap: int) -> _Window:
    """The part of a slice that is shown: one that holds the first difference."""
    row, column = divmod(wrong[0], width) if wrong else (0, 0)
    return _Window(
        top=max(0, min(row - 1, height - cap)),
        left=max(0, min(column - 1, width - cap)),
        rows=min(height, cap),
        columns=min(width, cap),
    )


def _cells(values: Sequence[Number], width: int, window: _Window) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(
            number(values[(window.top + i) * width + window.left + j])
            for j in range(window.columns)
        )
        for i in range(window.rows)
    )


def number(value: Number) -> str:
    """Integers as such, others with four significant digits; `nan` for what is no number."""
    if value is None:
        return "nan"
    if float(value).is_integer() and abs(value) < 1e9:
        return str(int(value))
    return f"{value:.4g}"


def same(a: Number, b: Number, everything: Sequence[Number]) -> bool:
    """Whether two values are one to the eye; `everything` gives the scale."""
    if a is None or b is None:
        return a is b
    scale = max((abs(v) for v in everything if v is not None), default=1.0)
    return abs(a - b) <= 1e-5 * max(scale, 1e-12)
