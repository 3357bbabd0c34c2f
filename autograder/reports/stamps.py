"""A transposed convolution step by step: each input value stamps its kernel, stamps add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

from autograder.document.result import Counterexample, Grid
from autograder.reports.lost_check import number, same

# More steps, or wider ones, than a person follows with a finger are not drawn.
STEPS_CAP = 9
WIDTH_CAP = 9

Map = list[list[float]]


@dataclass(frozen=True)
class Cell:
    """A cell of the output after a step: `text` is a sum where stamps overlap.

    `wrong` says that the student's number for this cell is another in the end.
    """

    text: str
    stamped: bool
    wrong: bool


@dataclass(frozen=True)
class Step:
    """The stamp of one input value; row and column count from 1."""

    row: int
    column: int
    value: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Sum:
    """All that reaches one cell of the output, where the student's number is another."""

    row: int
    column: int
    products: tuple[str, ...]
    right: str
    got: str


@dataclass(frozen=True)
class Stamps:
    steps: tuple[Step, ...]
    wrong: tuple[Sum, ...]


def stamps(example: Counterexample) -> Stamps | None:
    """The steps behind what was expected, where they are to be drawn and few enough to follow.

    That is one map, one kernel, no padding and no bias: then, and only then, the stamps add up
    to what was expected. The stride follows from the sizes.
    """
    if example.drawing != "stamps":
        return None
    x, kernel = _map(example, "x"), _map(example, "weight")
    right = _as_map(example.expected)
    if x is None or kernel is None or right is None or len(x) * len(x[0]) > STEPS_CAP:
        return None
    if len(right) > WIDTH_CAP or len(right[0]) > WIDTH_CAP:
        return None
    stride = (
        _stride(len(right), len(x), len(kernel)),
        _stride(len(right[0]), len(x[0]), len(kernel[0])),
    )
    got = _as_map(example.got)
    if got is None or (len(got), len(got[0])) != (len(right), len(right[0])):
        got = right
    wrong = _differing(got, right)
    steps, total = _steps(x, kernel, stride, (len(right), len(right[0])), wrong)
    if _differing(total, right):
        return None
    sums = tuple(
        Sum(
            row + 1,
            column + 1,
            _products(x, kernel, stride, row, column),
            number(right[row][column]),
            number(got[row][column]),
        )
        for row, column in wrong
    )
    return Stamps(steps, sums)


def _map(example: Counterexample, name: str) -> Map | None:
    return next((_as_map(grid) for grid in example.inputs if grid.name == name), None)


def _as_map(grid: Grid | None) -> Map | None:
    """The rows of a grid that is one map of one channel, all of it numbers."""
    if grid is None or len(grid.shape) != 4 or grid.shape[:2] != (1, 1) or not grid.values:
        return None
    if None in grid.values:
        return None
    values = [float(value) for value in cast(Sequence[float], grid.values)]
    width = grid.shape[3]
    return [values[start : start + width] for start in range(0, len(values), width)]


def _stride(size: int, stamped: int, kernel: int) -> int:
    """The s of size = (stamped − 1)·s + kernel; a single stamp has none."""
    return max(1, (size - kernel) // (stamped - 1)) if stamped > 1 else 1


def _steps(
    x: Map,
    kernel: Map,
    stride: tuple[int, int],
    size: tuple[int, int],
    wrong: Sequence[tuple[int, int]],
) -> tuple[tuple[Step, ...], Map]:
    total = [[0.0] * size[1] for _ in range(size[0])]
    touched: set[tuple[int, int]] = set()
    steps = []
    for (i, j), value in _entries(x):
        stamp = {
            (i * stride[0] + a, j * stride[1] + b): value * weight
            for (a, b), weight in _entries(kernel)
        }
        rows = tuple(
            tuple(
                Cell(
                    _text(total[r][c], stamp.get((r, c)), (r, c) in touched),
                    stamped=(r, c) in stamp,
                    wrong=(r, c) in wrong,
                )
                for c in range(size[1])
            )
            for r in range(size[0])
        )
        steps.append(Step(i + 1, j + 1, number(value), rows))
        for (r, c), added in stamp.items():
            if r < size[0] and c < size[1]:
                total[r][c] += added
                touched.add((r, c))
    return tuple(steps), total


def _text(before: float, added: float | None, touched: bool) -> str:
    if added is None:
        return number(before) if touched else ""
    return _joined(number(before), number(added)) if touched else number(added)


def _joined(*terms: str) -> str:
    """The terms of a sum; negative ones bring their own sign."""
    first, *others = terms
    return first + "".join(f"−{t[1:]}" if t.startswith("-") else f"+{t}" for t in others)


def _differing(ours: Map, theirs: Map) -> list[tuple[int, int]]:
    scale = max(abs(value) for row in theirs for value in row)
    return [(r, c) for (r, c), v in _entries(ours) if not same(v, theirs[r][c], scale)]


def _products(
    x: Map, kernel: Map, stride: tuple[int, int], row: int, column: int
) -> tuple[str, ...]:
    found = []
    for (i, j), value in _entries(x):
        a, b = row - i * stride[0], column - j * stride[1]
        if 0 <= a < len(kernel) and 0 <= b < len(kernel[0]):
            found.append(f"{number(value)}·{number(kernel[a][b])}")
    return tuple(found)


def _entries(rows: Map) -> list[tuple[tuple[int, int], float]]:
    return [((i, j), rows[i][j]) for i, j in product(range(len(rows)), range(len(rows[0])))]
