"""How long anything of a grader's lives on after the grader was killed with SIGKILL.

    python -m quality.killed_grader [--kills N] [--seed N]

Starts graders and kills each at a random moment of its life: while it starts, while the process
that workers come from imports torch, while a worker is locked down, while a submission is
imported and while it computes. Prints the seconds until the last process of each was gone. The
exit code is 1 when that took longer than the goal.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import tempfile
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from corpus.killed_grader import STAGES, is_killed_at

GOAL = 1.0
SPREAD = 1.5
"""Up to so many seconds after a stage was reached: into the middle of what comes after it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, help="of an earlier run")
    options = parser.parse_args()
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    random = Random(seed)
    seconds: dict[str, list[float]] = {stage: [] for stage in STAGES}
    with tempfile.TemporaryDirectory(prefix="killed-") as name:
        for kill in range(options.kills):
            stage = STAGES[kill % len(STAGES)]
            aftermath = is_killed_at(stage, Path(name), delay=random.uniform(0, SPREAD))
            seconds[stage].append(aftermath.seconds)
    table = Table(title=f"seconds until all is gone, {options.kills} kills, seed {seed}")
    for heading in ("killed after", "kills", "median", "longest"):
        table.add_column(heading, justify="left" if heading == "killed after" else "right")
    for stage, found in seconds.items():
        if found:
            median, longest = f"{statistics.median(found):.3f}", f"{max(found):.3f}"
            table.add_row(stage, str(len(found)), median, longest)
    slowest = max(max(found) for found in seconds.values() if found)
    table.add_row(f"goal {GOAL:g}", "", "", "met" if slowest <= GOAL else "missed", style="bold")
    Console().print(table)
    if slowest > GOAL:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
