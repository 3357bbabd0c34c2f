"""Data sets of images and label maps: the two that come along, and real ones of the same form.

영상과 레이블 맵의 데이터셋입니다. 함께 제공하는 두 가지와, 같은 방식으로 읽는 실제 데이터셋이
있습니다.

Every data set gives pairs (image, label): the image is float32 (C, H, W), shifted and scaled to
mean 0 and standard deviation 1; the label map is int64 (H, W), and 255 marks pixels that do not
count. Sizes differ from pair to pair, so the batch size is 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset

DATA = Path(__file__).resolve().parent / "data"
IGNORE = 255
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff")

ToLabels = Callable[[np.ndarray], np.ndarray]


@dataclass
class ImagesAndMasks(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Pairs of image and mask files.

    Args:
        pairs: the files.
        classes: the classes' names, in the order of their labels.
        to_labels: makes a label map out of the mask's pixels; by default a mask holds labels.
        grey: whether images have one channel, not three.
    """

    pairs: Sequence[tuple[Path, Path]]
    classes: tuple[str, ...]
    to_labels: ToLabels = np.asarray
    grey: bool = False

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        from PIL import Image

        image_file, mask_file = self.pairs[index]
        with Image.open(image_file) as opened:
            pixels = np.array(opened.convert("L" if self.grey else "RGB"), dtype=np.float32)
        with Image.open(mask_file) as opened:
            labels = self.to_labels(np.array(opened))
        if labels.shape != pixels.shape[:2]:
            raise ValueError(f"{mask_file} is not of the size of {image_file}")
        if not np.isin(labels, [*range(len(self.classes)), IGNORE]).all():
            raise ValueError(f"{mask_file} holds labels other than 0 ... {len(self.classes) - 1}")
        image = torch.from_numpy(pixels).reshape(*labels.shape, -1).permute(2, 0, 1)
        image = (image - image.mean()) / image.std().clamp_min(1)
        return image.contiguous(), torch.from_numpy(labels.astype(np.int64))


def roads(split: str, root: Path = DATA) -> ImagesAndMasks:
    """Street scenes of different sizes: split "train" or "val"."""
    return _embedded(root / "roads" / split, ("no road", "road"))


def cells(split: str, root: Path = DATA) -> ImagesAndMasks:
    """Cells that touch, under a microscope, in grey: split "train" or "val"."""
    return _embedded(root / "cells" / split, ("background", "cell"), grey=True)


def _embedded(root: Path, classes: tuple[str, ...], grey: bool = False) -> ImagesAndMasks:
    _need(root / "images", f"copy the assignment's folder data/ to {root.parents[1]}")
    return image_folder(root / "images", root / "labels", classes, grey=grey)


def image_folder(
    images: Path,
    masks: Path,
    classes: tuple[str, ...],
    to_labels: ToLabels = np.asarray,
    grey: bool = False,
) -> ImagesAndMasks:
    """Any two folders: an image and its mask have the same name, whatever their endings.

    이름이 같은 영상과 마스크를 짝지어 읽습니다. 여러분의 사진으로도 할 수 있습니다.
    """
    _need(images, f"put the images into {images}")
    _need(masks, f"put the masks into {masks}")
    found = {mask.stem: mask for mask in sorted(masks.iterdir()) if _is_picture(mask)}
    chosen = [image for image in sorted(images.iterdir()) if _is_picture(image)]
    if not chosen:
        raise FileNotFoundError(f"{images} holds no image ({', '.join(PICTURES)})")
    for image in chosen:
        if image.stem not in found:
            raise FileNotFoundError(f"{image} has no mask: put {image.stem}.png into {masks}")
    pairs = [(image, found[image.stem]) for image in chosen]
    return ImagesAndMasks(pairs, classes, to_labels, grey)


VOC_CLASSES = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat"),
    *("chair", "cow", "dining table", "dog", "horse", "motorbike", "person", "potted plant"),
    *("sheep", "sofa", "train", "tv monitor"),
)


def pascal_voc(split: str, root: Path = DATA, download: bool = False) -> ImagesAndMasks:
    """PASCAL VOC 2012, 21 classes: split "train", "val" or "trainval"."""
    from torchvision.datasets import VOCSegmentation

    what = (
        f"put VOCtrainval_11-May-2012.tar into {root} and unpack it there, so that "
        f"{root / 'VOCdevkit' / 'VOC2012'} exists"
    )
    voc = _or_say(
        lambda: VOCSegmentation(root, year="2012", image_set=split, download=download), what
    )
    pairs = [(Path(image), Path(mask)) for image, mask in zip(voc.images, voc.masks, strict=True)]
    return ImagesAndMasks(pairs, VOC_CLASSES)


def oxford_pets(split: str, root: Path = DATA, download: bool = False) -> ImagesAndMasks:
    """Oxford-IIIT Pet, pets and what is behind them: split "trainval" or "test"."""
    from torchvision.datasets import OxfordIIITPet

    folder = root / "oxford-iiit-pet"
    what = (
        f"put images.tar.gz and annotations.tar.gz into {folder} and unpack them there, so that "
        f"{folder / 'images'} and {folder / 'annotations'} exist"
    )
    pets = _or_say(
        lambda: OxfordIIITPet(root, split, target_types="segmentation", download=download), what
    )
    # The data set knows its masks by a name that begins with an underscore.
    trimaps = folder / "annotations" / "trimaps"
    pairs = [(Path(image), trimaps / f"{Path(image).stem}.png") for image in pets._images]
    return ImagesAndMasks(pairs, ("background", "pet"), _trimap_labels)


def _trimap_labels(trimap: np.ndarray) -> np.ndarray:
    """1 is pet, 2 is background, 3 is the border between them."""
    return np.choose(np.clip(trimap, 0, 3), [IGNORE, 1, 0, IGNORE])


def kitti_road(root: Path = DATA) -> ImagesAndMasks:
    """KITTI road, its training images (the others' masks are not public)."""
    folder = root / "data_road" / "training"
    what = f"put data_road.zip into {root} and unpack it there, so that {folder} exists"
    _need(folder / "image_2", what)
    _need(folder / "gt_image_2", what)
    pairs = []
    for image in sorted((folder / "image_2").glob("*.png")):
        scene, number = image.stem.split("_")  # um_000012 is masked by um_road_000012
        mask = folder / "gt_image_2" / f"{scene}_road_{number}.png"
        _need(mask, what)
        pairs.append((image, mask))
    return ImagesAndMasks(pairs, ("no road", "road"), _kitti_labels)


def _kitti_labels(mask: np.ndarray) -> np.ndarray:
    """Red is no road, magenta is road, black does not count."""
    red, blue = mask[..., 0] > 127, mask[..., 2] > 127
    return np.where(red, np.where(blue, 1, 0), IGNORE)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURES


def _need(path: Path, what: str) -> None:
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: {what}")


def _or_say(open_it: Callable[[], Dataset], what: str) -> Dataset:
    """Open a data set of torchvision's; where that fails, one line says what to put where."""
    try:
        return open_it()
    except (OSError, RuntimeError) as error:  # not there, or the download failed
        raise FileNotFoundError(f"{error}: {what}".replace("\n", " ")) from None
