"""Whether right code keeps its points: the solution and every variant of it on many seeds.

    python -m quality.variants [--assignment NAME] [--task NAME] [--seeds N] [--first N] [--jobs N]

Grades the solution's files and those in corpus/variants, each alone, through the same door as a
student's. Prints a table of variants and seeds; what is not full names the check that was lost.
The exit code is 1 if anything was.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from corpus.graders import Graded, Graders
from corpus.variants import Variant, variants
from quality.asked import add_tasks, asked_tasks


def judge(
    assignment: str, tasks: Sequence[str], jobs: int, seeds: range, console: Console
) -> dict[Variant, list[Graded]]:
    """Grade every variant on every seed."""
    graded: dict[Variant, list[Graded]] = defaultdict(list)
    with (
        Graders(jobs, assignment=assignment) as graders,
        Progress(console=console, transient=True) as progress,
    ):
        futures = [
            (variant, graders.grade(variant.files(), variant.task, seed))
            for variant in variants(tasks, assignment)
            for seed in seeds
        ]
        for variant, future in progress.track(futures, description="variants"):
            graded[variant].append(future.result())
    return graded


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    add_tasks(parser)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    tasks, console = asked_tasks(parser, options), Console()
    start = time.monotonic()
    graded = judge(options.assignment, tasks, options.jobs, seeds, console)
    console.print(summary(graded, seeds))
    results = [each for of in graded.values() for each in of]
    full = sum(each.full for each in results)
    console.print(
        f"{full} of {len(results)} full, {len(graded)} variants, seeds {seeds[0]}–{seeds[-1]}, "
        f"{time.monotonic() - start:.0f} s, {options.jobs} jobs"
    )
    sys.exit(0 if full == len(results) else 1)


def summary(graded: dict[Variant, list[Graded]], seeds: range) -> Table:
    """A row for each variant."""
    table = Table(title="right variants")
    for column in ("variant", "seeds with full points", "lost"):
        table.add_column(column, justify="right" if column.startswith("seeds") else "left")
    for variant, results in graded.items():
        full = sum(each.full for each in results)
        table.add_row(variant.name, f"{full}/{len(results)}", escape(_lost(results, seeds)))
    return table


def _lost(results: Sequence[Graded], seeds: range) -> str:
    """Each check that was lost, and on which seeds."""
    lost: dict[str, list[int]] = defaultdict(list)
    for seed, result in zip(seeds, results, strict=True):
        for loss in result.losses:
            lost[f"{loss.check} {loss.verdict}: {loss.message}"].append(seed)
        if result.fault is not None:
            lost[f"the suite failed: {result.fault}"].append(seed)
    return "\n".join(f"{what} (seeds {', '.join(map(str, on))})" for what, on in lost.items())


if __name__ == "__main__":
    main()
