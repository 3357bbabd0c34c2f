"""Drawing that gives the same pixels on every machine.

Only integers, and float64 with + − × ÷ and square root, each of which IEEE 754 rounds in one way.
No sine, no exponential, no sum of floats, no antialiasing of a library: those differ in a last bit
between machines and versions. Random integers come from numpy's frozen legacy generator (NEP 19).
"""

from __future__ import annotations

import numpy as np

IGNORE = 255  # the label of pixels that do not count


class Dice:
    """Seeded random integers, the same everywhere."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.RandomState(seed)

    def between(self, low: int, high: int) -> int:
        """One of low ... high."""
        return int(self._generator.randint(low, high + 1, dtype=np.int64))

    def chance(self, percent: int) -> bool:
        return self.between(1, 100) <= percent

    def field(self, low: int, high: int, shape: tuple[int, ...]) -> np.ndarray:
        """Independent integers low ... high."""
        return self._generator.randint(low, high + 1, size=shape, dtype=np.int64)


def coordinates(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Each pixel's row and column."""
    rows, columns = np.mgrid[0:height, 0:width]
    return rows.astype(np.int64), columns.astype(np.int64)


def clouds(dice: Dice, height: int, width: int, spacing: int, amplitude: int) -> np.ndarray:
    """Smooth noise, −amplitude ... amplitude: random knots `spacing` apart, bilinear between."""
    shape = (height // spacing + 2, width // spacing + 2)
    knots = dice.field(-amplitude, amplitude, shape)
    rows, columns = coordinates(height, width)
    i, a = rows // spacing, rows % spacing
    j, b = columns // spacing, columns % spacing
    upper = knots[i, j] * (spacing - b) + knots[i, j + 1] * b
    lower = knots[i + 1, j] * (spacing - b) + knots[i + 1, j + 1] * b
    noise: np.ndarray = (upper * (spacing - a) + lower * a) // (spacing * spacing)
    return noise


def border(inside: np.ndarray, reach: int = 1) -> np.ndarray:
    """The pixels within `reach` (up, down, left, right) of a pixel of the other kind."""
    near = np.zeros_like(inside)
    grown, shrunk = inside, inside
    for _ in range(reach):
        grown = grown | _shifted(grown, True)
        shrunk = shrunk & ~_shifted(~shrunk, True)
    near |= grown & ~shrunk
    return near


def _shifted(mask: np.ndarray, value: bool) -> np.ndarray:
    """Where one of the four neighbours has this value; beyond the image there is none."""
    found = np.zeros_like(mask)
    found[1:] |= mask[:-1] == value
    found[:-1] |= mask[1:] == value
    found[:, 1:] |= mask[:, :-1] == value
    found[:, :-1] |= mask[:, 1:] == value
    return found


def as_pixels(values: np.ndarray) -> np.ndarray:
    """Values as bytes, cut at 0 and 255."""
    pixels: np.ndarray = np.clip(values, 0, 255).astype(np.uint8)
    return pixels
