"""A class graded with the same checks by this autograder and by what people use.

    python -m benchmarks.peers [--sizes 1 10 50] [--jobs N] [--in FOLDER] [--draw FILE]

Grades the same submissions (corpus/made_class.py) by `autograder course grade`, by plain
pytest in a new process for each, by stock nbgrader with the checks in hidden cells, and by
`otter run` (otter-grader), one peer after the other, in this run on this machine. All run the same
hidden suites on the same seed; the peers import the student's modules into their own process, and
nothing is protected there. nbgrader grades one submission after the other, as its command does;
plain pytest and otter are started for JOBS submissions at once, and so is this autograder. The
last two peers live in environments of their own, made below FOLDER (by default for this run only),
which see the installed torch.

Prints wall and processor seconds a submission, the processor seconds beyond those of the checks
themselves, and the peak memory of all processes (pages that several share are counted once, as
seen every half second); how that grows with the number of submissions; and whether the goals are
met. Exit code 1 where a peer gives a submission other points.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from rich.console import Console
from rich.table import Table

from benchmarks.memory import Memory
from benchmarks.peer_graders import (
    Points,
    by_autograder,
    by_nbgrader,
    by_otter,
    by_plain_pytest,
    make_environments,
)
from benchmarks.spent import spent
from corpus.made_class import submission, write

OURS, PLAIN, NBGRADER, OTTER = "autograder course grade", "plain pytest", "nbgrader", "otter run"
COLOURS = {OURS: "#0072B2", PLAIN: "#E69F00", NBGRADER: "#009E73", OTTER: "#CC79A7"}
MARKERS = {OURS: "o", PLAIN: "s", NBGRADER: "^", OTTER: "D"}
GOAL = 0.25  # of plain pytest's processor seconds beyond the checks, at the largest size


@dataclass(frozen=True)
class Cost:
    """What grading so many submissions took, in seconds and bytes, all processes together."""

    submissions: int
    wall: float
    cpu: float
    memory: int


def measure(submissions: int, grade: Callable[[], Points]) -> tuple[Points, Cost]:
    with spent() as used, Memory() as memory:
        points = grade()
    return points, Cost(submissions, used.wall, used.cpu, memory.peak)


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--in", dest="folder", type=Path, help="where the environments stay")
    parser.add_argument("--draw", type=Path, help="a PNG file")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        environments = make_environments((options.folder or room / "environments").absolute())
        costs: dict[str, list[Cost]] = {name: [] for name in COLOURS}
        own: list[float] = []
        differ = 0
        for size in sorted(options.sizes):
            graded, checks = _grade_class(size, room / str(size), environments, options.jobs)
            for name, (_, cost) in graded.items():
                costs[name].append(cost)
                console.print(f"{size:3} by {name}: {cost.wall:.0f} s", highlight=False)
            own.append(checks)
            differ += _differences({name: said for name, (said, _) in graded.items()}, console)
        console.print(_table(costs, own))
        console.print(_growth(costs))
        for line in _goals(costs, own):
            console.print(line, highlight=False)
        if options.draw:
            _draw(costs, options.draw)
        return int(differ > 0)


def _grade_class(
    size: int, room: Path, environments: dict[str, Path], jobs: int
) -> tuple[dict[str, tuple[Points, Cost]], float]:
    """What each peer gave and took, and the mean CPU seconds of the checks of a submission."""
    folders = [room / "class" / f"student{number:03}" for number in range(size)]
    for number, folder in enumerate(folders):
        write(folder, submission(number))
    checks: list[float] = []
    graders: dict[str, Callable[[], Points]] = {
        OURS: lambda: by_autograder(room / "class", jobs),
        PLAIN: lambda: by_plain_pytest(folders, jobs, checks),
        NBGRADER: lambda: by_nbgrader(folders, environments["nbgrader"], room / "nbgrader"),
        OTTER: lambda: by_otter(folders, environments["otter"], room / "otter", jobs),
    }
    graded = {name: measure(size, grade) for name, grade in graders.items()}
    return graded, statistics.mean(checks)


def _differences(said: dict[str, Points], console: Console) -> int:
    """How many points were given otherwise than by this autograder; each is printed."""
    count = 0
    for name, points in said.items():
        for student, ours in said[OURS].items():
            if abs(points.get(student, -1) - ours) > 1e-6:
                count += 1
                console.print(f"{student}: {ours:g} here, {points.get(student)} by {name}")
    return count


def _table(costs: dict[str, list[Cost]], own: Sequence[float]) -> Table:
    table = Table(title="a submission")
    for column in ("submissions", "graded by"):
        table.add_column(column)
    for column in ("wall s", "CPU s", "of it beyond the checks", "peak memory, all, GB"):
        table.add_column(column, justify="right")
    for row, checks in enumerate(own):
        for name, of in costs.items():
            cost = of[row]
            n = cost.submissions
            table.add_row(
                str(n),
                name,
                f"{cost.wall / n:.1f}",
                f"{cost.cpu / n:.1f}",
                f"{cost.cpu / n - checks:.1f}",
                f"{cost.memory / 1e9:.1f}",
                end_section=name == OTTER,
            )
    return table


def _growth(costs: dict[str, list[Cost]]) -> Table:
    table = Table(title="how it grows: a start, and so much for each further submission")
    table.add_column("graded by")
    for column in ("start, wall s", "each, wall s", "start, CPU s", "each, CPU s"):
        table.add_column(column, justify="right")
    for name, of in costs.items():
        if len(of) < 2:
            continue
        n = [cost.submissions for cost in of]
        figures = []
        for seconds in ([cost.wall for cost in of], [cost.cpu for cost in of]):
            each, start = statistics.linear_regression(n, seconds)
            figures += [f"{start:.1f}", f"{each:.1f}"]
        table.add_row(name, *figures)
    return table


def _goals(costs: dict[str, list[Cost]], own: Sequence[float]) -> list[str]:
    last = {name: of[-1].cpu / of[-1].submissions - own[-1] for name, of in costs.items()}
    share = last[OURS] / last[PLAIN]
    lines = [
        f"CPU beyond the checks at {costs[OURS][-1].submissions}: {share:.2f} of plain pytest's, "
        f"goal {GOAL}: {'met' if share <= GOAL else 'missed'}"
    ]
    for row, cost in enumerate(costs[OURS]):
        slower = [name for name, of in costs.items() if name != OURS and of[row].wall <= cost.wall]
        lines.append(
            f"least wall time at {cost.submissions}: "
            + (f"missed, {', '.join(slower)} took no more" if slower else "met")
        )
    return lines


def _draw(costs: dict[str, list[Cost]], file: Path) -> None:
    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained", sharey=True)
    for axes, kind in zip(panels, ("wall", "cpu"), strict=True):
        for name, of in costs.items():
            n = [cost.submissions for cost in of]
            seconds = [getattr(cost, kind) / cost.submissions for cost in of]
            axes.plot(n, seconds, color=COLOURS[name], marker=MARKERS[name], label=name)
        axes.set_xscale("log")
        axes.set_xticks(n, [str(each) for each in n])
        axes.minorticks_off()
        axes.set_xlabel("submissions in one run")
        axes.set_ylabel(f"{'wall' if kind == 'wall' else 'processor'} seconds a submission")
        axes.grid(alpha=0.3)
    panels[0].set_ylim(bottom=0)
    panels[1].legend(loc="upper right")
    figure.savefig(file, dpi=80)


if __name__ == "__main__":
    sys.exit(main())
