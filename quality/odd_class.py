"""Whether a class with odd submissions in it is graded to the end, as each one alone.

    python -m quality.odd_class [--students N] [--odd N] [--stoppers N] [--task NAME] [--kills N]

Makes a class of which every third submission is odd: it returns odd results (quality/oddities.py)
or wants to end the run of everybody (corpus/attacks/stoppers.py). The others are those of
`corpus.made_class`. `autograder course grade` is killed with SIGKILL so many
times on the way, each time after some more grades were kept, and started again. Then everybody
must have a line, and a result with the same verdicts as `grade` gives that submission alone, or a
reason where nothing can be taken. The exit code is 1 where somebody has none or another one.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from autograder.course.ledger import Ledger
from autograder.course.submissions import find, ledger_of
from autograder.document.result import Result
from autograder.grading.assignments import load_assignment
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.intake import NoSubmission
from autograder.sandbox.grader.printable import printable
from corpus.attacks.stoppers import STOPPERS, Stopper
from corpus.made_class import submission, write
from corpus.oddities import Oddity, oddities
from corpus.paths import ASSIGNMENT
from corpus.solution import TASKS
from corpus.twists import TWISTS

SEED = 7


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--odd", type=int, default=10, help="so many of them")
    parser.add_argument("--stoppers", type=int, default=0, help="so many, at most all")
    parser.add_argument("--task", action="append", choices=TASKS, help="by default all")
    parser.add_argument("--kills", type=int, default=2)
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="odd-class-") as name:
        folder = Path(name) / "class"
        tasks = tuple(options.task or TASKS)
        told = make(folder, options.students, options.odd, options.stoppers, tasks)
        for kill in range(options.kills):
            after = options.students * (kill + 1) // (options.kills + 1)
            kept = grade_until(folder, after)
            console.print(f"killed when {kept} of {options.students} were graded")
        done = subprocess.run(command(folder), capture_output=True, text=True, check=False)
        wrong = compare(folder, told, console)
    table = done.stdout.partition("total")[2].splitlines()[1 : options.students + 1]
    lines = sum(line.startswith("student") for line in table)
    console.print(
        f"exit code {done.returncode}; {lines} lines; {options.students - wrong} as alone, "
        f"{wrong} otherwise"
    )
    sys.exit(1 if wrong or lines < options.students or done.returncode not in (0, 1) else 0)


def make(
    folder: Path, students: int, odd: int, stoppers: int, tasks: Sequence[str]
) -> dict[str, str]:
    """Write the class; what is odd about each student, by the beginning of the name."""
    folder.mkdir()
    chance = random.Random(SEED)
    single = [
        each for each in oddities(tasks, [(name,) for name in TWISTS]) if each.task == each.home
    ]
    chosen: list[Oddity | Stopper] = [*chance.sample(single, odd), *STOPPERS[:stoppers]]
    chance.shuffle(chosen)
    others = {f"{task}.py" for task in TASKS if task not in tasks}
    told = {}
    for number in range(students):
        student = f"student{number:02}"
        # Every third one, so that a run that stops at one of them shows.
        oddity = chosen.pop() if chosen and number % 3 == 0 else None
        files = oddity.files() if isinstance(oddity, Oddity) else submission(number, tasks)
        files = {name: text for name, text in files.items() if name not in others}
        if isinstance(oddity, Stopper):
            oddity.write(folder / student, files)
        else:
            write(folder / student, files)
        told[student] = "" if oddity is None else getattr(oddity, "tries", str(oddity))
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
    with Ledger(place) as ledger:
        return {entry.student: entry.result for entry in ledger.record()}


def compare(folder: Path, told: dict[str, str], console: Console) -> int:
    """Print each student's points; how many have not the result that they have alone."""
    found, wrong = graded(folder), 0
    assignment = load_assignment(ASSIGNMENT)
    with Sandbox(share_processor=True) as sandbox:
        for submitted in find(folder, ASSIGNMENT):
            student, result = submitted.student, found.get(submitted.student)
            try:
                alone = grade(submitted.take(), GradingRun.of(assignment, seed=SEED), sandbox)
                same = result is not None and verdicts(result) == verdicts(alone)
                note = "" if same else f"  alone {alone.earned:g}"
            except NoSubmission as reason:
                same = student in found and result is None
                note = f"  {str(reason).replace(str(folder), '')}"
            wrong += not same
            points = "-" if result is None else f"{result.earned:g}"
            odd = told[student[: len("student00")]]
            said = f"{printable(student)} {points:>5}{note}  {odd}"
            console.print(said, highlight=False, markup=False, soft_wrap=True)
    return wrong


def verdicts(result: Result) -> list[tuple[str, float, str]]:
    return [(check.id, check.earned, check.verdict) for check in result.checks]


if __name__ == "__main__":
    main()
