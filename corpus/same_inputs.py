"""Every way to grade a submission, and what each asks it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from corpus.environments import copy_source, environment_with, packages_of
from corpus.paths import ASSIGNMENT, ROOT
from corpus.requests_watcher import watch

# What a server that integrates sets, and what could lead Hypothesis and Python astray.
SERVER = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "PYTHONHASHSEED": "7",
    "HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY_CHOICES": "1",
    "OMP_NUM_THREADS": "1",
}

# Grades by a cluster of one worker, which ends with the program.
CLUSTER = """
import subprocess, sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        command = [sys.executable, "-m", "autograder", "course", "grade", *sys.argv[1:]]
        where = ["--scheduler", cluster.scheduler_address]
        sys.exit(subprocess.run([*command, *where]).returncode)
"""


@dataclass(frozen=True)
class Room:
    """Where one way grades: an empty folder, and what to grade by which seed."""

    folder: Path
    submission: Path
    seed: int
    tasks: Sequence[str] = ()
    sources: Sequence[Path] = (ROOT,)
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def written(self) -> Path:
        return self.folder / "requests"

    @property
    def packages(self) -> Path:
        return packages_of(self.folder / "env")

    def run(self, *command: str | Path, cwd: Path | None = None) -> None:
        """Run Python with these arguments, watched. Raises RuntimeError where it fails."""
        for folder in (self.written, self.folder / "cwd"):
            folder.mkdir(exist_ok=True)
        python = environment_with(self.folder / "env", *self.sources)
        watch(self.packages, self.written)
        environment = {name: os.environ[name] for name in os.environ if name not in SERVER}
        # nbgrader calls a command of the environment that it is installed in.
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [python, *map(str, command)],
            cwd=cwd or self.folder / "cwd",
            env=environment | dict(self.environment),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def left_behind(self) -> list[str]:
        """What stands in the folder that the command ran in."""
        return sorted(path.name for path in (self.folder / "cwd").iterdir())

    def requests(self) -> list[str]:
        """One line a request. Graders share the tasks, so what follows each load is sorted."""
        return list(chain.from_iterable(self.asked_after_loads()))

    def asked_after_loads(self) -> list[list[str]]:
        """What was asked of each file that was loaded, sorted."""
        asked: list[list[str]] = []
        for file in self.written.iterdir():
            for line in file.read_text().splitlines():
                if line.endswith(" Load"):
                    asked.append([])
                asked[-1].append(line)
        return sorted(asked)

    def members(self, names: Sequence[str]) -> Path:
        """A folder of submissions: the same one under each of these names."""
        for name in names:
            shutil.copytree(self.submission, self.folder / "class" / name)
        return self.folder / "class"


def on_the_command_line(room: Room) -> list[str]:
    tasks = [word for task in room.tasks for word in ("--task", task)]
    room.run("-m", "autograder", "grade", room.submission, "--seed", str(room.seed), *tasks)
    return room.requests()


def in_a_class(room: Room) -> list[str]:
    """Graded twice by one grader, which asks the same a second time."""
    members = room.members(("first", "second"))
    room.run(
        "-m", "autograder", "course", "grade", members, "--seed", str(room.seed), "--jobs", "1"
    )
    both = room.asked_after_loads()
    return list(chain.from_iterable(both[::2] if both[::2] == both[1::2] else both))


def by_nbgrader(room: Room) -> list[str]:
    """By `nbgrader autograde`, in a course of its own; the ledger holds the seed."""
    clone = room.folder / "clone"
    for name in ("solutions", "data", "assignment"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", clone)
    room.run("-m", "autograder", "release", ASSIGNMENT, cwd=clone)
    room.run("-m", "nbgrader", "generate_assignment", ASSIGNMENT, "--force", cwd=clone)
    submitted = clone / "course" / "submitted" / "kim" / ASSIGNMENT
    shutil.copytree(room.submission, submitted)
    shutil.copy(next((clone / "assignment" / ASSIGNMENT).glob("*.ipynb")), submitted)
    ledger = clone / "course" / f"{ASSIGNMENT}.ledger"
    settle = "import sys; from pathlib import Path; from autograder.course.ledger import Ledger\n"
    settle += "with Ledger(Path(sys.argv[1])) as ledger: ledger.seed(int(sys.argv[2]))"
    room.run("-c", settle, ledger, str(room.seed))
    room.run("-m", "nbgrader", "autograde", ASSIGNMENT, cwd=clone)
    return room.requests()


def on_dask(room: Room) -> list[str]:
    """By a worker of a local cluster."""
    members = room.members(("only",))
    (room.folder / "cluster.py").write_text(CLUSTER)
    room.run(room.folder / "cluster.py", members, "--seed", str(room.seed))
    return room.requests()


def under_ci(room: Room) -> list[str]:
    return on_the_command_line(replaced(room, environment=SERVER))


def from_a_checkout(room: Room) -> list[str]:
    """By an editable install: the package lies where it was checked out."""
    source = room.folder / "checkout"
    copy_source(source)
    return on_the_command_line(replaced(room, sources=(source,)))


def from_a_wheel(room: Room) -> list[str]:
    """By an installed package: the package lies in site-packages."""
    source = room.folder / "source"
    copy_source(source)
    wheels = room.folder / "wheels"
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(wheels), str(source)]
    subprocess.run(pip, check=True, capture_output=True)
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    target = ["--target", str(room.packages), str(next(wheels.glob("*.whl")))]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, *target], check=True, capture_output=True
    )
    return on_the_command_line(replaced(room, sources=()))


def replaced(room: Room, **changes: object) -> Room:
    return Room(**(vars(room) | changes))


WAYS: Mapping[str, Callable[[Room], list[str]]] = {
    "command line": on_the_command_line,
    "class": in_a_class,
    "nbgrader": by_nbgrader,
    "Dask": on_dask,
    "editable": from_a_checkout,
    "installed": from_a_wheel,
    "CI=true": under_ci,
}


@dataclass(frozen=True)
class Asked:
    """What one way asked, and what it left in the folder that it ran in."""

    requests: list[str]
    left_behind: list[str]

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.requests).encode()).hexdigest()


def ask(way: str, submission: Path, seed: int, tasks: Sequence[str] = ()) -> Asked:
    """Grade in this way, and read what was asked."""
    with tempfile.TemporaryDirectory(prefix="same-inputs-") as folder:
        room = Room(Path(folder), submission.resolve(), seed, tasks)
        return Asked(WAYS[way](room), room.left_behind())
