"""Cell cultures under a microscope: cells that touch, thin membranes, noise, uneven light.

Classes: 0 is background and membrane, 1 is cell. Inside a cell a nucleus has a rim as dark as a
membrane, and gaps between cells are as bright as cells: neither brightness nor a dark line alone
decides.
"""

from __future__ import annotations

import numpy as np

from data.drawing import IGNORE, Dice, as_pixels, border, clouds, coordinates

CELL = 1


def culture(seed: int, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """An image (H, W) and its label map (H, W), both uint8."""
    dice = Dice(seed)
    rows, columns = coordinates(height, width)
    # Membranes are wavy because the distances are taken in a bent plane.
    rows = rows + clouds(dice, height, width, 20, 6)
    columns = columns + clouds(dice, height, width, 20, 6)
    centres, alive = _colony(dice, height, width)
    nearest, to_neighbour = _nearest(centres, rows, columns)
    membrane = to_neighbour < 1.5
    cell = alive[nearest] & ~membrane
    # Around a gap the membrane belongs to the last cell that touches it.
    gap = ~alive[nearest] & ~membrane

    brightness = dice.between(120, 150) + dice.field(-22, 22, (len(centres),))[nearest]
    grain = clouds(dice, height, width, 3, 26) + clouds(dice, height, width, 7, 12)
    image = brightness + np.where(cell, grain, grain // 4)
    _nuclei(dice, image, centres, alive, nearest, cell, rows, columns)
    image[membrane] = dice.between(55, 75)
    image = np.where(gap, dice.between(115, 160) + grain // 5, image)
    image = _blurred(image)

    light = 256 + clouds(dice, height, width, 80, 110)
    image = image * light // 256 + dice.field(-16, 16, image.shape)
    label = np.where(cell, CELL, 0).astype(np.uint8)
    label[border(cell) & ~membrane] = IGNORE
    return as_pixels(image), label


def _colony(dice: Dice, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Where cells lie, on a shaken grid that reaches beyond the image; and which of them live."""
    spacing = dice.between(20, 30)
    grid = [
        (row + dice.between(-6, 6), column + dice.between(-6, 6) + (row // spacing % 2) * 10)
        for row in range(-spacing, height + 2 * spacing, spacing)
        for column in range(-spacing, width + 2 * spacing, spacing)
    ]
    alive = np.array([dice.chance(82) for _ in grid])
    return np.array(grid, dtype=np.int64), alive


def _nearest(
    centres: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each pixel's nearest centre, and how far the line is to which the next one is as near."""
    far = np.int64(1) << 40
    first = np.full(rows.shape, far)
    second = np.full(rows.shape, far)
    nearest = np.zeros(rows.shape, dtype=np.int64)
    runner_up = np.zeros(rows.shape, dtype=np.int64)
    for number, (row, column) in enumerate(centres):
        distance = (rows - row) * (rows - row) + (columns - column) * (columns - column)
        closer = distance < first
        between = ~closer & (distance < second)
        runner_up = np.where(closer, nearest, np.where(between, number, runner_up))
        second = np.where(closer, first, np.where(between, distance, second))
        nearest = np.where(closer, number, nearest)
        first = np.where(closer, distance, first)
    apart = centres[nearest] - centres[runner_up]
    # |p − b|² − |p − a|² is twice |a − b| times the distance of p from the bisector of a and b.
    twice = 2 * np.sqrt((apart * apart).sum(axis=-1).astype(np.float64))
    return nearest, (second - first) / twice


def _nuclei(
    dice: Dice,
    image: np.ndarray,
    centres: np.ndarray,
    alive: np.ndarray,
    nearest: np.ndarray,
    cell: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
) -> None:
    """In every cell a nucleus with a dark rim."""
    radius = dice.field(3, 5, (len(centres),))[nearest]
    off = dice.field(-3, 3, (len(centres), 2))
    middle = (centres + off)[nearest]
    down, right = rows - middle[..., 0], columns - middle[..., 1]
    squared = down * down + right * right
    rim = cell & (squared <= (radius + 1) * (radius + 1))
    inside = cell & (squared <= (radius - 1) * (radius - 1))
    image[rim] = 70
    image[inside] = 105


def _blurred(image: np.ndarray) -> np.ndarray:
    """The microscope's softness: a 3 × 3 binomial filter."""
    padded = np.pad(image, 1, mode="edge")
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    blurred: np.ndarray = (across[:-2] + 2 * across[1:-1] + across[2:]) // 16
    return blurred
