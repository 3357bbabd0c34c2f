"""The grader of today beside an earlier one, in one run.

    python -m benchmarks.before_after [COMMIT] [--runs N] [--students N] [--in FOLDER] [--tests]

Clones this repository at COMMIT, by default the one that the goals were set against, and gives
it an environment of its own, with the packages of this one. Then the two take turns: one
submission by the command line, a class, and the public tests of a file from a notebook's process.
With `--tests` also the project's own checks and tests, with `--only-tests` nothing else. Prints a
table of medians with their spread, and their ratio beside the goal.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.memory import Memory
from benchmarks.spent import spent
from corpus.environments import environment_with
from corpus.made_class import submission, write
from corpus.paths import ROOT

COMMIT = "56046fa"
FILES = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")
# The notebook's process: the second call of what runs the public tests of one file.
NOTEBOOK = """
import contextlib, io, sys, time
try:
    from check import check
except ImportError:
    from practice import public_tests as check  # its name before
for turn in range(2):
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        check("transposed_conv")
    seconds = time.perf_counter() - start
print(seconds)
"""


@dataclass(frozen=True)
class Grader:
    """A checkout and the Python that sees its package."""

    folder: Path
    python: str

    def run(self, *command: str | Path, cwd: Path | None = None) -> str:
        """What it prints. Raises CalledProcessError."""
        done = subprocess.run(
            [self.python, *map(str, command)],
            cwd=cwd or self.folder,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout


@dataclass(frozen=True)
class Goal:
    """A figure, and what its ratio to the earlier one should not exceed."""

    name: str
    most: float


Part = Callable[[Grader, Path], Iterator[tuple[Goal, float]]]


def one_submission(grader: Grader, room: Path) -> Iterator[tuple[Goal, float]]:
    """The solution, by the command line."""
    with spent() as used:
        grader.run("-m", "autograder", "grade", ROOT / "solutions" / "segmentation", "--seed", "1")
    yield Goal("grade the solution, wall s", 0.55), used.wall
    yield Goal("grade the solution, CPU s", 0.65), used.cpu


def a_class(students: int) -> Part:
    """So many submissions that differ, by two graders."""

    def grade(grader: Grader, room: Path) -> Iterator[tuple[Goal, float]]:
        with spent() as used:
            grader.run(*_class_of(students, room))
        yield Goal(f"class of {students}, wall s a submission", 0.55), used.wall / students
        yield Goal(f"class of {students}, CPU s a submission", 0.55), used.cpu / students

    return grade


def memory(grader: Grader, room: Path) -> Iterator[tuple[Goal, float]]:
    """Two graders, by the pages that are theirs; to count them takes time of its own."""
    with Memory() as watched:
        grader.run(*_class_of(6, room))
    yield Goal("memory of two graders, GB", 0.5), watched.peak / 1e9


def _class_of(students: int, room: Path) -> tuple[str | Path, ...]:
    folder = room / "class"
    for number in range(students):
        write(folder / f"student{number:03}", submission(number))
    return ("-m", "autograder", "course", "grade", folder, "--seed", "1", "--jobs", "2")


def public_tests(grader: Grader, room: Path) -> Iterator[tuple[Goal, float]]:
    """The second call in a process that stays, as a notebook's does, of a student who is done."""
    folder = room / "segmentation"
    shutil.copytree(grader.folder / "assignment" / "segmentation", folder)
    for name in FILES:
        shutil.copy(grader.folder / "solutions" / "segmentation" / f"{name}.py", folder)
    said = grader.run("-c", NOTEBOOK, cwd=folder)
    yield Goal("public tests of a file, second call, wall s", 0.15), float(said.split()[-1])


