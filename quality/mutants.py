"""How many small mistakes cost points: mutation testing of the hidden suites.

    python -m quality.mutants [--assignment NAME] [--task NAME] [--jobs N] [--seed N]

Every mutant of the solution modules (quality/mutation.py says which, and with what tool)
is graded as a submission, through the same door as a student's and for its own file only. A
mutant that loses no points survives. Either the suite is blind there, or the mutant is no
mistake: those are listed, with the reason, in a file of quality/equivalent_mutants/.

The score is the share of mutants that lose points, among those that are not equivalent. Prints
it with every survivor that is not listed; the exit code is 1 where the goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from autograder.sandbox.protocol.limits import Limits
from corpus.graders import Graded, Graders
from corpus.solution import solution_files
from quality.asked import add_tasks, asked_tasks
from quality.mutation import Mutant, mutants

GOAL = 0.98
EQUIVALENT = Path(__file__).with_name("equivalent_mutants")
# A mutant may run for ever. The solution's longest call takes a fraction of this.
LIMITS = Limits(call_seconds=4.0)

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Judged:
    """A mutant and what became of it."""

    mutant: Mutant
    graded: Graded

    @property
    def survived(self) -> bool:
        return not self.graded.losses


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_tasks(parser)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tasks, console = asked_tasks(parser, options), Console()
    start = time.monotonic()
    known = listed(options.assignment)
    judged = judge(options.assignment, tasks, options.jobs, options.seed, known, console)
    console.print(summary(tasks, judged, known))
    console.print(f"{time.monotonic() - start:.0f} s, {options.jobs} jobs, seed {options.seed}")
    met = report(tasks, judged, known, console)
    sys.exit(0 if met else 1)


def judge(
    assignment: str,
    tasks: Sequence[str],
    jobs: int,
    seed: int,
    known: Mapping[Key, str],
    console: Console,
) -> list[Judged]:
    """Grade the solution, which must have all points, and then every mutant of these tasks.

    What there is to mend is printed as soon as it is found.
    """
    judged = []
    files = solution_files(assignment)
    with Graders(jobs, LIMITS, assignment) as graders:
        for task, future in [(task, graders.grade(files, task, seed)) for task in tasks]:
            unmutated = future.result()
            if not unmutated.full:
                sys.exit(f"the solution itself does not pass {task}: {unmutated}")
        futures: list[tuple[Mutant, Future[Graded]]] = []
        for task in tasks:
            for mutant in mutants(task, files[f"{task}.py"]):
                mutated = {**files, f"{task}.py": mutant.text}
                futures.append((mutant, graders.grade(mutated, task, seed, whole=False)))
        with Progress(console=console, transient=True) as progress:
            for mutant, future in progress.track(futures, description="mutants"):
                each = Judged(mutant, future.result())
                judged.append(each)
                if each.graded.fault is not None:
                    fault = escape(each.graded.fault)
                    console.print(f"[red]the suite failed by itself: {fault}[/red]")
                if each.graded.fault is not None or (each.survived and mutant.key not in known):
                    console.print(_diff(mutant))
    return judged


def listed(assignment: str) -> dict[Key, str]:
    """An assignment's equivalent mutants and why they are; none where it has no file of them."""
    file = EQUIVALENT / f"{assignment}.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["equivalent"] if file.exists() else []
    return {
        (entry["module"], entry["function"], entry["original"], mutated): entry["reason"]
        for entry in entries
        for mutated in entry["mutated"]
    }


def summary(tasks: Sequence[str], judged: Sequence[Judged], known: Mapping[Key, str]) -> Table:
    """A row for each file, and one for all."""
    table = Table(title="mutants of the solution")
    for column in ("file", "mutants", "equivalent", "lose points", "survive", "score"):
        table.add_column(column, justify="left" if column == "file" else "right")
    rows = [
        (f"{task}.py", [each for each in judged if each.mutant.module == task]) for task in tasks
    ]
    for name, of in (*rows, ("all", judged)):
        counts = count(of, known)
        table.add_row(name, *(str(count) for count in counts), f"{score(of, known):.1%}")
    return table


def count(judged: Sequence[Judged], known: Mapping[Key, str]) -> tuple[int, int, int, int]:
    """(mutants, equivalent ones, those that lose points, those that survive)."""
    equivalent = sum(each.survived and each.mutant.key in known for each in judged)
    survived = sum(each.survived for each in judged)
    return len(judged), equivalent, len(judged) - survived, survived - equivalent


def score(judged: Sequence[Judged], known: Mapping[Key, str]) -> float:
    """The share that loses points among those that are not equivalent."""
    total, equivalent, killed, _ = count(judged, known)
    return killed / (total - equivalent)


def report(
    tasks: Sequence[str],
    judged: Sequence[Judged],
    known: Mapping[Key, str],
    console: Console,
) -> bool:
    """Say whether the goal is met, and the list of equivalent mutants and the suites are sound."""
    faults = [each for each in judged if each.graded.fault is not None]
    alive = {each.mutant.key for each in judged if each.survived}
    stale = [key for key in known if key[0] in tasks and key not in alive]
    for module, function, original, mutated in stale:
        line = f"{module}.py {function}: {original} -> {mutated}"
        console.print(
            f"[yellow]listed as equivalent, but it loses points or is gone:[/yellow] {escape(line)}"
        )
    met = score(judged, known) >= GOAL
    console.print(f"goal {GOAL:.0%}: {'met' if met else 'missed'}")
    verdicts = Counter(each.graded.losses[0].verdict for each in judged if each.graded.losses)
    console.print(
        "lost by: " + ", ".join(f"{n} {verdict}" for verdict, n in verdicts.most_common())
    )
    return met and not faults and not stale


def _diff(mutant: Mutant) -> str:
    lines = [f"[bold]{mutant.module}.py:{mutant.line}[/bold] {mutant.function}"]
    lines += [f"[red]  - {escape(line)}[/red]" for line in mutant.original.splitlines()]
    lines += [f"[green]  + {escape(line)}[/green]" for line in mutant.mutated.splitlines() or [""]]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
