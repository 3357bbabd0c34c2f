"""Drawings of maps, bins, label maps, scores and of what several trainings did.

맵, 칸, 레이블 맵, 점수, 그리고 여러 네트워크의 학습 결과를 나란히 그리는 도구입니다.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from drawing import (
    BLUE,
    GREEN,
    ORANGE,
    Window,
    caption,
    draw_errors,
    draw_grid,
    draw_image,
    draw_labels,
    outline,
    row_of_axes,
)
from matplotlib import pyplot as plt
from torch import nn
from training import History, Pairs, predicted

LINE_COLOURS = [BLUE, ORANGE, GREEN, "#D55E00", "#CC79A7"]
LINE_STYLES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]
FIGURES = ("pixel accuracy", "mean accuracy", "mean IU", "frequency-weighted IU")


def show_grids(
    grids: Mapping[str, torch.Tensor], windows: Mapping[str, Window] | None = None
) -> None:
    """Maps (H, W) in a row, each under its title, as numbers."""
    _figure, row = row_of_axes(len(grids), width=2.6, height=2.7)
    for axes, (title, values) in zip(row, grids.items(), strict=True):
        draw_grid(axes, values, title, window=(windows or {}).get(title))
    plt.show()


def show_images(
    images: Mapping[str, torch.Tensor],
    borders: torch.Tensor | None = None,
    window: Window | None = None,
) -> None:
    """Images (C, H, W) in a row, each under its title, drawn equally large.

    The borders of a label map are drawn over them, or a window is outlined.
    """
    _figure, row = row_of_axes(len(images))
    for axes, (title, image) in zip(row, images.items(), strict=True):
        draw_image(axes, image, title)
        if borders is not None:
            height, width = borders.shape
            axes.images[0].set_extent((-0.5, width - 0.5, height - 0.5, -0.5))
            axes.contour(borders == 1, levels=[0.5], colors=ORANGE, linewidths=1)
        if window is not None:
            outline(axes, window)
    plt.show()


def bins_seen(
    pool: Callable[[torch.Tensor, int], torch.Tensor], bins: int, size: Sequence[int]
) -> list[Window]:
    """Which rows and columns of a map each bin covers, row by row, asked of the gradient."""
    x = torch.zeros(1, 1, *size, requires_grad=True)
    windows = []
    for mean in pool(x, bins).flatten():
        (gradient,) = torch.autograd.grad(mean, x, retain_graph=True)
        rows, columns = gradient[0, 0].nonzero(as_tuple=True)
        top, left = int(rows.min()), int(columns.min())
        windows.append((top, left, int(rows.max()) - top + 1, int(columns.max()) - left + 1))
    return windows


def show_bins(
    image: torch.Tensor,
    pyramid: Mapping[int, tuple[torch.Tensor, torch.Tensor]],
    windows: Mapping[int, Sequence[Window]],
) -> None:
    """For each number of bins: the image with its bins, their means, and the means resized.

    Neighbouring bins have different colours and lie over one another where they overlap.

    Args:
        image: (C, H, W).
        pyramid: for each number of bins the means (C, bins, bins) and what they become at (H, W).
        windows: for each number of bins where they lie, row by row.
    """
    figure, rows = plt.subplots(3, len(pyramid), squeeze=False, layout="constrained")
    figure.set_size_inches(2.5 * len(pyramid), 5.6)
    low, high = float(image.min()), float(image.max())
    for column, (bins, (means, resized)) in enumerate(pyramid.items()):
        draw_image(rows[0, column], image, f"{bins} × {bins} bins")
        for number, window in enumerate(windows[bins]):
            outline(rows[0, column], window, (ORANGE, BLUE)[sum(divmod(number, bins)) % 2])
        for row, name, pixels in ((1, "their means", means), (2, "resized back", resized)):
            stretched = ((pixels.detach() - low) / (high - low)).clamp(0, 1)
            rows[row, column].imshow(stretched.movedim(0, -1).expand(-1, -1, 3))
            caption(rows[row, column], f"{name}: {pixels.shape[1]} × {pixels.shape[2]}")
    plt.show()


def show_figures(figures: Mapping[str, Sequence[float]]) -> None:
    """The four figures of several predictions, as bars beside each other."""
    _figure, axes = plt.subplots(figsize=(9, 3), layout="constrained")
    width = 0.8 / len(figures)
    for number, (name, values) in enumerate(figures.items()):
        places = [place + (number - (len(figures) - 1) / 2) * width for place in range(4)]
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        bars = axes.bar(places, values, 0.92 * width, label=name, color=colour)
        axes.bar_label(bars, fmt="%.3f", fontsize=8, rotation=90, padding=2)
    axes.set_xticks(range(4), FIGURES)
    axes.set(ylim=(0, 1.3), yticks=[0, 0.25, 0.5, 0.75, 1])
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    plt.show()


def show_label_maps(maps: Mapping[str, torch.Tensor]) -> None:
    """Label maps (H, W) in a row, each under its title."""
    _figure, row = row_of_axes(len(maps))
    for axes, (title, labels) in zip(row, maps.items(), strict=True):
        draw_labels(axes, labels, title)
    plt.show()


def show_paths(paths: Mapping[str, torch.Tensor]) -> None:
    """On how many paths each pixel reaches one output: maps (H, W), white where on none."""
    figure, row = row_of_axes(len(paths))
    most = max(float(each.max()) for each in paths.values())
    for axes, (title, counts) in zip(row, paths.items(), strict=True):
        reached = counts.detach().where(counts > 0, float("nan"))
        shown = axes.imshow(reached, cmap="viridis_r", vmin=0, vmax=most)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(title, fontsize=10)
    if most > 1:
        figure.colorbar(shown, ax=list(row), label="paths to the output", shrink=0.8)
    plt.show()


def show_fields(fields: Mapping[str, Sequence[int]], names: Sequence[str]) -> None:
    """How far an output sees after each layer, a line for each network."""
    _figure, axes = plt.subplots(figsize=(9, 3.2), layout="constrained")
    for number, (label, rows) in enumerate(fields.items()):
        style = {"color": LINE_COLOURS[number], "linestyle": LINE_STYLES[number]}
        marker = "os^D"[number % 4]
        axes.plot(range(len(rows)), rows, marker=marker, markersize=4, label=label, **style)
    axes.set_xticks(range(len(names)), names, rotation=60, fontsize=8)
    axes.set(ylabel="receptive field in rows", ylim=(0, None))
    axes.legend()
    plt.show()


def show_losses(histories: Mapping[str, History]) -> None:
    """The training loss of each network over the processor seconds, smoothed over 20 steps."""
    _figure, axes = plt.subplots(figsize=(9, 3), layout="constrained")
    for number, (name, history) in enumerate(histories.items()):
        steps = min(20, len(history.losses))
        smooth = np.convolve(history.losses, np.ones(steps) / steps, "valid")
        style = {"color": LINE_COLOURS[number], "linestyle": LINE_STYLES[number]}
        label = f"{name}: {history.images} images"
        axes.plot(history.seconds[steps - 1 :], smooth, label=label, **style)
    axes.set(xlabel="processor seconds", ylabel="cross entropy a pixel", ylim=(0, None))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    plt.show()


def show_beside(models: Mapping[str, nn.Module], pairs: Pairs, numbers: Sequence[int]) -> None:
    """For each image: the truth, every network's prediction, and below it its errors."""
    figure, rows = plt.subplots(
        2 * len(numbers), 1 + len(models), squeeze=False, layout="constrained"
    )
    figure.set_size_inches(2.2 * (1 + len(models)), 3.4 * len(numbers))
    for place, number in enumerate(numbers):
        upper, lower = rows[2 * place : 2 * place + 2]
        image, target = pairs[number]
        draw_image(upper[0], image, f"image {number}")
        draw_labels(lower[0], target, "truth")
        for column, (name, model) in enumerate(models.items(), start=1):
            prediction = predicted(model, image)
            draw_labels(upper[column], prediction, name)
            draw_errors(lower[column], prediction, target, "missed blue, wrong orange")
    plt.show()


def show_refined(
    image: torch.Tensor, target: torch.Tensor, probabilities: Mapping[str, torch.Tensor]
) -> None:
    """An image, its truth, and above each prediction of class 1 the probability it comes from."""
    figure, (upper, lower) = plt.subplots(2, 1 + len(probabilities), layout="constrained")
    figure.set_size_inches(2.5 * (1 + len(probabilities)), 4.4)
    draw_image(upper[0], image, "image")
    draw_labels(lower[0], target, "truth")
    for column, (name, q) in enumerate(probabilities.items(), start=1):
        shown = upper[column].imshow(q[1].detach(), cmap="PuOr_r", vmin=0, vmax=1)
        caption(upper[column], name)
        draw_labels(lower[column], q.max(dim=0).indices, "prediction")
    figure.colorbar(shown, ax=list(upper), label="probability of class 1", shrink=0.8)
    plt.show()
