"""A class of thousands, a tenth of it hostile or broken: is it still the same at its end?

    python -m benchmarks.simulated_class [--count 2000] [--task NAME ...] [--jobs N] [--in FOLDER]

Makes COUNT submissions, each a copy of one original with a small change of its own, so that no
two are the same: right ways to write a file, known mistakes, and for every tenth submission
something hostile or broken. `autograder course grade` grades them in one run. Prints for the
hundreds the seconds they took and the memory of all processes, and compares every check of every
copy with what its original gets alone, in a process that grades nothing else. Exit code 1 where
one differs.

By default a submission holds the two files that are graded fastest, since what grows with the
number of submissions does not depend on what is in them. With FOLDER, which is kept, a run that
was stopped goes on.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.ledger import Entry, Ledger
from autograder.grading import result as results
from autograder.grading.result import Result
from benchmarks import made_class
from benchmarks.graders import TASKS, solution_files
from benchmarks.memory import Memory

SEED = 20261126
ORIGINALS = 40  # that are neither hostile nor broken
HOSTILE_EVERY = 10
HUNDRED = 100
SHOWN = 10  # hundreds in the table, evenly spread

# Put before the text of a right file. Each takes the whole file with it and nothing else.
AT_IMPORT = {
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
# Put after it: the file is loaded, and its functions are what they should be until they are called.
AT_CALL = {
    "much output": "print('x' * 2**22)\n",
    "a patched library": "import torch\ntorch.equal = torch.allclose = lambda *a, **k: True\n",
    "an invented grade": "import os\nos.write(1, b'{\"earned\": 100}')\n",
}


def originals(tasks: Sequence[str]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """(What students write in earnest, what is hostile or broken), each a submission's files."""
    earnest = [made_class.submission(number, tasks) for number in range(ORIGINALS)]
    right = {name: text for name, text in solution_files().items() if name[:-3] in tasks}
    file = f"{tasks[0]}.py"
    hostile = [{**right, file: text + right[file]} for text in AT_IMPORT.values()]
    hostile += [{**right, file: f"{right[file]}\n{text}"} for text in AT_CALL.values()]
    hostile.append({})  # an empty folder
    return earnest, hostile


def copied(files: Mapping[str, str], number: int) -> dict[str, str]:
    """The files with small changes that no other copy has."""
    return {
        name: f"# {name}, {number}\n{text}\n\n_attempt_{number} = {number}\n"
        for name, text in files.items()
    }


def plan(count: int, earnest: int, hostile: int) -> Iterator[int]:
    """Of which original each submission is a copy; the hostile ones come after the earnest."""
    chance = random.Random(count)
    for number in range(count):
        if number % HOSTILE_EVERY == HOSTILE_EVERY - 1:
            yield earnest + number // HOSTILE_EVERY % hostile
        else:
            yield chance.randrange(earnest)


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--task", action="append", choices=TASKS, help="by default iou, unpooling")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--in", dest="folder", type=Path, help="where everything is kept")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 100)
    with tempfile.TemporaryDirectory() as temporary:
        room = (options.folder or Path(temporary)).absolute()
        earnest, hostile = originals(options.task or ["iou", "unpooling"])
        sources = [*earnest, *hostile]
        of = list(plan(options.count, len(earnest), len(hostile)))
        for number, original in enumerate(sources):
            _write(room / "originals" / f"{number:03}", original)
        for number, original in enumerate(of):
            _write(room / "class" / _student(number), copied(sources[original], number))
        graded = _graded(room, options.jobs, console)
        alone = _alone(room / "originals", len(sources), options.jobs)
    differing = [
        f"{_student(number)} is graded otherwise than original {original} alone"
        for number, original in enumerate(of)
        if said(graded[_student(number)].result) != said(alone[original])
    ]
    for line in differing:
        console.print(line)
    console.print(
        f"{len(of) - len(differing)} of {len(of)} have, check by check, what their original gets "
        f"alone; {len(sources)} originals, "
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


def _write(folder: Path, files: Mapping[str, str]) -> None:
    if not folder.exists():
        made_class.write(folder, dict(files))


def _autograder(*arguments: object) -> int:
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run([*command, "--seed", str(SEED)], capture_output=True).returncode


def _alone(folder: Path, count: int, jobs: int) -> list[Result | None]:
    """The result of each original, graded by a process of its own."""

    def grade(number: int) -> Result | None:
        document = folder / f"{number:03}.json"
        status = _autograder("grade", folder / f"{number:03}", "--json", document)
        return results.decode(document.read_bytes()) if status == 0 else None

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(grade, range(count)))


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
    step = max(1, len(rows) // SHOWN)
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
