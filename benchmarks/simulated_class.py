"""A class of thousands, a tenth of it hostile or broken: is it still the same at its end?

    python -m benchmarks.simulated_class [--count 2000] [--task NAME ...] [--jobs N]

Makes COUNT submissions, each a copy of one original with a small change of its own, so that no
two are the same: right ways to write a file, known mistakes, and for every tenth submission
something hostile or broken. `autograder course grade` grades them in one run. Prints for the
hundreds the seconds they took and the memory of all processes, and compares every check of every
copy with what its original gets alone, in a process that grades nothing else. Exit code 1 where
one differs.

By default a submission holds the two files that are graded fastest, since what grows with the
number of submissions does not depend on what is in them.
"""

from __future__ import annotations

import argparse
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import cycle, pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
from autograder.document import result as results
from autograder.document.result import Result
from benchmarks.memory import Memory
from corpus import made_class
from corpus.solution import TASKS, solution_files

SEED = 20261126
ORIGINALS = 40  # that are neither hostile nor broken
HOSTILE_EVERY = 10
HUNDRED = 100
SHOWN = 10  # hundreds in the table, evenly spread, and the last one

Originals = dict[str, dict[str, str]]

# Put before the text of a right file, which is lost with it.
BEFORE = {
    "a syntax error": "def (:\n",
    "an exception": "raise RuntimeError\n",
    "an exit": "import sys\nsys.exit(0)\n",
    "an exit at once": "import os\nos._exit(0)\n",
    "an endless loop": "while True: pass\n",
    "10 GB": "import torch\nkept = torch.ones(10 * 2**30, dtype=torch.uint8)\n",
    "a segmentation fault": "import ctypes\nctypes.string_at(0)\n",
    "processes without end": "import os\nwhile True: os.fork()\n",
    "a connection": "import socket\nsocket.create_connection(('127.0.0.1', 80))\n",
    "another's work": "import os\nprint(os.listdir('..'), open('../../secret').read())\n",
}
# Put after it: the file is loaded with what it should have, whatever else it does.
AFTER = {
    "much output": "print('x' * 2**22)\n",
    "a patched library": "import torch\ntorch.equal = torch.allclose = lambda *a, **k: True\n",
    "an invented grade": "import os\nos.write(1, b'{\"earned\": 100}')\n",
}


def originals(tasks: Sequence[str]) -> tuple[Originals, Originals]:
    """(What students write in earnest, what is hostile or broken), by name."""
    earnest = {
        f"submission {number}": made_class.submission(number, tasks) for number in range(ORIGINALS)
    }
    right = {f"{task}.py": solution_files()[f"{task}.py"] for task in tasks}
    file, text = next(iter(right.items()))
    hostile = {name: {**right, file: f"{wrong}{text}"} for name, wrong in BEFORE.items()}
    hostile |= {name: {**right, file: f"{text}\n{wrong}"} for name, wrong in AFTER.items()}
    hostile["an empty folder"] = {}
    return earnest, hostile


def copied(files: Mapping[str, str], number: int) -> dict[str, str]:
    """The files with small changes that no other copy has."""
    return {
        name: f"# {name}, {number}\n{text}\n\n_attempt_{number} = {number}\n"
        for name, text in files.items()
    }


def plan(count: int, earnest: Iterable[str], hostile: Iterable[str]) -> list[str]:
    """The name of the original of which each submission is a copy."""
    chance, names, in_turn = random.Random(SEED), list(earnest), cycle(hostile)
    return [
        next(in_turn) if number % HOSTILE_EVERY == HOSTILE_EVERY - 1 else chance.choice(names)
        for number in range(count)
    ]


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--task", action="append", choices=TASKS, help="by default iou, unpooling")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 100)
    earnest, hostile = originals(options.task or ["iou", "unpooling"])
    of = plan(options.count, earnest, hostile)
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        for name, files in (earnest | hostile).items():
            made_class.write(room / "originals" / name, files)
        for number, name in enumerate(of):
            copy = copied((earnest | hostile)[name], number)
            made_class.write(room / "class" / _student(number), copy)
        graded = _graded(room, options.jobs, console)
        alone = _alone(room / "originals", sorted(set(of)), options.jobs)
    differing = 0
    for number, name in enumerate(of):
        if said(graded[_student(number)].result) != said(alone[name]):
            differing += 1
            console.print(f"{_student(number)} is graded otherwise than {name} alone")
    console.print(
        f"{len(of) - differing} of {len(of)} have, check by check, what their original gets "
        f"alone; {len(alone)} originals, "
        f"{len({entry.earned for entry in graded.values()})} different grades",
        highlight=False,
    )
    sys.exit(1 if differing else 0)


def _student(number: int) -> str:
    return f"student{number:05}"


def _graded(room: Path, jobs: int, console: Console) -> dict[str, Entry]:
    """Grade the class in one run, print what it took, and return what the ledger then holds."""
    start = time.monotonic()
    with Memory() as memory:
        status = _autograder("course", "grade", room / "class", "--jobs", jobs)
    seconds = time.monotonic() - start
    if status not in (0, 1):  # 1: some are empty folders
        sys.exit(f"autograder course grade ended with exit code {status}")
    with Ledger(room / "class.ledger") as ledger:
        graded = {entry.student: entry for entry in ledger.record()}
    times = sorted(datetime.fromisoformat(entry.graded).timestamp() for entry in graded.values())
    console.print(_table(times, memory.samples))
    console.print(
        f"{len(graded)} submissions in {seconds:.0f} s, {jobs} jobs, "
        f"{memory.peak / 1e9:.2f} GB at most",
        highlight=False,
    )
    return graded


def said(result: Result | None) -> list[tuple[str, str, float]] | None:
    """What of a result must not depend on who else is graded; None where nothing was graded."""
    if result is None:
        return None
    return [(check.id, check.verdict, check.earned) for check in result.checks]


def _autograder(*arguments: object) -> int:
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run([*command, "--seed", str(SEED)], capture_output=True).returncode


def _alone(folder: Path, names: Sequence[str], jobs: int) -> dict[str, Result | None]:
    """The result of each original, graded by a process of its own."""

    def grade(name: str) -> Result | None:
        document = folder / f"{name}.json"
        status = _autograder("grade", folder / name, "--json", document)
        return results.decode(document.read_bytes()) if status == 0 else None

    with ThreadPoolExecutor(jobs) as pool:
        return dict(zip(names, pool.map(grade, names), strict=True))


def _table(times: Sequence[float], memory: Sequence[tuple[float, int]]) -> Table:
    """Hundreds of submissions in the order in which they were done: seconds and memory."""
    table = Table(title="hundreds of submissions, in the order in which they were graded")
    for column in ("submissions", "seconds", "of the second", "memory, GB", "of the second"):
        table.add_column(column, justify="right")
    ends = times[HUNDRED - 1 :: HUNDRED]
    # The first hundred holds the start of the graders; the second one is what others are held to.
    rows = [
        (end - begin, max((used for at, used in memory if begin <= at <= end), default=0))
        for begin, end in pairwise(ends)
    ]
    if not rows:
        return table
    seconds, used = (max(figure, 1e-9) for figure in rows[0])
    step = math.ceil(len(rows) / SHOWN)
    for row in sorted({*range(0, len(rows), step), len(rows) - 1}):
        took, held = rows[row]
        table.add_row(
            f"{HUNDRED * (row + 1)}–{HUNDRED * (row + 2)}",
            f"{took:.0f}",
            f"{took / seconds:.2f}",
            f"{held / 1e9:.2f}",
            f"{held / used:.2f}",
        )
    return table


if __name__ == "__main__":
    main()
