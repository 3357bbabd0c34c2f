"""The embedded data sets: the same bytes everywhere, of the promised form, and not too easy."""

from __future__ import annotations

import hashlib
import io
import re

import numpy as np
import pytest
from PIL import Image

from data import difficulty
from data.make import DATA_SETS, HERE, SUMS, files
from data.png import encode

MOST_BYTES = 6_000_000
EASY = 0.75  # a data set on which colour and position alone reach this would teach nothing


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return dict(files())


def test_the_program_makes_the_committed_bytes(made: dict[str, bytes]) -> None:
    committed = {
        path.relative_to(HERE).as_posix(): path.read_bytes() for path in HERE.rglob("*.png")
    }
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_the_list_of_sums_is_that_of_the_files(made: dict[str, bytes]) -> None:
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in made.items()]
    assert (HERE / SUMS).read_text().splitlines() == sums


def test_all_pictures_together_stay_small(made: dict[str, bytes]) -> None:
    assert sum(map(len, made.values())) <= MOST_BYTES


@pytest.mark.parametrize("data", DATA_SETS, ids=lambda data: data.name)
def test_label_maps_hold_two_classes_and_borders_and_fit_their_images(
    made: dict[str, bytes], data: object
) -> None:
    name = data.name  # type: ignore[attr-defined]
    seen, sizes = set(), set()
    for file, content in made.items():
        if not file.startswith(f"{name}/") or "/labels/" not in file:
            continue
        label = np.array(Image.open(io.BytesIO(content)))
        image = Image.open(io.BytesIO(made[file.replace("labels", "images")]))
        assert image.size == label.shape[::-1], file
        assert image.mode == ("L" if name == "cells" else "RGB"), file
        seen |= set(np.unique(label).tolist())
        sizes.add(label.shape)
    assert seen == {0, 1, 255}
    assert len(sizes) >= 4


def test_no_picture_is_in_two_splits(made: dict[str, bytes]) -> None:
    images = [content for name, content in made.items() if "/images/" in name]
    assert len(set(images)) == len(images)


@pytest.mark.parametrize("shape", [(3, 5), (300, 301), (3, 5, 3)])
def test_a_png_of_ours_is_read_as_what_was_written(shape: tuple[int, ...]) -> None:
    pixels = np.random.RandomState(0).randint(0, 256, shape).astype(np.uint8)
    read = np.array(Image.open(io.BytesIO(encode(pixels))))
    assert np.array_equal(read, pixels)


def test_a_palette_colours_a_label_map_and_leaves_its_numbers() -> None:
    labels = np.array([[0, 1], [1, 0]], dtype=np.uint8)
    picture = Image.open(io.BytesIO(encode(labels, [(0, 0, 0), (230, 159, 0)])))
    assert np.array_equal(np.array(picture), labels)
    assert picture.convert("RGB").getpixel((1, 0)) == (230, 159, 0)


@pytest.mark.parametrize("pixels", [np.zeros((2, 2)), np.zeros((2, 2, 4), np.uint8)])
def test_pixels_that_no_png_of_ours_holds_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="pixels must be uint8"):
        encode(pixels)


@pytest.mark.parametrize("name", ["roads", "cells"])
def test_colour_and_position_alone_score_low_and_as_the_card_says(
    name: str,
) -> None:
    reached = {
        form.__name__: difficulty.score(name, form)
        for form in (difficulty.linear, difficulty.quadratic)
    }
    assert max(reached.values()) < EASY
    card = (HERE / "README.md").read_text()
    row = re.search(rf"^\| `{name}` \|.*$", card, re.MULTILINE)
    assert row is not None
    for value in reached.values():
        # The last figure may differ between versions of scikit-learn's solver.
        assert any(abs(value - float(told)) < 0.002 for told in re.findall(r"0\.\d{3}", row[0]))
