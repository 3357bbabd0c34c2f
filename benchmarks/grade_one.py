"""What isolation costs one submission: `autograder grade` beside plain pytest.

    python -m benchmarks.grade_one [SUBMISSION] [--runs N]

Runs both on the same submission and seed, in turn, N times after one warm-up of each, as whole
processes: wall and CPU seconds (user and system, children included), the medians and their
ratio. Then where the time of one graded submission goes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.spent import spent

GOALS = (0.65, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("submission", nargs="?", default="solutions/segmentation")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "result.json"
        seed = ["--seed", str(options.seed)]
        sandboxed = ["autograder", "grade", options.submission, *seed, "--json", str(document)]
        plain = ["benchmarks.inprocess", options.submission, *seed]
        times: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for run in range(options.runs + 1):
            for name, arguments in (("autograder grade", sandboxed), ("plain pytest", plain)):
                measured = _measure([sys.executable, "-m", *arguments])
                if run:
                    times[name].append(measured)
        result = json.loads(document.read_bytes())

    console = Console()
    console.print(_comparison(times, options.runs))
    console.print(_whereabouts(result, _import_seconds()))


def _measure(command: list[str]) -> tuple[float, float]:
    """(wall, CPU) seconds of a command and all its children, in one process after another."""
    with spent() as measured:
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return measured.wall, measured.cpu


def _import_seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return time.perf_counter() - start


def _comparison(times: dict[str, list[tuple[float, float]]], runs: int) -> Table:
    table = Table(title=f"median of {runs} runs each, in turn")
    for column in ("", "wall s", "CPU s"):
        table.add_column(column, justify="right" if column else "left")
    medians = {
        name: [statistics.median(values) for values in zip(*measured, strict=True)]
        for name, measured in times.items()
    }
    for name, (wall, cpu) in medians.items():
        table.add_row(name, f"{wall:.2f}", f"{cpu:.2f}")
    sandboxed, plain = medians.values()
    ratios = [ours / theirs for ours, theirs in zip(sandboxed, plain, strict=True)]
    words = ["met" if r <= goal else "missed" for r, goal in zip(ratios, GOALS, strict=True)]
    table.add_row("ratio", *(f"{ratio:.2f}" for ratio in ratios))
    table.add_row(f"goals {GOALS[0]}, {GOALS[1]}", *words)
    return table


def _whereabouts(result: dict[str, object], import_seconds: float) -> Table:
    table = Table(title="where the time of one graded submission goes (wall s)")
    table.add_column("part")
    table.add_column("seconds", justify="right")
    table.add_row("import torch", f"{import_seconds:.2f}")
    checks = result["checks"]
    assert isinstance(checks, list)
    by_task: dict[str, float] = defaultdict(float)
    for check in checks:
        by_task[check["task"]] += check["seconds"]
    for task, seconds in by_task.items():
        table.add_row(f"checks of {task}.py", f"{seconds:.2f}")
    table.add_row(
        "all of it, with the files spread over the processors", f"{result['seconds']:.2f}"
    )
    return table


if __name__ == "__main__":
    main()
