"""What locking a worker down costs over forking it.

    python -m benchmarks.lock_down [--runs N]

Forks workers from one zygote, in turn without any protection, locked down without namespaces, and
locked down with them, and takes the time until each is ready for a submission, and until it is
gone. The cost a submission is that of its workers, one for each of its files. The exit code is 1
when it misses the goal.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from autograder.sandbox.grader.client import Namespaces, Sandbox
from autograder.sandbox.protocol.layers import details
from autograder.suites.segmentation import ASSIGNMENT

GOAL = 0.060
WAYS: dict[str, tuple[bool, Namespaces]] = {
    "forked, not locked down": (False, "none"),
    "locked down, no namespaces": (True, "none"),
    "locked down, namespaces": (True, "auto"),
}
FILES = len(ASSIGNMENT.tasks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100, help="workers of each kind")
    options = parser.parse_args()
    times: dict[str, list[Cost]] = {way: [] for way in WAYS}
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
                ready = time.perf_counter()
                worker.close()
                if run:  # the first of each pays for what is loaded once
                    gone = time.perf_counter()
                    times[way].append(Cost(ready - started, gone - ready, worker.cpu_seconds))
        layers = details(sandbox.layers)
    medians = {
        way: Cost(*map(statistics.median, zip(*found, strict=True))) for way, found in times.items()
    }
    plain, *locked = medians.values()
    table = Table(title=f"medians of {options.runs} workers each, in milliseconds")
    table.add_column("a worker", no_wrap=True)
    for heading in ("ready", "gone", "CPU", f"cost of {FILES}", f"CPU of {FILES}"):
        table.add_column(heading, justify="right")
    for way, cost in medians.items():
        wall, cpu = (
            ("–", "–")
            if cost is plain
            else (_ms(FILES * (cost.wall - plain.wall)), _ms(FILES * (cost.cpu - plain.cpu)))
        )
        table.add_row(way, _ms(cost.ready), _ms(cost.gone), _ms(cost.cpu), wall, cpu)
    met = max(FILES * (cost.wall - plain.wall) for cost in locked) < GOAL
    told = "met" if met else "missed"
    table.add_row(f"goal {GOAL * 1000:g}", "", "", "", told, "", style="bold")
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    console = Console()
    console.print(table)
    console.print(f"layers: namespaces {layers['namespaces']}; user {layers['user']}", markup=False)
    if busy > 1:
        console.print(f"This machine is busy ({busy:.1f} processes for each processor): wall time "
                      "is that much longer than on an idle one.")  # fmt: skip
    if not met:
        raise SystemExit(1)


class Cost(NamedTuple):
    """Seconds of one worker, or medians of many."""

    ready: float
    gone: float
    cpu: float

    @property
    def wall(self) -> float:
        return self.ready + self.gone


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


if __name__ == "__main__":
    main()
