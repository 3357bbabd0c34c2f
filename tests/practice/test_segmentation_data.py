"""The data sets that students are given: the embedded ones, and real ones on small trees."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms import v2

from corpus.paths import ROOT

DATASETS = "torchvision.datasets"


@pytest.fixture(scope="module")
def data(given: dict[str, ModuleType]) -> Any:
    return given["segmentation_data"]


def write(path: Path, pixels: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path)


def photo(height: int = 4, width: int = 6) -> np.ndarray:
    return np.random.RandomState(0).randint(0, 256, (height, width, 3))


# The embedded data sets


@pytest.mark.parametrize(("name", "channels"), [("roads", 3), ("cells", 1)])
@pytest.mark.parametrize("split", ["train", "val"])
def test_a_pair_is_a_standardised_image_and_a_label_map_of_its_size(
    data: Any, name: str, channels: int, split: str
) -> None:
    image, label = getattr(data, name)(split, ROOT / "data")[0]
    assert (image.dtype, label.dtype) == (torch.float32, torch.int64)
    assert image.shape == (channels, *label.shape)
    torch.testing.assert_close(image.mean(), torch.tensor(0.0), atol=1e-4, rtol=0)
    torch.testing.assert_close(image.std(), torch.tensor(1.0), atol=1e-4, rtol=0)
    assert set(label.unique().tolist()) <= {0, 1, 255}


def test_a_data_folder_that_was_not_copied_is_named(data: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"images is not there: copy .* data/ to"):
        data.roads("train", tmp_path)


# Any folder


def test_images_and_masks_of_one_name_are_pairs_whatever_their_endings(
    data: Any, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        write(tmp_path / "photos" / f"{name}.jpg", photo())
        write(tmp_path / "masks" / f"{name}.png", np.full((4, 6), ord(name) - ord("a")))
    write(tmp_path / "masks" / "nobody.png", np.zeros((1, 1)))
    (tmp_path / "photos" / "notes.txt").write_text("no picture")
    pairs = data.image_folder(tmp_path / "photos", tmp_path / "masks", ("other", "cat"))
    assert [label.unique().tolist() for _, label in pairs] == [[0], [1]]


def test_an_image_of_one_colour_gives_no_infinities(data: Any, tmp_path: Path) -> None:
    write(tmp_path / "images" / "a.png", np.full((4, 6), 7))
    write(tmp_path / "masks" / "a.png", np.zeros((4, 6)))
    pairs = data.image_folder(tmp_path / "images", tmp_path / "masks", ("other",), grey=True)
    assert pairs[0][0].isfinite().all()


def test_what_is_wrong_with_a_folder_is_said_in_one_line(data: Any, tmp_path: Path) -> None:
    images, masks = tmp_path / "images", tmp_path / "masks"
    classes = ("other", "cat")

    def refused(error: type[Exception], what: str) -> None:
        with pytest.raises(error, match=what) as raised:
            data.image_folder(images, masks, classes)[0]
        assert "\n" not in str(raised.value)

    refused(FileNotFoundError, "put the images into")
    images.mkdir()
    refused(FileNotFoundError, "put the masks into")
    masks.mkdir()
    refused(FileNotFoundError, "holds no image")
    write(images / "a.png", photo())
    refused(FileNotFoundError, r"has no mask: put a\.png into")
    write(masks / "a.png", np.zeros((4, 5)))
    refused(ValueError, "not of the size of")
    write(masks / "a.png", np.full((4, 6), 2))
    refused(ValueError, r"labels other than 0 \.\.\. 1")
    write(masks / "a.png", photo())
    refused(ValueError, "not of the size of")


# Real data sets, on small trees of their form


def test_pascal_voc_is_read_as_it_is_unpacked(data: Any, tmp_path: Path) -> None:
    root = tmp_path / "VOCdevkit" / "VOC2012"
    write(root / "JPEGImages" / "2007_000032.jpg", photo())
    mask = Image.fromarray(np.array([[0, 1, 20, 255, 0, 0]] * 4, dtype=np.uint8), mode="P")
    mask.putpalette([value for k in range(256) for value in (k, 255 - k, k)])
    (root / "SegmentationClass").mkdir()
    mask.save(root / "SegmentationClass" / "2007_000032.png")
    lists = root / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("2007_000032\n")
    voc = data.pascal_voc("train", tmp_path)
    assert len(voc.classes) == 21
    assert voc[0][1].unique().tolist() == [0, 1, 20, 255]


def test_a_pets_border_does_not_count(data: Any, tmp_path: Path) -> None:
    root = tmp_path / "oxford-iiit-pet"
    write(root / "images" / "Abyssinian_1.jpg", photo())
    write(root / "annotations" / "trimaps" / "Abyssinian_1.png", [[1, 2, 3, 1, 2, 3]] * 4)
    (root / "annotations" / "trainval.txt").write_text("Abyssinian_1 1 1 1\n")
    pets = data.oxford_pets("trainval", tmp_path)
    assert pets[0][1][0].tolist() == [1, 0, 255, 1, 0, 255]


def test_kitti_road_is_magenta_no_road_red_and_black_does_not_count(
    data: Any, tmp_path: Path
) -> None:
    root = tmp_path / "data_road" / "training"
    colours = [[255, 0, 255], [255, 0, 0], [0, 0, 0]]
    for scene in ("um", "umm", "uu"):
        write(root / "image_2" / f"{scene}_000000.png", photo(2, 3))
        write(root / "gt_image_2" / f"{scene}_road_000000.png", [colours] * 2)
    write(root / "gt_image_2" / "um_lane_000000.png", np.zeros((2, 3, 3)))
    road = data.kitti_road(tmp_path)
    assert len(road) == 3
    assert road[0][1][0].tolist() == [1, 0, 255]


def test_a_kitti_image_without_its_mask_is_named(data: Any, tmp_path: Path) -> None:
    root = tmp_path / "data_road" / "training"
    write(root / "image_2" / "um_000000.png", photo())
    (root / "gt_image_2").mkdir()
    with pytest.raises(FileNotFoundError, match=r"um_road_000000\.png is not there"):
        data.kitti_road(tmp_path)


@pytest.mark.parametrize(
    ("name", "arguments", "file"),
    [
        ("pascal_voc", ("train",), "VOCtrainval_11-May-2012.tar"),
        ("oxford_pets", ("trainval",), "annotations.tar.gz"),
        ("kitti_road", (), "data_road.zip"),
    ],
)
def test_without_a_data_set_one_line_says_which_file_to_put_where(
    data: Any, tmp_path: Path, name: str, arguments: tuple[str, ...], file: str
) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        getattr(data, name)(*arguments, tmp_path)
    message = str(raised.value)
    assert "\n" not in message
    assert file in message
    assert str(tmp_path) in message


@pytest.mark.parametrize(
    ("name", "split", "source"),
    [
        ("pascal_voc", "train", f"{DATASETS}.voc.download_and_extract_archive"),
        ("oxford_pets", "trainval", f"{DATASETS}.oxford_iiit_pet.download_and_extract_archive"),
    ],
)
def test_a_download_that_fails_says_the_same_line(
    data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, split: str, source: str
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(source, unreachable)
    with pytest.raises(FileNotFoundError, match=r"no route to host.*: put .* unpack"):
        getattr(data, name)(split, tmp_path, download=True)


def test_labels_are_resized_at_the_centres_only_where_that_is_asked_for() -> None:
    # The handout says so, for torchvision 0.29: findings/torchvision-resize-shifts-masks.sh
    columns = tv_tensors.Mask(torch.arange(12, dtype=torch.uint8).expand(10, 12))
    usual = v2.Resize((4, 3))(columns)
    centred = v2.Resize((4, 3), interpolation=v2.InterpolationMode.NEAREST_EXACT)(columns)
    assert usual[0].tolist() == [0, 4, 8]
    assert centred[0].tolist() == [2, 6, 10]
