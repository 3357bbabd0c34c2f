"""Whether odd results cost what they should: no grade lost, and no other function's points.

    python -m quality.oddities [--seeds N] [--first N] [--pairs N] [--task NAME] [--twist NAME]
        [--jobs N]

Hands in the solution with one function or class at a time twisted (corpus/twists.py): its
results are of another shape, dtype or type, or it raises. Every submission must get a grade with
no check undecided, and no check of another function may be lost. With `--pairs` so many random
pairs of twists are tried as well. Prints a row for each function and every exception; the exit
code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from corpus.graders import Graded, Graders
from corpus.oddities import Oddity, oddities
from corpus.solution import TASKS
from corpus.twists import TWISTS


@dataclass(frozen=True)
class Outcome:
    oddity: Oddity
    seed: int
    graded: Graded

    @property
    def foreign(self) -> list[str]:
        """The checks of other functions that were lost."""
        losses = self.graded.losses
        return [loss.check for loss in losses if loss.function != self.oddity.function]

    @property
    def undecided(self) -> bool:
        return self.graded.fault is not None

    def __str__(self) -> str:
        said = self.graded.fault or f"also loses {', '.join(self.foreign)}"
        return f"{self.oddity} (seed {self.seed}): {said}"


def random_pairs(tasks: Sequence[str], count: int) -> list[Oddity]:
    """So many different functions with two twists in a row, the same for the same count."""
    names, drawn = list(TWISTS), random.Random(count)
    pairs = [(a, b) for a in names for b in names if a != b]
    return drawn.sample(list(oddities(tasks, pairs)), count) if count else []


def judge(
    work: Sequence[tuple[Oddity, int]], jobs: int, console: Console | None = None
) -> list[Outcome]:
    """Grade each oddity with its seed."""
    with Graders(jobs) as graders, Progress(console=console, transient=True) as progress:
        futures = [
            (oddity, seed, graders.grade(oddity.files(), oddity.task, seed))
            for oddity, seed in work
        ]
        return [
            Outcome(oddity, seed, future.result())
            for oddity, seed, future in progress.track(futures, description="oddities")
        ]


def summary(outcomes: Sequence[Outcome]) -> Table:
    """A row for each function, and one for all."""
    table = Table(title=f"{len(outcomes)} submissions with odd results")
    columns = ("function", "submissions", "undecided", "other functions lose", "lose nothing")
    for column in columns:
        table.add_column(column, justify="left" if column == "function" else "right")
    functions = list(dict.fromkeys(each.oddity.function for each in outcomes))
    for name in (*functions, "all"):
        of = [each for each in outcomes if name in (each.oddity.function, "all")]
        figures = (
            len(of),
            sum(each.undecided for each in of),
            sum(bool(each.foreign) for each in of),
            sum(each.graded.full for each in of),
        )
        table.add_row(name, *map(str, figures))
    return table


def exceptions(outcomes: Sequence[Outcome]) -> list[str]:
    return [str(each) for each in outcomes if each.undecided or each.foreign]


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--pairs", type=int, default=0, help="random pairs of twists, one seed")
    parser.add_argument("--task", action="append", choices=TASKS, help="by default all")
    parser.add_argument("--twist", action="append", choices=list(TWISTS), help="by default all")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    tasks, names = options.task or TASKS, options.twist or list(TWISTS)
    work = [
        (oddity, seed)
        for oddity in oddities(tasks, [(name,) for name in names])
        for seed in range(options.first, options.first + options.seeds)
    ]
    work += [(pair, number) for number, pair in enumerate(random_pairs(tasks, options.pairs))]
    console = Console()
    outcomes = judge(work, options.jobs, console)
    console.print(summary(outcomes))
    found = exceptions(outcomes)
    for line in found:
        console.print(escape(line), soft_wrap=True)
    harmless = Counter(each.oddity.twists for each in outcomes if each.graded.full)
    console.print(f"[dim]lose nothing: {escape(str(dict(harmless.most_common(9))))}[/]")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
