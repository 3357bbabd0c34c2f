"""Street scenes: a road in perspective, and much that has its colour and is no road.

Classes: 0 is no road, 1 is road. Paved squares, house fronts and an overcast sky may have the very
colour of the asphalt, and the road may lie anywhere; what tells it apart is that it is smooth,
that it has markings and a kerb, and how it runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.drawing import IGNORE, Dice, as_pixels, border, clouds, coordinates

ROAD = 1
FAR = 1400  # from here on a road is a line of a pixel or two, which nobody could trace
CAR_COLOURS = ((200, 40, 40), (40, 70, 190), (225, 225, 230), (240, 180, 30), (30, 30, 35))
CAMERA_HEIGHT = 150  # in the unit of the ground, of which a lane is 100 wide


@dataclass(frozen=True)
class Ground:
    """Where each pixel below the horizon lies on the ground: to the side, and how far away."""

    below: np.ndarray
    side: np.ndarray
    away: np.ndarray


def scene(seed: int, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """An image (H, W, 3) and its label map (H, W), both uint8."""
    dice = Dice(seed)
    ground, half_width, road = _place_road(dice, height, width)

    asphalt = _grey(dice)
    image = _sky(dice, asphalt, height, width)
    _houses(dice, image, ground, asphalt)
    _roadside(dice, image, ground, asphalt)
    _lay_road(dice, image, ground, road, half_width, asphalt)
    _shadows(dice, image, ground)

    label = np.where(road, ROAD, 0).astype(np.uint8)
    label[border(road, 2) & ground.below] = IGNORE
    label[road & (ground.away > FAR)] = IGNORE
    for _ in range(dice.between(0, 2)):
        _car(dice, image, label, ground, half_width)
    light = 256 + clouds(dice, height, width, 64, 40)
    image = image * light[:, :, None] // 256 + dice.field(-7, 7, image.shape)
    return as_pixels(image), label


def _place_road(dice: Dice, height: int, width: int) -> tuple[Ground, int, np.ndarray]:
    """A view of the ground and a road on it that covers a fair part of the image."""
    while True:
        ground = _look_down(dice, height, width)
        half_width = dice.between(100, 190)
        road = ground.below & (np.abs(ground.side) <= half_width)
        percent = 100 * int(road.sum()) // road.size
        if 15 <= percent <= 60:
            return ground, half_width, road


def _look_down(dice: Dice, height: int, width: int) -> Ground:
    """The ground seen by a camera that looks a little down, a road bending under it."""
    rows, columns = coordinates(height, width)
    horizon = height * dice.between(12, 45) // 100
    vanishing = width * dice.between(0, 100) // 100
    offset = dice.between(-150, 150)  # the camera need not stand on the road
    bend = dice.between(-30, 30) / 100_000
    focal = (height + width) * dice.between(30, 45) / 100
    depth = np.maximum(rows - horizon, 0) + 0.5
    away = focal * CAMERA_HEIGHT / depth
    side = (columns - vanishing) * away / focal - offset - bend * away * away
    return Ground(rows - horizon >= 2, side, away)


def _grey(dice: Dice) -> np.ndarray:
    """A colour that roads have: grey, now and then bluish, brownish or nearly white."""
    value = dice.between(70, 175)
    return value + np.array([dice.between(-10, 14), dice.between(-6, 6), dice.between(-14, 12)])


def _sky(dice: Dice, asphalt: np.ndarray, height: int, width: int) -> np.ndarray:
    blue = np.array([dice.between(120, 170), dice.between(160, 200), dice.between(200, 245)])
    colour = asphalt + dice.between(-8, 25) if dice.chance(50) else blue
    sky: np.ndarray = colour + clouds(dice, height, width, 24, 14)[:, :, None]
    return sky


def _houses(dice: Dice, image: np.ndarray, ground: Ground, asphalt: np.ndarray) -> None:
    """House fronts along the horizon, with rows of windows."""
    height, width = image.shape[:2]
    rows, columns = coordinates(height, width)
    horizon = int(height - ground.below[:, 0].sum())
    left = -dice.between(0, 20)
    while left < width:
        right = left + dice.between(18, 60)
        roof = horizon - horizon * dice.between(10, 95) // 100
        front = (columns >= left) & (columns < right) & (rows >= roof) & (rows < horizon)
        red = np.array([dice.between(130, 190), dice.between(80, 120), dice.between(70, 110)])
        colour = asphalt + dice.between(-15, 15) if dice.chance(60) else red
        image[front] = colour
        windows = front & ((columns - left) % 9 >= 5) & ((rows - roof) % 10 >= 5)
        image[windows] = colour - dice.between(35, 60)
        left = right + dice.between(0, 30)


def _roadside(dice: Dice, image: np.ndarray, ground: Ground, asphalt: np.ndarray) -> None:
    """On either side, each for itself: a paved square of the road's grey, or grass."""
    height, width = image.shape[:2]
    grass = np.array([dice.between(70, 110), dice.between(105, 145), dice.between(45, 80)])
    rough = clouds(dice, height, width, 5, 22) + dice.field(-12, 12, (height, width))
    for here in (ground.below & (ground.side < 0), ground.below & (ground.side >= 0)):
        if not dice.chance(60):
            image[here] = (grass + rough[:, :, None])[here]
            continue
        stone = asphalt + dice.between(-6, 6)
        image[here] = (stone + dice.field(-6, 6, (height, width))[:, :, None])[here]
        size = dice.between(34, 60)
        slab = np.floor(ground.side / size).astype(np.int64)
        row = np.floor(ground.away / size).astype(np.int64)
        # Slabs are not all alike, and between them are joints.
        shade = (slab * 7919 + row * 104729) % 29 - 14
        image[here] += shade[:, :, None][here]
        joint = here & ((ground.side - slab * size < 7) | (ground.away - row * size < 7))
        image[joint & (ground.away < 1500)] -= dice.between(38, 55)


