"""What computing nothing earns, and whether one idle function costs another its points.

    python -m quality.idle [--seed N] [--mixes N] [--task NAME] [--jobs N]

Hands in each file of the solution with every set of its functions and classes replaced by idle
ones (corpus/idle_functions.py): results of the right shape that are NaN, zeros, ones, another
constant, the input's values in a row, or noise. Of the other functions none may lose a point. A
file of which nothing is left must not earn more than `MOST`, whether a gradient of zero flows
back or none; with `--mixes` so many random mixtures of kinds are tried for each file as well.
Prints a column for each file and every exception; the exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from corpus.graders import Graders
from corpus.idle import MOST, Idleness, Outcome, idlenesses
from corpus.idle_functions import KINDS
from corpus.solution import TASKS


def judge(
    work: Sequence[Idleness], seed: int, jobs: int, console: Console | None = None
) -> list[Outcome]:
    """Grade each."""
    with Graders(jobs) as graders, Progress(console=console, transient=True) as progress:
        futures = [(each, graders.grade(each.files(), each.task, seed)) for each in work]
        return [
            Outcome(each, future.result())
            for each, future in progress.track(futures, description="idle")
        ]


def summary(outcomes: Sequence[Outcome]) -> Table:
    """For each file what the whole of it earns while idle, and how it goes for the others."""
    tasks = list(dict.fromkeys(each.idleness.task for each in outcomes))
    table = Table(title=f"{len(outcomes)} submissions that compute nothing somewhere")
    table.add_column("points of a file whose functions all give")
    for task in tasks:
        table.add_column(task, justify="right")
    whole = [each for each in outcomes if each.idleness.whole]
    for kind in (*KINDS, "a mixture", "the most", "allowed"):
        row = []
        for task in tasks:
            earned = [
                each.graded.earned
                for each in whole
                if each.idleness.task == task and kind in (each.idleness.mixture, "the most")
            ]
            most = MOST[task] if kind == "allowed" else max(earned, default=None)
            row.append("-" if most is None else f"{most:g}")
        table.add_row(kind, *row)
    for title, counted in (
        ("submissions", outcomes),
        ("of which another function loses", [each for each in outcomes if each.foreign]),
    ):
        counts = [sum(each.idleness.task == task for each in counted) for task in tasks]
        table.add_row(title, *map(str, counts))
    return table


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mixes", type=int, default=10, help="random mixtures for each file")
    parser.add_argument("--task", action="append", choices=TASKS, help="by default all")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    work = list(idlenesses(options.task or TASKS, options.mixes))
    console = Console()
    outcomes = judge(work, options.seed, options.jobs, console)
    console.print(summary(outcomes))
    found = [line for each in outcomes for line in each.exceptions()]
    for line in found:
        console.print(escape(line), soft_wrap=True)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
