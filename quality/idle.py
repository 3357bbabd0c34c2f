"""What computing nothing earns, and whether one idle function costs another its points.

    python -m quality.idle [--seed N] [--mixes N] [--task NAME] [--jobs N]

Hands in each file of the solution with every set of its functions and classes replaced by idle
ones (quality/idle_functions.py): results of the right shape that are NaN, zeros, ones, another
constant, the input's values in a row, or noise. Of the other functions none may lose a point. A
file of which nothing is left must not earn more than `MOST`, whether a gradient of zero flows
back or none; with `--mixes` so many random mixtures of kinds are tried for each file as well.
Prints a column for each file and every exception; the exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from autograder.grading.assignments import load_assignment
from benchmarks.graders import ASSIGNMENT, TASKS, Graded, Graders, solution_files
from quality.idle_functions import CUT_OFF, KINDS

IDLE_FILE = Path(__file__).with_name("idle_functions.py").read_text(encoding="utf-8")
# The networks keep what their layers by themselves are worth: children, parameters, sizes.
MOST = {"unpooling": 1.0, "transposed_conv": 1.0, "fcn8s": 8.0, "unet": 5.0, "iou": 1.0}


@dataclass(frozen=True)
class Idleness:
    """A solution whose functions in `kinds` do nothing, each in its way."""

    task: str
    kinds: Mapping[str, str]
    whole: bool

    def __str__(self) -> str:
        return f"{self.task}: " + ", ".join(f"{name} {kind}" for name, kind in self.kinds.items())

    @property
    def mixture(self) -> str:
        """The one kind of all, wherever gradients flow, or that it is a mixture."""
        kinds = {kind.removesuffix(CUT_OFF) for kind in self.kinds.values()}
        return kinds.pop() if len(kinds) == 1 else "a mixture"

    def files(self) -> dict[str, str]:
        files = solution_files()
        files["idle_functions.py"] = IDLE_FILE
        lines = ["", "from idle_functions import idle"]
        # A class that stands on another keeps the right one's form, so the last comes first.
        lines += [f"{name} = idle({name!r}, {kind!r}, {name})" for name, kind in self.kinds.items()]
        files[f"{self.task}.py"] += "\n".join(lines) + "\n"
        return files


def idlenesses(tasks: Sequence[str], mixes: int) -> Iterator[Idleness]:
    """Every set of functions with every kind, and mixtures for the whole file."""
    drawn, every = random.Random(mixes), (*KINDS, *(kind + CUT_OFF for kind in KINDS))
    for task in load_assignment(ASSIGNMENT).tasks:
        if task.name not in tasks:
            continue
        names = task.functions
        for count in range(1, len(names) + 1):
            for chosen in itertools.combinations(names, count):
                whole = count == len(names)
                for kind in every if whole else KINDS:
                    yield Idleness(task.name, dict.fromkeys(chosen, kind), whole)
        for _ in range(mixes):
            yield Idleness(task.name, {name: drawn.choice(every) for name in names}, whole=True)


@dataclass(frozen=True)
class Outcome:
    idleness: Idleness
    graded: Graded

    @property
    def foreign(self) -> list[str]:
        """The checks of functions that are not idle and lost something."""
        return [
            loss.check for loss in self.graded.losses if loss.function not in self.idleness.kinds
        ]

    @property
    def excess(self) -> bool:
        return self.idleness.whole and self.graded.earned > MOST[self.idleness.task]

    def exceptions(self) -> list[str]:
        said = []
        if self.graded.fault is not None:
            said.append(f"{self.idleness}: {self.graded.fault}")
        if self.foreign:
            said.append(f"{self.idleness}: also loses {', '.join(self.foreign)}")
        if self.excess:
            said.append(f"{self.idleness}: earns {self.graded.earned}")
        return said


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
    for title, count in (
        ("submissions", lambda each: True),
        ("of which another function loses", lambda each: bool(each.foreign)),
    ):
        counts = [sum(count(each) for each in outcomes if each.idleness.task == t) for t in tasks]
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