def own(target: str, name: str) -> Part:
    """What `make` checks of the project itself, with empty caches."""

    def make(grader: Grader, room: Path) -> Iterator[tuple[Goal, float]]:
        caches = {"MYPY_CACHE_DIR": str(room / "mypy"), "RUFF_CACHE_DIR": str(room / "ruff")}
        variables = [f"BIN={Path(grader.python).parent}", "DEVELOPED=Makefile"]
        start = time.perf_counter()
        done = subprocess.run(
            ["make", target, *variables],
            cwd=grader.folder,
            env=os.environ | caches,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        seconds = time.perf_counter() - start
        # What an earlier commit asks of a machine or a package may have changed since.
        if done.returncode:
            print(*done.stdout.splitlines()[-5:], sep="\n")
        yield Goal(f"{name}, wall s", 0.5), seconds

    return make


def measure(
    graders: Mapping[str, Grader],
    parts: Mapping[Part, int],
    console: Console,
) -> dict[Goal, dict[str, list[float]]]:
    """Take every part so many times, the graders in turn."""
    found: dict[Goal, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for part, runs in parts.items():
        for _ in range(runs):
            for name, grader in graders.items():
                with tempfile.TemporaryDirectory(prefix="before-after-") as room:
                    for goal, figure in part(grader, Path(room)):
                        found[goal][name].append(figure)
                        console.print(f"{name}: {goal.name}: {figure:.2f}", highlight=False)
    return found


def summary(found: Mapping[Goal, Mapping[str, list[float]]], names: tuple[str, str]) -> Table:
    """A row for each figure; spreads where there was more than one run."""
    before, after = names
    table = Table(title="medians, with the least and the most")
    for column in ("", before, after, "ratio", "goal", ""):
        table.add_column(column, justify="left" if not column else "right")
    for goal, figures in found.items():
        ratio = median(figures[after]) / median(figures[before])
        table.add_row(
            goal.name,
            *(_spread(figures[name]) for name in names),
            f"{ratio:.2f}",
            f"{goal.most:g}",
            "met" if ratio <= goal.most else "missed",
        )
    return table


def _spread(figures: list[float]) -> str:
    if len(figures) == 1:
        return f"{figures[0]:.2f}"
    return f"{median(figures):.2f} ({min(figures):.2f} to {max(figures):.2f})"


def earlier(commit: str, folder: Path) -> Grader:
    """The repository at that commit, with an environment of its own."""
    checkout = folder / "checkout"
    if not checkout.is_dir():
        subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)
        subprocess.run(["git", "-C", checkout, "checkout", "--quiet", commit], check=True)
    return installed(checkout, folder / "environment")


def installed(checkout: Path, environment: Path) -> Grader:
    """A checkout, installed into an environment with the packages of this one."""
    python = environment_with(environment)
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    pip = [sys.executable, "-m", "pip", "--python", python, "install"]
    subprocess.run([*pip, *options, "--editable", checkout], check=True)
    _add_commands(Path(python).parent)
    return Grader(checkout, python)


def _add_commands(folder: Path) -> None:
    """The commands of this environment, which tests look for beside their Python."""
    ours = Path(sys.executable).parent
    for command in ours.iterdir():
        there = folder / command.name
        if there.exists() or not command.is_file():
            continue
        text = command.read_bytes()
        there.write_bytes(text.replace(f"#!{ours}/".encode(), f"#!{folder}/".encode(), 1))
        there.chmod(0o755)


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit", nargs="?", default=COMMIT)
    parser.add_argument("--runs", type=int, default=3, help="of what is short")
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--in", dest="folder", type=Path, help="where the earlier one stays")
    parser.add_argument("--tests", action="store_true", help="also `make check` and `make test`")
    parser.add_argument("--only-tests", action="store_true", help="these two alone")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="before-after-") as temporary:
        folder = (options.folder or Path(temporary)).absolute()
        graders = {
            options.commit: earlier(options.commit, folder / "before"),
            "today": installed(ROOT, folder / "today"),
        }
        parts: dict[Part, int] = {}
        if not options.only_tests:
            parts |= {one_submission: options.runs, public_tests: options.runs}
            parts |= {a_class(options.students): 1, memory: 1}
        if options.tests or options.only_tests:
            parts[own("check", "make check")] = parts[own("test", "make test")] = 1
        found = measure(graders, parts, console)
    console.print(summary(found, (options.commit, "today")))


if __name__ == "__main__":
    main()
