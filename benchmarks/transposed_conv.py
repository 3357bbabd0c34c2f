"""How fast the solution's transposed convolution is, beside torch's own and beside plain loops.

    python -m benchmarks.transposed_conv [--runs N] [--draw FILE]

at the sizes of FCN-8s (21 classes, an image of 500 × 500) and of U-Net (572 × 572), and over a
range of others, with float32 on the processor. "Loops" stamps one input position after the other.
Each round calls them in turn, and the best round counts; processor time, so that other programs do
not. The ratios are what to read: the seconds are this machine's.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import torch
from rich.console import Console
from rich.table import Table
from torch.nn import functional as F

from corpus.paths import ROOT

sys.path.insert(0, str(ROOT / "solutions" / "segmentation"))

from transposed_conv import transposed_conv2d

GOAL = 4.0
READABLE = 0.02  # seconds for which calls are repeated in a round
FIGURE = ROOT / "docs" / "transposed_conv.png"


@dataclass(frozen=True)
class Size:
    """A layer and its input: channels in and out, height and width, kernel and stride."""

    name: str
    c_in: int
    c_out: int
    side: int
    kernel: int
    stride: int
    graded: bool = True  # whether the goal is held against it


SIZES = (
    # pool5's scores of 500 × 500 are 16 × 16, and each layer reads what the one before put out.
    Size("FCN-8s upscore2", 21, 21, 16, 4, 2),
    Size("FCN-8s upscore4", 21, 21, 34, 4, 2),
    Size("FCN-8s upscore8", 21, 21, 70, 16, 8),
    Size("U-Net up4", 1024, 512, 28, 2, 2),
    Size("U-Net up3", 512, 256, 52, 2, 2),
    Size("U-Net up2", 256, 128, 100, 2, 2),
    Size("U-Net up1", 128, 64, 196, 2, 2),
    *(Size(f"16 maps, {n} × {n}", 16, 16, n, 4, 2, graded=False) for n in (8, 32, 128)),
)


@dataclass(frozen=True)
class Times:
    """Seconds of one call: the solution, torch's own, plain loops; and with the backward pass."""

    ours: float
    torchs: float
    loops: float
    ours_backward: float
    torchs_backward: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--draw", type=Path, default=FIGURE, help="docs/transposed_conv.png")
    options = parser.parse_args()
    torch.set_num_threads(1)

    times = {size: _measure(size, options.runs) for size in SIZES}
    console = Console(width=110)
    console.print(_table(times))
    worst = max(t.ours / t.torchs for size, t in times.items() if size.graded)
    met = "met" if worst <= GOAL else "missed"
    console.print(f"slowest against torch, of FCN-8s and U-Net: {worst:.1f}×, goal {GOAL:g}× {met}")
    _draw(times, options.draw)
    console.print(f"drawn in {options.draw.name}")


def plain_loops(x: torch.Tensor, weight: torch.Tensor, stride: int) -> torch.Tensor:
    """Stamp after stamp, as the definition says."""
    N, _, H, W = x.shape
    k = weight.shape[-1]
    y = x.new_zeros(N, weight.shape[1], (H - 1) * stride + k, (W - 1) * stride + k)
    for i in range(H):
        for j in range(W):
            stamp = torch.tensordot(x[:, :, i, j], weight, dims=1)
            y[:, :, i * stride : i * stride + k, j * stride : j * stride + k] += stamp
    return y


def _measure(size: Size, runs: int) -> Times:
    torch.manual_seed(0)
    x = torch.randn(1, size.c_in, size.side, size.side)
    weight = torch.randn(size.c_in, size.c_out, size.kernel, size.kernel) / size.kernel

    def ours(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = transposed_conv2d(x, weight, stride=size.stride)
        return y

    def torchs(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return F.conv_transpose2d(x, weight, stride=size.stride)

    def with_backward(call: Callable[..., torch.Tensor]) -> Callable[[], object]:
        leaves = [x.clone().requires_grad_(), weight.clone().requires_grad_()]
        return lambda: torch.autograd.grad(call(*leaves).sum(), leaves)

    calls: list[Callable[[], object]] = [
        lambda: ours(x, weight),
        lambda: torchs(x, weight),
        with_backward(ours),
        with_backward(torchs),
    ]
    # The first calls warm up, and tell how often to call for a time that can be read.
    repeats = [math.ceil(READABLE / max(_seconds(call), 1e-6)) for call in calls]
    best = [float("inf")] * len(calls)
    for _ in range(runs):
        for number, call in enumerate(calls):
            best[number] = min(best[number], _seconds(call, repeats[number]))
    # Loops are slow enough to be told from one call.
    loops = _seconds(lambda: plain_loops(x, weight, size.stride))
    return Times(best[0], best[1], loops, best[2], best[3])


def _seconds(call: Callable[[], object], repeats: int = 1) -> float:
    """Processor seconds of one call: what others run meanwhile does not count."""
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def _table(times: dict[Size, Times]) -> Table:
    table = Table(title="milliseconds of a call, and the ratio to torch's own")
    table.add_column("layer", no_wrap=True)
    table.add_column("maps in and out, kernel, stride", no_wrap=True)
    for column in ("torch", "ours", "ratio", "loops", "ratio", "with backward"):
        table.add_column(column, justify="right", min_width=5)
    for size, t in times.items():
        shape = f"{size.c_in} × {size.side}² to {size.c_out}, {size.kernel}, {size.stride}"
        table.add_row(
            size.name,
            shape,
            *(_three(1000 * t.torchs), _three(1000 * t.ours), f"{t.ours / t.torchs:.1f}"),
            *(_three(1000 * t.loops), f"{t.loops / t.torchs:.0f}"),
            f"{t.ours_backward / t.torchs_backward:.1f}",
        )
    return table


def _three(number: float) -> str:
    """Three figures, no exponent."""
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def _draw(times: dict[Size, Times], file: Path) -> None:
    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
    names = [size.name for size in times]
    places = range(len(names))
    axes.scatter(
        [t.ours / t.torchs for t in times.values()], places, color="#0072B2", label="solution"
    )
    axes.scatter(
        [t.loops / t.torchs for t in times.values()],
        places,
        color="#E69F00",
        marker="s",
        label="plain loops",
    )
    axes.axvline(1, color="black", linewidth=1, label="torch's own")
    axes.axvline(GOAL, color="#009E73", linestyle="--", label=f"goal, {GOAL:g}×")
    axes.set_xscale("log")
    axes.set_yticks(list(places), names)
    axes.invert_yaxis()
    axes.set_xlabel("processor seconds of a call, as a multiple of torch's own")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(file, dpi=80)
    plt.close(figure)


if __name__ == "__main__":
    main()