def _lay_road(
    dice: Dice,
    image: np.ndarray,
    ground: Ground,
    road: np.ndarray,
    half_width: int,
    asphalt: np.ndarray,
) -> None:
    height, width = road.shape
    worn = clouds(dice, height, width, 16, 9) + dice.field(-5, 5, road.shape)
    image[road] = (asphalt + worn[:, :, None])[road]
    for _ in range(dice.between(0, 3)):  # mended patches
        start, left = dice.between(150, 900), dice.between(-half_width, half_width)
        patch = road & (ground.away > start) & (ground.away < start + dice.between(80, 300))
        patch &= (ground.side > left) & (ground.side < left + dice.between(30, 90))
        image[patch] -= dice.between(15, 40)
    paint = np.array([235, 232, 225]) if dice.chance(70) else np.array([230, 190, 70])
    period = dice.between(120, 260)
    dash = ground.away - np.floor(ground.away / period) * period < period * 0.55
    middle = (np.abs(ground.side) < 5) & dash
    edge = np.abs(np.abs(ground.side) - (half_width - 14)) < 4
    painted = road & (middle | edge) & (ground.away < 2500)
    if dice.chance(95):
        image[painted] = (paint - 10 + dice.field(-12, 12, road.shape)[:, :, None])[painted]
    kerb = ground.below & ~road & (np.abs(ground.side) < half_width + 9)
    image[kerb] = asphalt + dice.between(25, 45)


def _shadows(dice: Dice, image: np.ndarray, ground: Ground) -> None:
    """Shadows of what stands beside the road, over road and roadside alike."""
    for _ in range(dice.between(0, 3)):
        start, length = dice.between(120, 1200), dice.between(60, 350)
        slant = dice.between(-80, 80) / 100
        along = ground.away + slant * ground.side
        dark = ground.below & (along > start) & (along < start + length)
        dark &= ground.side * dice.between(-1, 1) < dice.between(20, 200)
        image[dark] = image[dark] * dice.between(50, 70) // 100


def _car(dice: Dice, image: np.ndarray, label: np.ndarray, ground: Ground, half_width: int) -> None:
    """A car seen from behind, standing on the road; it is no road."""
    height, width = label.shape
    lane = dice.between(-half_width * 6 // 10, half_width * 6 // 10)
    row = height - 1 - dice.between(2, height // 2)
    if not ground.below[row, 0] or ground.away[row, 0] > 1500:
        return
    column = int(np.abs(ground.side[row] - lane).argmin())
    size = int(60 * (ground.side[row, 1] - ground.side[row, 0]) ** -1)
    if size < 6 or abs(ground.side[row, column] - lane) > 30:
        return
    top, left, right = row - size * 3 // 4, column - size // 2, column + size // 2
    rows, columns = coordinates(height, width)
    body = (rows > top) & (rows <= row) & (columns > left) & (columns <= right)
    paint = np.array(CAR_COLOURS[dice.between(0, len(CAR_COLOURS) - 1)])
    image[body] = paint
    glass = body & (rows < top + size // 3) & (columns > left + 2) & (columns <= right - 2)
    image[glass] = np.array([40, 50, 60])
    wheels = body & (rows > row - size // 8) & (np.abs(columns - column) > size // 4)
    image[wheels] = 20
    label[body] = 0
    label[border(body) & (label != 0)] = IGNORE
