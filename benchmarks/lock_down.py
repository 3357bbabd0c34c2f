"""What locking a worker down costs over forking it.

    python -m benchmarks.lock_down [--runs N]

Forks workers from one zygote, in turn without any protection, locked down without namespaces, and
locked down with them, and takes the time until each is ready for a submission, and until it is
gone. The cost a submission is that of its workers, one for each of its files. The exit code is 1
when it misses the goal.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.sandbox.client import Sandbox
from autograder.suites.segmentation import ASSIGNMENT

GOAL = 60.0
WAYS = {
    "forked, not locked down": (False, "none"),
    "locked down, no namespaces": (True, "none"),
    "locked down, namespaces": (True, "auto"),
}
FILES = len(ASSIGNMENT.tasks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100, help="workers of each kind")
    options = parser.parse_args()
    ready: dict[str, list[float]] = {way: [] for way in WAYS}
    gone: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory(prefix="lock-down-") as name, Sandbox() as sandbox:
        room = Path(name)
        room.chmod(0o711)
        folder = room / "submission"
        folder.mkdir(mode=0o755)
        sandbox.wait_until_prepared()
        for run in range(options.runs + 1):
            for way, (sandbox.confined, sandbox.namespaces) in WAYS.items():
                started = time.perf_counter()
                worker = sandbox.spawn(folder)
                there = time.perf_counter()
                worker.close()
                if run:  # the first of each pays for what is loaded once
                    ready[way].append(1000 * (there - started))
                    gone[way].append(1000 * (time.perf_counter() - there))
        layers = sandbox.layers
    plain = next(iter(WAYS))
    costs = {
        way: FILES * (_median(ready[way]) + _median(gone[way]) - _median(ready[plain])
                      - _median(gone[plain]))
        for way in WAYS
    }  # fmt: skip
    table = Table(title=f"medians of {options.runs} workers each, in milliseconds")
    for heading in ("a worker", "until ready", "until gone", f"lock-down of {FILES} files"):
        table.add_column(heading, justify="left" if heading == "a worker" else "right")
    for way, cost in costs.items():
        told = "–" if way == plain else f"{cost:.1f}"
        table.add_row(way, f"{_median(ready[way]):.1f}", f"{_median(gone[way]):.1f}", told)
    met = max(costs.values()) < GOAL
    table.add_row(f"goal {GOAL:g}", "", "", "met" if met else "missed", style="bold")
    console = Console()
    console.print(table)
    console.print(f"layers: namespaces {layers['namespaces']}; user {layers['user']}", markup=False)
    if not met:
        raise SystemExit(1)


def _median(milliseconds: list[float]) -> float:
    return statistics.median(milliseconds)


if __name__ == "__main__":
    main()
