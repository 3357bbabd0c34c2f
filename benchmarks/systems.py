"""What five systems reach in the same processor time: mean IU on both data sets.

    python -m benchmarks.systems [--seconds 30] [--seeds 0 1 2] [--processes 1] [--kept FILE]

trains from scratch, each for the same processor seconds on one thread, the narrow DeconvNet,
DeepLab and PSPNet of the assignment `after_fcn` and the narrow FCN-8s and U-Net of `segmentation`,
all with the solutions' modules. Prints the mean over the seeds of the validation split's mean IU,
its range, and how many images a training saw, as a table of Markdown. `--kept` writes each
training down as it ends, and does not repeat those that stand there.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from corpus.paths import ROOT

# The systems import their modules by flat names, and `training` is the second assignment's.
sys.path.insert(0, str(ROOT / "solutions" / "shared"))
sys.path.insert(0, str(ROOT / "solutions" / "segmentation"))
sys.path.insert(0, str(ROOT / "solutions" / "after_fcn"))

from segmentation_data import cells, roads
from systems import FIRST_ASSIGNMENT, SYSTEMS, System
from training import evaluate, train

DATA = {"roads": roads, "cells": cells}
CLASSES = 2
MEAN_IU = 2  # its place among the four figures


@dataclass(frozen=True)
class Job:
    system: str
    data: str
    seed: int
    seconds: float


@dataclass(frozen=True)
class Run:
    job: Job
    images: int
    mean_iu: float


def every_system() -> dict[str, System]:
    first = {name: system for name, (_, system) in FIRST_ASSIGNMENT.items()}
    return {**first, **SYSTEMS}


def run(job: Job) -> Run:
    """Train one system once. What `training.initialise` leaves alone is seeded here."""
    torch.set_num_threads(1)
    torch.manual_seed(job.seed)
    system = every_system()[job.system]
    model = system.build(CLASSES)
    train_set, val_set = (list(DATA[job.data](split, ROOT / "data")) for split in ("train", "val"))
    with redirect_stdout(io.StringIO()):  # progress bars of several processes
        history = train(model, train_set, seconds=job.seconds, batch=system.batch, seed=job.seed)
    if history.too_slow:
        raise RuntimeError(f"{job.seconds:g} seconds are too few for {job.system}")
    return Run(job, history.images, float(evaluate(model, val_set, CLASSES)[MEAN_IU]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30, help="processor time of a training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--processes", type=int, default=1, help="trainings beside each other")
    parser.add_argument("--kept", type=Path, help="a file of trainings that have ended")
    options = parser.parse_args()
    jobs = [
        Job(system, data, seed, options.seconds)
        for seed in options.seeds
        for data in DATA
        for system in every_system()
    ]
    runs = _kept(options.kept)
    waiting = [job for job in jobs if job not in {run.job for run in runs}]
    # torch forbids forking once it has computed.
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for done in pool.imap_unordered(run, waiting):
            runs.append(done)
            if options.kept:
                with options.kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(done)) + "\n")
    print(_table([run for run in runs if run.job in jobs], options.seconds))


def _kept(file: Path | None) -> list[Run]:
    if file is None or not file.exists():
        return []
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [Run(Job(**line.pop("job")), **line) for line in lines]


def _table(runs: list[Run], seconds: float) -> str:
    """The table as it stands in docs/systems.md, in Markdown."""
    seeds = len({run.job.seed for run in runs})
    lines = [
        f"Mean IU on the validation split after {seconds:g} processor seconds, {seeds} seeds:",
        "",
        "| system | " + " | ".join(f"{data}: mean | range | images seen" for data in DATA) + " |",
        "|---" * (1 + 3 * len(DATA)) + "|",
    ]
    for system in every_system():
        cells_of_row = [system]
        for data in DATA:
            those = [run for run in runs if (run.job.system, run.job.data) == (system, data)]
            reached = [run.mean_iu for run in those]
            images = sum(run.images for run in those) / len(those)
            span = f"{min(reached):.3f} – {max(reached):.3f}"
            cells_of_row += [f"{sum(reached) / len(reached):.3f}", span, f"{images:.0f}"]
        lines.append(f"| {' | '.join(cells_of_row)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
