"""How good the hidden suites are, in one table.

    python -m quality.suites [--assignment NAME] [--seeds N] [--wrong-seeds N] [--jobs N]

Right code must keep its points (quality/variants.py), every known mistake must lose the checks
it names and be called by its name (quality/misconceptions.py), and so must small changes of the
solution (quality/mutants.py). Takes about an hour on two processors; each of the three can be
run alone and says more then. The exit code is 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corpus.solution import tasks_of
from quality import misconceptions, mutants, variants
from quality.asked import add_assignment


@dataclass(frozen=True)
class Line:
    """One number, and whether it is what was wanted."""

    what: str
    figure: str
    goal: str
    met: bool


def right(assignment: str, seeds: int, jobs: int, console: Console) -> Iterator[Line]:
    """What right code keeps."""
    graded = variants.judge(assignment, tasks_of(assignment), jobs, range(seeds), console)
    console.print(variants.summary(graded, range(seeds)))
    results = [each for of in graded.values() for each in of]
    full = sum(each.full for each in results)
    yield Line(
        f"right: {len(graded)} variants × {seeds} seeds with full points",
        f"{full} of {len(results)}",
        "all",
        full == len(results),
    )


def wrong(assignment: str, seeds: int, jobs: int, console: Console) -> Iterator[Line]:
    """What known mistakes lose, and what they are called."""
    outcomes = misconceptions.judge(assignment, tasks_of(assignment), jobs, range(seeds), console)
    for line in misconceptions.exceptions(outcomes):
        console.print(escape(line))
    console.print(misconceptions.summary(outcomes, range(seeds)))
    kinds, all_ = len({outcome.mistake for outcome in outcomes}), len(outcomes)
    full = sum(outcome.graded.full for outcome in outcomes)
    sound = sum(outcome.sound for outcome in outcomes)
    named = sum(outcome.named_rightly for outcome in outcomes)
    wrongly = sum(outcome.named_wrongly for outcome in outcomes)
    wrong = f"wrong: {kinds} misconceptions × {seeds} seeds"
    yield Line(f"{wrong} with full points", f"{full} of {all_}", "0", full == 0)
    yield Line(
        f"{wrong} that lose their checks, and no other function's",
        f"{sound} of {all_}",
        "all",
        sound == all_,
    )
    yield Line(
        "diagnosis: named rightly",
        f"{named} of {all_} ({named / all_:.1%})",
        f"{misconceptions.GOAL:.0%}",
        named >= misconceptions.GOAL * all_,
    )
    yield Line("diagnosis: named wrongly", f"{wrongly} of {all_}", "0", wrongly == 0)


def mutated(assignment: str, jobs: int, console: Console) -> Iterator[Line]:
    """What small changes of the solution lose."""
    tasks, known = tasks_of(assignment), mutants.listed(assignment)
    judged = mutants.judge(assignment, tasks, jobs, 1, known, console)
    console.print(mutants.summary(tasks, judged, known))
    met = mutants.report(tasks, judged, known, console)
    total, equivalent, killed, _ = mutants.count(judged, known)
    yield Line(
        f"mutants: {total}, of them {equivalent} equivalent; the others lose points",
        f"{killed} of {total - equivalent} ({mutants.score(judged, known):.1%})",
        f"{mutants.GOAL:.0%}",
        met,
    )


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_assignment(parser)
    parser.add_argument("--seeds", type=int, default=20, help="of right code")
    parser.add_argument("--wrong-seeds", type=int, default=3, help="of misconceptions")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    console = Console()
    start = time.monotonic()
    lines = [
        *right(options.assignment, options.seeds, options.jobs, console),
        *wrong(options.assignment, options.wrong_seeds, options.jobs, console),
        *mutated(options.assignment, options.jobs, console),
    ]
    table = Table(title=f"the hidden suites of {options.assignment}")
    for column in ("", "figure", "goal", ""):
        table.add_column(column)
    for line in lines:
        table.add_row(line.what, line.figure, line.goal, "met" if line.met else "missed")
    console.print(table)
    console.print(f"{time.monotonic() - start:.0f} s, {options.jobs} jobs")
    sys.exit(0 if all(line.met for line in lines) else 1)


if __name__ == "__main__":
    main()
