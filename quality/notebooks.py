"""Whether any answer gets 0 by itself, in notebooks as students really hand them in.

    python -m quality.notebooks [--in FOLDER]

Makes the damaged, renamed and edited notebooks of corpus/nbgrader/odd_notebooks.py, each a student
of a class, and takes the class through nbgrader's own commands: generate, autograde, export.
Prints a line for each: what was done to it, which questions hold an answer, which wait for a
person, which got 0 by themselves. The exit code is 1 if a question with an answer did not wait, an
untouched notebook waited, a question waited without a reason or a status that says so, or what
was written is not in the notebook that a person sees.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from corpus.nbgrader.course import ASSIGNMENT, Course
from corpus.nbgrader.odd_answers import all_of_them
from corpus.nbgrader.odd_notebooks import QUESTIONS, STEM, Odd
from corpus.nbgrader.students import NOTEBOOK

GRADED = "graded"


@dataclass
class Outcome:
    """What the gradebook and the autograded notebook say of one student."""

    odd: Odd
    waiting: list[str]
    zero: list[str]
    reasons: set[str]
    status: str
    text: str
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--in", dest="folder", type=Path, help="where the class is made")
    chosen = parser.parse_args().folder
    with tempfile.TemporaryDirectory(prefix="notebooks-") as temporary:
        course = Course(chosen or Path(temporary))
        odds = all_of_them()
        autograde(course, odds)
        outcomes = [looked_through(outcome) for outcome in read(course, odds)]
    show(outcomes)
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


def autograde(course: Course, odds: list[Odd]) -> None:
    """Everything that nbgrader does with a class that was collected."""
    assert course.run("autograder", "release", ASSIGNMENT).returncode == 0
    course.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    for odd in odds:
        folder = course.folder / "submitted" / odd.name / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        odd.write(folder)
    done = course.run("nbgrader", "autograde", ASSIGNMENT, "--force")
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
    course.nbgrader("export", "--to", "grades.csv")


def read(course: Course, odds: list[Odd]) -> list[Outcome]:
    with (course.root / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        statuses = {row["student"]: row["status"] for row in csv.DictReader(file)}
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        return [outcome(course, gradebook, odd, statuses[odd.name]) for odd in odds]


def outcome(course: Course, gradebook: Gradebook, odd: Odd, status: str) -> Outcome:
    grades = {name: gradebook.find_grade(name, STEM, ASSIGNMENT, odd.name) for name in QUESTIONS}
    comments = (
        gradebook.find_comment(name, STEM, ASSIGNMENT, odd.name).auto_comment for name in QUESTIONS
    )
    path = course.folder / "autograded" / odd.name / ASSIGNMENT / NOTEBOOK
    cells = nbformat.read(path, nbformat.NO_CONVERT).cells
    return Outcome(
        odd,
        [name for name, grade in grades.items() if grade.needs_manual_grade],
        [name for name, grade in grades.items() if grade.auto_score == 0],
        {comment for comment in comments if comment and comment != "No response."},
        status,
        "\n".join(cell.source for cell in cells),
    )


def looked_through(outcome: Outcome) -> Outcome:
    """The same with what is wrong of it."""
    odd, wrong = outcome.odd, outcome.wrong
    wrong += [f"{name} has an answer and 0" for name in outcome.zero if name in odd.answered]
    if not odd.waits and outcome.waiting:
        wrong.append("is untouched and waits")
    if odd.waits and outcome.zero:
        wrong.append("was not read and has 0")
    blank = [name for name in outcome.waiting if name not in odd.answered]
    if blank and not outcome.reasons:
        wrong.append("waits without a reason")
    if (outcome.status == GRADED) == bool(outcome.waiting):
        wrong.append(f"has the status {outcome.status}")
    if set(outcome.waiting) | set(outcome.zero) != set(QUESTIONS):
        wrong.append("a question neither waits nor has 0")
    wrong += [f"not shown: {text}" for text in odd.must_be_shown if text not in outcome.text]
    return outcome


def show(outcomes: list[Outcome]) -> None:
    table = Table()
    for heading in ("notebook", "what was done to it"):
        table.add_column(heading)
    for heading in ("answered", "waiting", "0 by itself"):
        table.add_column(heading, justify="right")
    table.add_column("why")
    for each in outcomes:
        counts = (len(each.odd.answered), len(each.waiting), len(each.zero))
        why = "; ".join(sorted(each.reasons)) or ("answered" if each.waiting else "nothing written")
        table.add_row(
            each.odd.name,
            each.odd.done,
            *(str(count or "") for count in counts),
            f"WRONG: {'; '.join(each.wrong)}" if each.wrong else why,
        )
    Console(width=170 if not sys.stdout.isatty() else None).print(table)
    waiting = [each for each in outcomes if each.waiting]
    zero = [each for each in outcomes if each.zero]
    answers = sum(len(each.odd.answered) for each in outcomes)
    with_answers = sum(bool(each.odd.answered) for each in waiting)
    print(
        f"{len(outcomes)} notebooks with {answers} answers: {len(waiting)} wait for a person "
        f"({with_answers} hold answers, the others were changed or damaged), {len(zero)} got 0 by "
        f"themselves ({sum(not each.odd.waits for each in zero)} hold nothing but what was "
        f"released), {sum(bool(each.wrong) for each in outcomes)} wrong"
    )


if __name__ == "__main__":
    sys.exit(main())
