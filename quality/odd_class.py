"""Whether a class with odd submissions in it is graded to the end, as each one alone.

    python -m quality.odd_class [--students N] [--odd N] [--kills N]

Makes a class of which some submissions return odd results (quality/oddities.py) and the others
are those of `benchmarks.made_class`. `autograder course grade` is killed with SIGKILL so many
times on the way, each time after some more grades were kept, and started again. Then everybody
must have a result with the same verdicts as `grade` gives that submission alone. The exit code is
1 where somebody has none or another one.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from rich.console import Console

from autograder.course.ledger import Ledger
from autograder.course.submissions import ledger_of
from autograder.grading.grade import grade
from autograder.grading.result import Result
from autograder.grading.suite_run import load_assignment
from autograder.sandbox.client import Sandbox
from benchmarks.graders import ASSIGNMENT, TASKS
from benchmarks.made_class import submission, write
from quality.oddities import oddities
from quality.twists import TWISTS

SEED = 7


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--odd", type=int, default=10, help="so many of them")
    parser.add_argument("--kills", type=int, default=2)
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="odd-class-") as name:
        folder = Path(name) / "class"
        told = make(folder, options.students, options.odd)
        for kill in range(options.kills):
            after = options.students * (kill + 1) // (options.kills + 1)
            kept = grade_until(folder, after)
            console.print(f"killed when {kept} of {options.students} were graded")
        code = subprocess.run(command(folder), capture_output=True, check=False).returncode
        wrong = compare(folder, told, console)
    console.print(f"exit code {code}; {options.students - wrong} as alone, {wrong} otherwise")
    sys.exit(1 if wrong or code else 0)


def make(folder: Path, students: int, odd: int) -> dict[str, str]:
    """Write the class; what is odd about each student."""
    single = list(oddities(TASKS, [(name,) for name in TWISTS]))
    chosen = random.Random(SEED).sample([each for each in single if each.task == each.home], odd)
    told = {}
    for number in range(students):
        # Every third one, so that a run that stops at one of them shows.
        oddity = chosen.pop() if chosen and number % 3 == 0 else None
        student = f"student{number:02}"
        write(folder / student, oddity.files() if oddity else submission(number))
        told[student] = str(oddity) if oddity else ""
    return told


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "autograder", "course", "grade", str(folder), "--seed", str(SEED)]


def grade_until(folder: Path, count: int) -> int:
    """Kill a run once so many grades are kept; how many were."""
    run = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while run.poll() is None:
            kept = len(graded(folder))
            if kept >= count:
                break
            time.sleep(0.2)
    finally:
        run.kill()
        run.wait()
    return len(graded(folder))


def graded(folder: Path) -> dict[str, Result | None]:
    """The results of record so far; None where there is no grade."""
    place = ledger_of(folder)
    if not place.is_file():
        return {}
    with Ledger(place) as ledger, closing(ledger.record()) as entries:
        return {entry.student: entry.result for entry in entries}


def compare(folder: Path, told: dict[str, str], console: Console) -> int:
    """Print each student's points; how many have not the result that they have alone."""
    found, wrong = graded(folder), 0
    assignment = load_assignment(ASSIGNMENT)
    with Sandbox(share_processor=True) as sandbox:
        for student, odd in told.items():
            alone, result = grade(folder / student, assignment, sandbox, seed=SEED), found[student]
            same = result is not None and verdicts(result) == verdicts(alone)
            wrong += not same
            points = "-" if result is None else f"{result.earned:g}"
            note = "" if same else f"  alone {alone.earned:g}"
            console.print(f"{student} {points:>5}{note}  {odd}", highlight=False)
    return wrong


def verdicts(result: Result) -> list[tuple[str, float, str]]:
    return [(check.id, check.earned, check.verdict) for check in result.checks]


if __name__ == "__main__":
    main()
