"""Whether every known mistake costs points, its own and no others, and is called by its name.

    python -m quality.misconceptions [--assignment NAME] [--task NAME] [--seeds N] [--first N]
                                     [--jobs N]

Hands in each misconception of the suites as a submission: the solution's file with that one
function or class in the place of the right one. It must lose the checks that it names and no
check of another function, and the feedback should name it. Prints a row for each file and what
went otherwise; the exit code is 1 where points were not lost as they should be, where a wrong
name was given, or where fewer were named than the goal asks for.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from corpus.graders import Graded, Graders
from corpus.mistakes import Mistake, known, mistakes
from quality.asked import add_tasks, asked_tasks

GOAL = 0.95


@dataclass(frozen=True)
class Outcome:
    """What one mistake lost on one seed."""

    mistake: Mistake
    seed: int
    graded: Graded

    @property
    def unlost(self) -> set[str]:
        """The checks it should have lost and did not."""
        return set(self.mistake.wrong.loses) - {loss.check for loss in self.graded.losses}

    @property
    def others(self) -> set[str]:
        """The checks of other functions that it lost."""
        function = self.mistake.wrong.function
        return {loss.check for loss in self.graded.losses if loss.function != function}

    @property
    def sound(self) -> bool:
        """It lost what it should, and no more."""
        lost = bool(self.graded.losses) and self.graded.fault is None
        return lost and not self.unlost and not self.others

    @property
    def said(self) -> set[str]:
        """What the feedback explains it by: misconceptions and descriptions."""
        return {loss.diagnosis for loss in self.graded.losses if loss.diagnosis is not None}

    @property
    def named(self) -> set[str]:
        """The misconceptions among them."""
        return self.said & {wrong.explanation.en for wrong in known(self.mistake.assignment)}

    @property
    def named_rightly(self) -> bool:
        return self.named == {self.mistake.wrong.explanation.en}

    @property
    def named_wrongly(self) -> bool:
        return bool(self.named) and not self.named_rightly


def judge(
    assignment: str, tasks: Sequence[str], jobs: int, seeds: range, console: Console
) -> list[Outcome]:
    """Grade every mistake on every seed."""
    outcomes = []
    with (
        Graders(jobs, assignment=assignment) as graders,
        Progress(console=console, transient=True) as progress,
    ):
        futures = [
            (mistake, seed, graders.grade(mistake.files(), mistake.task, seed))
            for mistake in mistakes(tasks, assignment)
            for seed in seeds
        ]
        for mistake, seed, future in progress.track(futures, description="misconceptions"):
            outcomes.append(Outcome(mistake, seed, future.result()))
    return outcomes


def met(outcomes: Sequence[Outcome]) -> bool:
    """Every mistake lost what it should, none bears a wrong name, and enough the right one."""
    named = sum(outcome.named_rightly for outcome in outcomes)
    return (
        all(outcome.sound for outcome in outcomes)
        and not any(outcome.named_wrongly for outcome in outcomes)
        and named >= GOAL * len(outcomes)
    )


def summary(outcomes: Sequence[Outcome], seeds: range) -> Table:
    """A row for each file, and one for all."""
    title = f"misconceptions handed in as submissions, seeds {seeds[0]}–{seeds[-1]}"
    table = Table(title=title)
    columns = ("file", "mistakes", "submissions", "lose what they should", "named", "wrongly named")
    for column in columns:
        table.add_column(column, justify="left" if column == "file" else "right")
    by_task: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_task[outcome.mistake.task].append(outcome)
    for name, of in (*((f"{task}.py", of) for task, of in by_task.items()), ("all", outcomes)):
        named = sum(outcome.named_rightly for outcome in of)
        table.add_row(
            name,
            str(len({outcome.mistake.wrong.name for outcome in of})),
            str(len(of)),
            str(sum(outcome.sound for outcome in of)),
            f"{named} ({named / len(of):.1%})",
            str(sum(outcome.named_wrongly for outcome in of)),
        )
    return table


def exceptions(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for everything that went otherwise than it should."""
    seeds: dict[str, list[int]] = defaultdict(list)
    for outcome in outcomes:
        for what in _exceptions(outcome):
            wrong = outcome.mistake.wrong
            seeds[f"{outcome.mistake.task}.{wrong.function}: {wrong.name}: {what}"].append(
                outcome.seed
            )
    return [f"{what} (seeds {', '.join(map(str, on))})" for what, on in seeds.items()]


def _exceptions(outcome: Outcome) -> Iterator[str]:
    if outcome.graded.fault is not None:
        yield f"the suite failed: {outcome.graded.fault}"
    if not outcome.graded.losses:
        yield "full points"
    if outcome.unlost:
        yield f"keeps {', '.join(sorted(outcome.unlost))}"
    if outcome.others:
        yield f"also loses {', '.join(sorted(outcome.others))}"
    if outcome.named_wrongly:
        yield f"named wrongly: {' / '.join(sorted(outcome.named))}"
    elif not outcome.named:
        yield (
            f"not named, but described: {' / '.join(sorted(outcome.said))}"
            if outcome.said
            else ("not named")
        )


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    add_tasks(parser)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    tasks, console = asked_tasks(parser, options), Console()
    start = time.monotonic()
    outcomes = judge(options.assignment, tasks, options.jobs, seeds, console)
    for line in exceptions(outcomes):
        console.print(escape(line))
    console.print(summary(outcomes, seeds))
    goal = f"goal: all lose what they should, none named wrongly, {GOAL:.0%} named"
    console.print(f"{goal}: {'met' if met(outcomes) else 'missed'}")
    console.print(f"{time.monotonic() - start:.0f} s, {options.jobs} jobs")
    sys.exit(0 if met(outcomes) else 1)


if __name__ == "__main__":
    main()
