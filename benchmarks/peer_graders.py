"""How each peer of `benchmarks/peers.py` is made to grade a class with the hidden checks."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from pathlib import Path

import nbformat

from autograder.course.ledger import Ledger
from autograder.document.result import Check
from autograder.grading.assignments import load_assignment
from benchmarks.peer_checks import SEED
from corpus.in_process import grade_in_process
from corpus.paths import ROOT, SOLUTIONS
from corpus.solution import TASKS

PEERS = {"nbgrader": "nbgrader", "otter": "otter-grader"}
NOTEBOOK = "submission.ipynb"
ASSIGNMENT = "class"
# One thread for each, as the graders of this autograder have: more would fight for processors.
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

NBGRADER_CELL = """\
### BEGIN HIDDEN TESTS
from benchmarks.peer_checks import earned
earned({task!r})
### END HIDDEN TESTS
"""
NBGRADER_SCORES = """
SELECT submitted_assignment.student_id, sum(grade.auto_score)
FROM grade
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
GROUP BY submitted_assignment.student_id
"""
OTTER_TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = {task!r}
points = None
"""
OTTER_CASE = """

@test_case(points={points}, hidden=True)
def test_{number}():
    from benchmarks.peer_checks import passes

    assert passes({task!r}, {check!r})
"""

Points = dict[str, float]


def make_environments(folder: Path) -> dict[str, Path]:
    """The Python of each peer's environment, made where it is not there yet."""
    pythons = {}
    for name, package in PEERS.items():
        place = folder / name
        python = place / "bin" / "python"
        if not (place / "ready").exists():
            venv.create(place, with_pip=True, clear=True)
            _run([str(python), "-m", "pip", "install", "--quiet", package, "ipykernel"])
            # What the suites need, torch among it, is taken from where it is installed already.
            packages = next((place / "lib").glob("python*")) / "site-packages"
            (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
            (place / "ready").touch()
        pythons[name] = python
    return pythons


def by_autograder(folder: Path, jobs: int) -> Points:
    """`autograder course grade`."""
    ledger = folder.with_name("class.ledger")
    command = ["autograder", "course", "grade", str(folder), "--ledger", str(ledger)]
    _run([sys.executable, "-m", *command, "--seed", str(SEED), "--jobs", str(jobs)])
    with Ledger(ledger) as kept:
        return {entry.student: entry.earned for entry in kept.record()}


def by_plain_pytest(folders: Sequence[Path], jobs: int, checks: list[float]) -> Points:
    """A new pytest for each, with the student's modules in it.

    To `checks` is added what the checks themselves took of each, in processor seconds.
    """

    def grade(folder: Path) -> float:
        said = folder.with_suffix(".json")
        command = ["benchmarks.inprocess", str(folder), "--seed", str(SEED), "--json", str(said)]
        _run([sys.executable, "-m", *command])
        found = json.loads(said.read_text())
        checks.append(found["cpu_seconds"])
        return float(found["earned"])

    return _at_once(jobs, folders, grade)


def by_nbgrader(folders: Sequence[Path], python: Path, room: Path) -> Points:
    """Stock nbgrader: one notebook with a hidden cell for each file, and the modules beside it."""
    source = room / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(_graded_notebook(), source / NOTEBOOK)
    (room / "nbgrader_config.py").write_text("c = get_config()\n")
    nbgrader = [str(python), "-m", "nbgrader"]
    _run([*nbgrader, "generate_assignment", ASSIGNMENT], cwd=room)
    for folder in folders:
        submitted = room / "submitted" / folder.name / ASSIGNMENT
        shutil.copytree(folder, submitted)
        shutil.copy(room / "release" / ASSIGNMENT / NOTEBOOK, submitted)
    _run([*nbgrader, "autograde", ASSIGNMENT, "--ExecutePreprocessor.timeout=600"], cwd=room)
    with closing(sqlite3.connect(room / "gradebook.db")) as gradebook:
        return dict(gradebook.execute(NBGRADER_SCORES))


def by_otter(folders: Sequence[Path], python: Path, room: Path, jobs: int) -> Points:
    """`otter run` for each, on a zip file of the modules and an empty notebook."""
    tests = room / "tests"
    tests.mkdir(parents=True)
    for task in TASKS:
        (tests / f"{task}.py").write_text(_otter_test(task))
    otter = [str(python), "-m", "otter"]
    archive = room / "autograder.zip"
    _run([*otter, "generate", "-t", str(tests), "-o", str(archive), "--no-environment"], cwd=room)
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")]))

    def grade(folder: Path) -> float:
        place = room / folder.name
        place.mkdir()
        with zipfile.ZipFile(place / "submission.zip", "w") as zipped:
            zipped.writestr(NOTEBOOK, notebook)
            for path in folder.iterdir():
                zipped.write(path, path.name)
        _run([*otter, "run", "-a", str(archive), "-o", ".", "--no-logo", "submission.zip"], place)
        results = json.loads((place / "results.json").read_text())
        return float(sum(test.get("score", 0) for test in results["tests"]))

    return _at_once(jobs, folders, grade)


def _graded_notebook() -> nbformat.NotebookNode:
    cells = []
    for task, points in _points().items():
        cell = nbformat.v4.new_code_cell(NBGRADER_CELL.format(task=task))
        cell.metadata["nbgrader"] = {
            "schema_version": 3, "grade_id": task, "grade": True, "solution": False,
            "locked": True, "task": False, "points": points, "cell_type": "code",
        }  # fmt: skip
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = kernel
    return notebook


def _points() -> dict[str, float]:
    return {task.name: task.points for task in load_assignment("segmentation").tasks}


def _otter_test(task: str) -> str:
    """A test file with a case for each check, in the order of the suite."""
    return OTTER_TEST.format(task=task) + "".join(
        OTTER_CASE.format(points=check.points, number=number, task=task, check=check.id)
        for number, check in enumerate(_checks_of_the_solution(task))
    )


@cache
def _checks_of_the_solution(task: str) -> list[Check]:
    return grade_in_process(SOLUTIONS, [task], SEED)


def _at_once(jobs: int, folders: Iterable[Path], grade: Callable[[Path], float]) -> Points:
    folders = list(folders)
    with ThreadPoolExecutor(jobs) as pool:
        points = pool.map(grade, folders)
        return {folder.name: each for folder, each in zip(folders, points, strict=True)}


def _run(command: Sequence[str], cwd: Path | None = None) -> None:
    """Run a command, or end with what it said."""
    # nbgrader calls alembic by its name.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=cwd,
        env=ENVIRONMENT | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
