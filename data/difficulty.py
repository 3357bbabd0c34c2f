"""How far colour and position alone get, pixel by pixel, without looking at any neighbour.

    python -m data.difficulty

prints the mean IoU on the validation split of logistic regressions that were fitted to the
training split. A data set on which they do well would teach nothing about convolutions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
IGNORE = 255
PIXELS_OF_AN_IMAGE = 2000


def pixels(folder: Path, most: int | None, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features (colour, row, column; each 0 ... 1) and labels of a split's pixels that count."""
    random = np.random.RandomState(seed)
    features, labels = [], []
    for file in sorted((folder / "images").glob("*.png")):
        colour = np.atleast_3d(np.array(Image.open(file))) / 255
        label = np.array(Image.open(folder / "labels" / file.name))
        place = np.moveaxis(np.indices(label.shape), 0, -1) / np.array(label.shape)
        counted = np.flatnonzero(label != IGNORE)
        if most is not None:
            counted = random.choice(counted, min(most, counted.size), replace=False)
        together = np.concatenate([colour, place], axis=2)
        features.append(together.reshape(label.size, -1)[counted])
        labels.append(label.ravel()[counted])
    return np.concatenate(features), np.concatenate(labels)


def mean_iou(prediction: np.ndarray, target: np.ndarray) -> float:
    figures = [
        np.sum((prediction == k) & (target == k)) / np.sum((prediction == k) | (target == k))
        for k in np.unique(target)
    ]
    return float(np.mean(figures))


def linear(features: np.ndarray) -> np.ndarray:
    return features


def quadratic(features: np.ndarray) -> np.ndarray:
    """The features and all their products by twos."""
    first, second = np.triu_indices(features.shape[1])
    return np.concatenate([features, features[:, first] * features[:, second]], axis=1)


def score(name: str, expand: Callable[[np.ndarray], np.ndarray]) -> float:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    x, y = pixels(HERE / name / "train", PIXELS_OF_AN_IMAGE)
    model.fit(expand(x), y)
    x, y = pixels(HERE / name / "val", None)
    return mean_iou(model.predict(expand(x)), y)


def main() -> None:
    print("mean IoU of logistic regression on colour and position, validation split")
    for name in ("roads", "cells"):
        print(f"{name}: {score(name, linear):.3f} linear, {score(name, quadratic):.3f} quadratic")


if __name__ == "__main__":
    main()
