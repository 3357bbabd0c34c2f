"""Axes with an image, a label map, errors or numbers in cells: what every picture is made of.

모든 그림의 재료입니다. 영상, 레이블 맵, 오류, 칸 안의 숫자를 축에 그립니다.

Classes are black, orange, blue, ...; what does not count (255) is white. Errors are blue where a
class was missed and orange where it was seen wrongly. Colours are those of Okabe & Ito, which
people of any colour vision can tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

IGNORE = 255
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#999999"
# Repeated from the ninth class on: a data set may have 21.
CLASS_COLOURS = ["#000000", ORANGE, "#56B4E9", GREEN, "#F0E442", BLUE, "#D55E00", "#CC79A7"]

Window = tuple[int, int, int, int]  # first row, first column, height, width


def row_of_axes(
    number: int, width: float = 2.5, height: float = 2.4
) -> tuple[Figure, Sequence[Axes]]:
    """A figure of axes beside each other, each of this width and height in inches."""
    figure, row = plt.subplots(
        1, number, figsize=(width * number, height), squeeze=False, layout="constrained"
    )
    return figure, row[0]


def caption(axes: Axes, title: str) -> None:
    """Give a picture its title, and take its ticks away."""
    axes.set_title(title, fontsize=10)
    axes.axis("off")


def draw_image(axes: Axes, image: torch.Tensor, title: str = "") -> None:
    """An image (C, H, W) of one or three channels, stretched to the whole range of brightness."""
    pixels = image.detach().float().cpu().movedim(0, -1).numpy()
    pixels = (pixels - pixels.min()) / max(float(np.ptp(pixels)), 1e-9)
    axes.imshow(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels, cmap="gray")
    caption(axes, title)


def draw_labels(axes: Axes, labels: torch.Tensor, title: str = "") -> None:
    """A label map (H, W)."""
    labels = labels.detach().cpu()
    colours = [CLASS_COLOURS[k % len(CLASS_COLOURS)] for k in range(IGNORE)] + ["#FFFFFF"]
    axes.imshow(labels, cmap=ListedColormap(colours), vmin=0, vmax=IGNORE, interpolation="nearest")
    caption(axes, title)


def draw_errors(axes: Axes, prediction: torch.Tensor, target: torch.Tensor, title: str) -> None:
    """Where a prediction of two classes is wrong: blue is missed, orange seen where it is not."""
    counted = target != IGNORE
    picture = torch.zeros(target.shape)
    picture[(target == 1) & (prediction != 1)] = 1
    picture[counted & (target != 1) & (prediction == 1)] = 2
    axes.imshow(picture, cmap=ListedColormap(["#EEEEEE", BLUE, ORANGE]), vmin=0, vmax=2)
    caption(axes, title)


def draw_grid(
    axes: Axes,
    values: torch.Tensor,
    title: str,
    *,
    window: Window | None = None,
    texts: Mapping[tuple[int, int], str] | None = None,
    largest: float | None = None,
) -> None:
    """One map (H, W) as numbers in cells, darker for larger ones, with a window outlined."""
    values = values.detach().float()
    largest = largest or max(float(values.abs().max()), 1e-9)
    axes.imshow(values.abs(), cmap="Blues", vmin=0, vmax=1.6 * largest)
    for (row, column), value in np.ndenumerate(values.numpy()):
        text = (texts or {}).get((row, column), f"{value:.3g}")
        axes.text(column, row, text, ha="center", va="center", fontsize=9)
    axes.set_xticks([i - 0.5 for i in range(values.shape[1] + 1)], [])
    axes.set_yticks([i - 0.5 for i in range(values.shape[0] + 1)], [])
    axes.grid(color="white", linewidth=1.5)
    axes.tick_params(length=0)
    axes.set_title(title, fontsize=10)
    if window is not None:
        outline(axes, window)


def outline(axes: Axes, window: Window, colour: str = ORANGE) -> None:
    """The border of a window, drawn on the pixels' edges."""
    top, left, height, width = window
    corner = (left - 0.5, top - 0.5)
    axes.add_patch(
        Rectangle(corner, width, height, fill=False, edgecolor=colour, linewidth=2.5, zorder=5)
    )
