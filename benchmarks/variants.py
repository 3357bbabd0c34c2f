"""Whether right code keeps its points: the solution and every variant of it on many seeds.

    python -m benchmarks.variants [--seeds N] [--first N] [--task NAME] [--jobs N]

Grades the solution's files and those in tests/variants, each alone, through the same door as a
student's. Prints a table of variants and seeds; what is not full names the check that was lost.
The exit code is 1 if anything was.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from benchmarks.graders import SOLUTIONS, TASKS, Graded, Graders, solution_files

VARIANTS = Path(__file__).parent.parent / "tests" / "variants"


@dataclass(frozen=True)
class Variant:
    """A right way to write one file; `path` is a file, or a folder with its helpers."""

    task: str
    path: Path

    @property
    def name(self) -> str:
        return f"{self.task}/{'solution' if self.path.parent == SOLUTIONS else self.path.stem}"

    def files(self) -> dict[str, str]:
        """The whole submission: this variant among the solution's files."""
        if self.path.is_dir():
            own = {file.name: file.read_text() for file in self.path.glob("*.py")}
        else:
            own = {f"{self.task}.py": self.path.read_text()}
        return {**solution_files(), **own}


def variants(tasks: Sequence[str] = TASKS) -> Iterator[Variant]:
    """The solution and every variant of it, by task and name."""
    for task in tasks:
        yield Variant(task, SOLUTIONS / f"{task}.py")
        for path in sorted((VARIANTS / task).iterdir()):
            if path.suffix == ".py" or (path / f"{task}.py").is_file():
                yield Variant(task, path)


def judge(
    tasks: Sequence[str], jobs: int, seeds: range, console: Console
) -> dict[Variant, list[Graded]]:
    """Grade every variant on every seed."""
    graded: dict[Variant, list[Graded]] = defaultdict(list)
    with Graders(jobs) as graders, Progress(console=console, transient=True) as progress:
        futures = [
            (variant, graders.grade(variant.files(), variant.task, seed))
            for variant in variants(tasks)
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
    parser.add_argument("--task", action="append", choices=TASKS, help="by default all")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    console = Console()
    start = time.monotonic()
    graded = judge(options.task or TASKS, options.jobs, seeds, console)
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
