"""A class of twelve through nbgrader's real commands, from the release to the export.

    python -m quality.nbgrader_course [--in FOLDER] [--without-stock]

prints what each student got in the gradebook beside what `autograder grade` says of the same
folder, and how long `nbgrader autograde` took beside stock nbgrader, which runs the same twelve
notebooks in its own kernel. The stock course trains for one epoch instead of 16 and 28, which
favours it; it is told not to overwrite the students' modules; and the hostile student's notebook
is an untouched one, because stock nbgrader ends for the whole class at a forged schema version.
All else there is nbgrader's default. Exit code 1 when a score differs.

A FOLDER that holds a class which was collected earlier is graded anew, without building it again.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from autograder.course.ledger import Ledger
from autograder.document.result import decode
from autograder.release.execute import set_parameters
from corpus.nbgrader.course import ASSIGNMENT, Course
from corpus.nbgrader.students import CLASS, MODULES, NOTEBOOK

STOCK_SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Autograde.exclude_overwriting = {{{assignment!r}: {modules!r}}}
"""
SCORES = """
SELECT submitted_assignment.student_id, base_cell.name,
       coalesce(grade.manual_score, grade.auto_score)
FROM grade
JOIN base_cell ON base_cell.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""
Scores = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Graded:
    """What a run of `nbgrader autograde` left in the gradebook, and how long it took."""

    scores: Scores
    seconds: float
    exit_code: int
    said: str


def autograde(course: Course, root: Path) -> Graded:
    started = time.monotonic()
    done = course.run("nbgrader", "autograde", ASSIGNMENT, cwd=root)
    seconds = time.monotonic() - started
    folder = root / "course" if (root / "course").is_dir() else root
    return Graded(scores(folder / "gradebook.db"), seconds, done.returncode, done.stderr)


def scores(gradebook: Path) -> Scores:
    found: Scores = {}
    connection = sqlite3.connect(gradebook)
    try:
        for student, cell, score in connection.execute(SCORES):
            if cell in MODULES and score is not None:
                found.setdefault(student, {})[cell] = score
    finally:
        connection.close()
    return found


def stock_course(course: Course) -> Path:
    """The same source and submissions in a course that knows nothing of ours."""
    root = course.root.parent / "stock"
    if root.exists():
        shutil.rmtree(root)
    shutil.copytree(course.folder / "source", root / "source")
    path = root / "source" / ASSIGNMENT / NOTEBOOK
    notebook = nbformat.read(path, nbformat.NO_CONVERT)
    set_parameters(notebook, {"ROAD_EPOCHS": 1, "CELL_EPOCHS": 1})
    nbformat.write(notebook, path)
    shutil.copytree(course.folder / "submitted", root / "submitted", symlinks=True)
    (root / "submitted" / "hostile" / ASSIGNMENT / NOTEBOOK).chmod(0o644)
    shutil.copyfile(
        course.root / "assignment" / ASSIGNMENT / NOTEBOOK,
        root / "submitted" / "hostile" / ASSIGNMENT / NOTEBOOK,
    )
    for path in (root / "submitted").glob(f"*/*/{NOTEBOOK}"):
        path.chmod(0o644)
        text = path.read_text(encoding="utf-8")
        for epochs in ("ROAD_EPOCHS = 16", "CELL_EPOCHS = 28"):
            text = text.replace(epochs, f"{epochs.split()[0]} = 1")
        path.write_text(text, encoding="utf-8")
    modules = [f"{name}.py" for name in MODULES]
    settings = STOCK_SETTINGS.format(assignment=ASSIGNMENT, modules=modules)
    (root / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    done = course.run("nbgrader", "generate_assignment", ASSIGNMENT, cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def graded_alone(course: Course) -> Scores:
    """What `autograder grade` says of every folder, with the class's seed."""
    with Ledger(course.folder / f"{ASSIGNMENT}.ledger") as ledger:
        seed = ledger.set_default("seed", "none was settled")
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        for student in CLASS:
            document = Path(temporary, f"{student}.json")
            folder = course.folder / "submitted" / student / ASSIGNMENT
            done = course.run(
                "autograder", "grade", str(folder), "--seed", seed, "--json", str(document),
                "--device", "cpu",
            )  # fmt: skip
            # 1: something that may be work, such as a renamed notebook, was not read.
            assert done.returncode in (0, 1), done.stderr
            result = decode(document.read_bytes())
            found[student] = {task.name: task.earned for task in result.tasks}
    return found


def table(ours: Scores, alone: Scores, stock: Scores | None) -> Table:
    shown = Table()
    shown.add_column("student")
    for name in (*MODULES, "gradebook", "autograder grade", "differs"):
        shown.add_column(name, justify="right")
    if stock is not None:
        shown.add_column("stock nbgrader", justify="right")
    for student in CLASS:
        mine = ours.get(student, {})
        row = [student, *(f"{mine.get(name, 0):g}" for name in MODULES)]
        row += [f"{sum(each.get(student, {}).values()):g}" for each in (ours, alone)]
        row.append("yes" if mine != alone[student] else "no")
        if stock is not None:
            found = stock.get(student)
            row.append("no grade" if found is None else f"{sum(found.values()):g}")
        shown.add_row(*row)
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--in", dest="folder", type=Path, help="where the course is, and stays")
    parser.add_argument("--without-stock", action="store_true")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 130)
    with tempfile.TemporaryDirectory() as temporary:
        course = Course((arguments.folder or Path(temporary)).absolute())
        if not (course.folder / "submitted").exists():
            course.release()
            course.hand_in(CLASS)
            course.collect()
        for left in (course.folder / "autograded", course.folder / f"{ASSIGNMENT}.ledger"):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        ours = autograde(course, course.root)
        console.print(f"nbgrader autograde: {ours.seconds:.0f} s, exit code {ours.exit_code}")
        stock = None if arguments.without_stock else autograde(course, stock_course(course))
        if stock:
            console.print(f"stock nbgrader:     {stock.seconds:.0f} s, exit code {stock.exit_code}")
            (course.root.parent / "stock.log").write_text(stock.said, encoding="utf-8")
        alone = graded_alone(course)
        for command in ("generate_feedback", "release_feedback"):
            course.nbgrader(command, ASSIGNMENT)
        course.nbgrader("export")
        course.nbgrader("export", "--exporter=autograder.nbgrader.export.Canvas")
        console.print(table(ours.scores, alone, stock.scores if stock else None))
        console.print((course.root / "grades.csv").read_text(encoding="utf-8-sig"), markup=False)
        return int(any(ours.scores.get(student) != alone[student] for student in CLASS))


if __name__ == "__main__":
    sys.exit(main())
