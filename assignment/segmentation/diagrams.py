"""Drawings of small maps and of sizes: numbers in cells, stamps, windows, the U of a U-Net.

작은 맵과 크기를 그리는 도구입니다. 칸 안의 숫자, 도장, 창, U-Net의 U를 그립니다.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from drawing import BLUE, GREEN, GREY, ORANGE, Window, draw_grid, row_of_axes
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle


def show_grids(
    grids: Mapping[str, torch.Tensor], windows: Mapping[str, Window] | None = None
) -> None:
    """Maps (H, W) in a row, each under its title."""
    _figure, row = row_of_axes(len(grids), width=2.4, height=2.7)
    for axes, (title, values) in zip(row, grids.items(), strict=True):
        draw_grid(axes, values, title, window=(windows or {}).get(title))
    plt.show()


def show_stamps(
    steps: Sequence[torch.Tensor],
    values: Sequence[float],
    places: Sequence[Window],
    mark: Window,
) -> None:
    """A row of frames: what lies on the canvas after each stamp, with the sums written out.

    Args:
        steps: for each input value the map (H, W) that it alone stamps.
        values: the input values.
        places: where each stamp lies.
        mark: what to outline in the result.
    """
    total = torch.stack(list(steps)).sum(0)
    _figure, row = plt.subplots(
        1, len(steps) + 1, figsize=(2.5 * (len(steps) + 1), 3), layout="constrained"
    )
    canvas = torch.zeros_like(total)
    for number, (stamp, value, place) in enumerate(zip(steps, values, places, strict=True)):
        top, left, height, width = place
        texts = {
            (i, j): f"{float(canvas[i, j]):g}+{float(stamp[i, j]):g}"
            for i in range(top, top + height)
            for j in range(left, left + width)
            if canvas[i, j] != 0
        }
        canvas = canvas + stamp
        title = f"step {number + 1}: stamp {value:g} × kernel"
        draw_grid(
            row[number], canvas, title, window=place, texts=texts, largest=float(total.abs().max())
        )
    draw_grid(row[-1], total, f"result, sum {float(total.sum()):g}", window=mark)
    plt.show()


def show_alignment(first: int = -38, last: int = 72) -> None:
    """Where the scores of FCN-8s lie above the image, along one axis, and what 5, 9 and 31 do.

    The centres are those derived in the docstring of `FCN8s`.
    """
    # Name, spacing of the centres, coordinate of number 0, offset that leads here from above.
    rows = (
        ("scores of pool5", 32, 12.5, None),
        ("up2", 16, -11.5, None),
        ("scores of pool4", 16, -91.5, 5),
        ("up4", 8, -23.5, None),
        ("scores of pool3", 8, -95.5, 9),
        ("up8", 1, -31, None),
        ("image", 1, 0, 31),
    )
    _figure, axes = plt.subplots(figsize=(10, 4), layout="constrained")
    for y, (name, spacing, start, offset) in enumerate(rows):
        lowest = max(0, math.ceil((first - start) / spacing))
        highest = math.floor((last - start) / spacing)
        shown = [(n, start + spacing * n) for n in range(lowest, highest + 1)]
        colour, size = BLUE if offset is None else ORANGE, 10 if spacing > 1 else 4
        axes.plot([u for _, u in shown], [y] * len(shown), "o", color=colour, markersize=size)
        for n, u in shown if spacing > 1 else []:
            axes.annotate(str(n), (u, y), (0, 8), textcoords="offset points", ha="center", size=8)
        if offset is not None:
            # A skip is cut at the offset; the image is cut out of up8 and begins with its own 0.
            met = 0 if name == "image" else start + spacing * offset
            arrow = {"arrowstyle": "->", "lw": 2}
            axes.annotate("", (met, y - 0.15), (met, y - 0.85), arrowprops=arrow)
            text = f"offset {offset}"
            axes.text(met - 0.9, y - 0.6, text, fontsize=9, weight="bold", ha="right")
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_xlabel("image coordinate u (the image's first pixel is 0)")
    axes.axvline(-0.5, color=GREY, linestyle=":")
    plt.show()


def show_u(sizes: Mapping[str, tuple[int, ...]]) -> None:
    """The U of a U-Net: every level's map as a square of its size, with channels and size.

    Args:
        sizes: shape (1, C, H, W) of what comes out of `image`, `down1` ... `head`.
    """
    down = ["image", "down1", "down2", "down3", "down4"]
    up = ["head", "up1", "up2", "up3", "up4"]
    depth = [0, 0, 1, 2, 3]
    places = {name: (i * 1.25, d) for i, (name, d) in enumerate(zip(down, depth, strict=True))}
    places["bottleneck"] = (5 * 1.25, 4)
    for i, (name, d) in enumerate(zip(up, depth, strict=True)):
        places[name] = ((10 - i) * 1.25, d)
    unit = 0.9 / max(max(shape[2:]) for shape in sizes.values())
    _figure, axes = plt.subplots(figsize=(10.5, 4.6), layout="constrained")
    for name, (x, level) in places.items():
        _, channels, height, width = sizes[name]
        h, w = height * unit, width * unit
        colour = GREEN if name in ("image", "head") else BLUE
        corner = (x - w / 2, -level - h / 2)
        axes.add_patch(Rectangle(corner, w, h, color=colour, alpha=0.55))
        axes.text(
            x, -level - h / 2 - 0.05, f"{name}\n{channels} × {height} × {width}",
            ha="center", va="top", fontsize=8,
        )  # fmt: skip
    for number in range(1, 5):
        (x0, y), (x1, _) = places[f"down{number}"], places[f"up{number}"]
        cut = sizes[f"down{number}"][2] * unit / 2
        axes.annotate(
            "", (x1 - 0.45, -y), (x0 + cut, -y), arrowprops={"arrowstyle": "->", "color": ORANGE}
        )
        axes.text((x0 + x1) / 2, -y + 0.05, "crop, concatenate", ha="center", fontsize=8)
    axes.set_xlim(-0.7, 13.2)
    axes.set_ylim(-4.75, 0.65)
    axes.set_aspect("equal")
    axes.axis("off")
    plt.show()
