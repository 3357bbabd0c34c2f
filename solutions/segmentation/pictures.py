"""Drawings of images, label maps, scores and what a training did.

영상, 레이블 맵, 점수, 학습 과정을 그리는 도구입니다.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from drawing import (
    BLUE,
    GREEN,
    ORANGE,
    Window,
    caption,
    draw_errors,
    draw_image,
    draw_labels,
    outline,
    row_of_axes,
)
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator
from torch import nn
from torch.nn import functional as F
from training import IGNORE, History, Pairs


def draw_scores(axes: Axes, scores: torch.Tensor, title: str = "") -> AxesImage:
    """One score map (H, W): orange above zero, blue below, white at zero."""
    scores = scores.detach().cpu()
    reach = max(float(scores.abs().max()), 1e-9)
    caption(axes, title)
    return axes.imshow(scores, cmap="PuOr_r", vmin=-reach, vmax=reach)


def show_images(
    images: Mapping[str, torch.Tensor], windows: Mapping[str, Window] | None = None
) -> None:
    """Images (C, H, W) in a row, each under its title, some with a window outlined."""
    _figure, row = row_of_axes(len(images))
    for axes, (title, image) in zip(row, images.items(), strict=True):
        draw_image(axes, image, title)
        if windows and title in windows:
            outline(axes, windows[title])
    plt.show()


def show_pairs(data: Pairs, numbers: Sequence[int]) -> None:
    """Images above their label maps."""
    _figure, (upper, lower) = plt.subplots(
        2, len(numbers), figsize=(2.5 * len(numbers), 4), squeeze=False, layout="constrained"
    )
    for column, number in enumerate(numbers):
        image, label = data[number]
        draw_image(upper[column], image, f"image {number}: {label.shape[0]} × {label.shape[1]}")
        draw_labels(lower[column], label, "label map")
    plt.show()


def show_label_maps(maps: Mapping[str, torch.Tensor]) -> None:
    """Label maps (H, W) in a row, each under its title."""
    _figure, row = row_of_axes(len(maps))
    for axes, (title, labels) in zip(row, maps.items(), strict=True):
        draw_labels(axes, labels, title)
    plt.show()


def show_windows(image: torch.Tensor, scores: torch.Tensor, window: Window, stride: int) -> None:
    """A map and the score that every window of it got, with one window and its score outlined."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    draw_image(left, image, f"map {tuple(image.shape[1:])}, a 7 × 7 window outlined")
    outline(left, window)
    shown = draw_scores(right, scores, f"one answer a window: {tuple(scores.shape)}")
    outline(right, (window[0] // stride, window[1] // stride, 1, 1))
    figure.colorbar(shown, ax=right, label="score of road", shrink=0.8)
    plt.show()


def show_score_maps(image: torch.Tensor, maps: Mapping[str, torch.Tensor]) -> None:
    """An image and score maps (H, W), all of them on one scale."""
    figure, row = row_of_axes(len(maps) + 1)
    draw_image(row[0], image, "image")
    reach = max(float(scores.detach().abs().max()) for scores in maps.values())
    for axes, (title, scores) in zip(row[1:], maps.items(), strict=True):
        shown = draw_scores(axes, scores, title)
        shown.set_clim(-reach, reach)
    figure.colorbar(shown, ax=list(row), label="score of road − of no road", shrink=0.8)
    plt.show()


def show_counts(prediction: torch.Tensor, target: torch.Tensor) -> None:
    """Intersection and union of class 1, as sets of pixels."""
    counted = target != IGNORE
    ours, true = (prediction == 1) & counted, (target == 1) & counted
    _figure, row = row_of_axes(4)
    draw_labels(row[0], target, "truth (white does not count)")
    draw_labels(row[1], prediction, "prediction")
    for axes, title, pixels in (
        (row[2], "intersection", ours & true),
        (row[3], "union", ours | true),
    ):
        draw_labels(
            axes,
            torch.where(counted, pixels.long(), IGNORE),
            f"{title}: {int(pixels.sum())} pixels",
        )
    plt.show()


def show_learning(history: History, title: str) -> None:
    """The losses, and the mean IoU, after every epoch."""
    _figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    epochs = range(1, len(history.val_loss) + 1)
    left.plot(epochs, history.train_loss, "o-", color=BLUE, markersize=3, label="training")
    left.plot(epochs, history.val_loss, "s--", color=ORANGE, markersize=3, label="validation")
    left.set(xlabel="epoch", ylabel="cross entropy a pixel", title=f"{title}: loss", ylim=(0, None))
    left.legend()
    if history.val_iou:
        right.plot(epochs, history.val_iou, "s--", color=ORANGE, markersize=3)
    right.axvline(history.best_epoch + 1, color=GREEN, linestyle=":", label="weights kept")
    right.set(xlabel="epoch", ylabel="mean IoU", title=f"{title}: validation mean IoU", ylim=(0, 1))
    right.legend(loc="lower right")
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    plt.show()


def show_iou(figures: Mapping[str, float], mean: float, title: str) -> None:
    """The IoU of each class as a bar, and their mean as a line."""
    _figure, axes = plt.subplots(figsize=(7, 0.5 * len(figures) + 1.2), layout="constrained")
    bars = axes.barh(list(figures), list(figures.values()), color=BLUE)
    axes.bar_label(bars, fmt="%.3f", label_type="center", color="white")
    axes.axvline(mean, color=ORANGE, linestyle="--", label=f"mean {mean:.3f}")
    axes.set(xlabel="IoU", xlim=(0, 1), title=title)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    plt.show()


@torch.no_grad()
def show_predictions(model: nn.Module, data: Pairs, numbers: Sequence[int]) -> None:
    """Image, truth, prediction and errors, a row for each number."""
    _figure, rows = plt.subplots(
        len(numbers), 4, figsize=(10, 2 * len(numbers)), squeeze=False, layout="constrained"
    )
    for row, number in zip(rows, numbers, strict=True):
        image, target = data[number]
        prediction = predicted(model, image)
        draw_image(row[0], image, f"image {number}: {target.shape[0]} × {target.shape[1]}")
        draw_labels(row[1], target, "truth")
        draw_labels(row[2], prediction, "prediction")
        draw_errors(row[3], prediction, target, "missed (blue), wrong (orange)")
    plt.show()


@torch.no_grad()
def show_errors_by_distance(model: nn.Module, data: Pairs) -> None:
    """The share of wrong pixels, by how far away the nearest true border is."""
    bands = {"1–4": (0, 4), "5–8": (4, 8), "9–16": (8, 16), "17–32": (16, 32)}
    wrong, counted = dict.fromkeys(bands, 0), dict.fromkeys(bands, 0)
    for image, target in data:
        errors = (predicted(model, image) != target) & (target != IGNORE)
        for band, (inner, outer) in bands.items():
            here = _near_border(target, outer) & ~_near_border(target, inner) & (target != IGNORE)
            wrong[band] += int((errors & here).sum())
            counted[band] += int(here.sum())
    shares = [100 * wrong[band] / max(counted[band], 1) for band in bands]
    _figure, axes = plt.subplots(figsize=(6, 2.8), layout="constrained")
    axes.bar_label(axes.bar(list(bands), shares, color=BLUE), fmt="%.1f")
    axes.set(xlabel="distance to the true border in pixels", ylabel="wrong pixels in %")
    axes.margins(y=0.15)
    plt.show()


def _near_border(target: torch.Tensor, reach: int) -> torch.Tensor:
    """Which pixels have one of another label within `reach` rows and columns."""
    if reach == 0:
        return torch.zeros_like(target, dtype=torch.bool)
    return _highest_near(target, reach) != -_highest_near(-target, reach)


def _highest_near(labels: torch.Tensor, reach: int) -> torch.Tensor:
    """The highest of the labels within `reach` rows and columns: first along one, then both."""
    size = 2 * reach + 1
    columns = F.max_pool2d(labels[None, None].float(), (size, 1), 1, (reach, 0))
    return F.max_pool2d(columns, (1, size), 1, (0, reach))[0, 0]


@torch.no_grad()
def predicted(model: nn.Module, image: torch.Tensor) -> torch.Tensor:
    """The label map (H, W) that a network and your `predict_labels` make of one image."""
    from iou import predict_labels

    device = next(model.parameters()).device
    model.eval()
    return predict_labels(model(image[None].to(device)))[0].cpu()
