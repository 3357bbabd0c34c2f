"""Make the embedded data sets, the same bytes on any machine.

    python -m data.make [--into FOLDER]

writes roads/ and cells/ with their images and label maps, and SHA256SUMS.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.culture import culture
from data.png import encode
from data.street import scene

HERE = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"

# The colours of label maps, as they look in any viewer: class 0, class 1, ..., and 255 ignored.
# Blue and orange are far apart for every kind of colour vision.
PALETTE = [(0, 0, 0), (230, 159, 0), *[(86, 180, 233)] * 253, (255, 255, 255)]

Picture = Callable[[int, int, int], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class DataSet:
    """A folder of pictures: who draws them, how large (height, width in turn), and how many."""

    name: str
    draw: Picture
    sizes: tuple[tuple[int, int], ...]
    train: int
    val: int
    seed: int


DATA_SETS = (
    DataSet(
        "roads",
        scene,
        ((104, 184), (120, 160), (136, 136), (152, 112), (96, 208), (128, 176)),
        train=48,
        val=12,
        seed=24_000,
    ),
    DataSet(
        "cells",
        culture,
        # Multiples of 16, which a U-Net with padding halves four times without a remainder.
        ((128, 160), (144, 144), (160, 112), (112, 176)),
        train=16,
        val=8,
        seed=42_000,
    ),
)


def files() -> Iterator[tuple[str, bytes]]:
    """Every file of the data sets: its path below data/ and its bytes."""
    for data in DATA_SETS:
        for number in range(data.train + data.val):
            split = "train" if number < data.train else "val"
            image, label = data.draw(data.seed + number, *data.sizes[number % len(data.sizes)])
            yield f"{data.name}/{split}/images/{number:03}.png", encode(image)
            yield f"{data.name}/{split}/labels/{number:03}.png", encode(label, PALETTE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=HERE, help="by default, data/ itself")
    into = parser.parse_args().into
    sums = []
    for name, content in files():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    (into / SUMS).write_text("".join(sums))
    print(f"{len(sums)} files in {into}")


if __name__ == "__main__":
    main()
