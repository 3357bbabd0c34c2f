"""A course in a folder of its own, driven by nbgrader's real commands."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from corpus.nbgrader.students import CLASSES
from corpus.paths import ROOT

ASSIGNMENT = "segmentation"
DUE = "2030-01-01 12:00:00 UTC"
# A format without a code in it is the time itself: 25 hours after it was due.
LATE = "2030-01-02 13:00:00.000000 UTC"
IN_TIME = "2029-12-31 13:00:00.000000 UTC"

SETTINGS = """
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
"""


class Course:
    """What a fresh clone holds, an exchange beside it, and a folder for each student."""

    def __init__(self, root: Path, assignment: str = ASSIGNMENT) -> None:
        self.assignment = assignment
        self.root = root / "clone"
        self.exchange = root / "exchange"
        self.students = root / "students"
        self.environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(root),
            "JUPYTER_CONFIG_DIR": str(root / "jupyter"),
            "JUPYTER_DATA_DIR": str(root / "jupyter-data"),
            "PYTHONPATH": str(ROOT),
        }
        self.said = ""  # by the command that graded
        if self.root.exists():  # made earlier, and still good
            return
        self.root.mkdir(parents=True)
        for name in ("solutions", "data", "assignment"):
            shutil.copytree(
                ROOT / name,
                self.root / name,
                ignore=shutil.ignore_patterns("__pycache__", ".*cache"),
            )
        shared = SETTINGS.format(exchange=str(self.exchange), cache=str(root / "cache"))
        config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
        (self.root / "nbgrader_config.py").write_text(config + shared, encoding="utf-8")
        self.students.mkdir()
        (self.students / "nbgrader_config.py").write_text(
            f'c = get_config()\nc.CourseDirectory.course_id = "segmentation-course"\n{shared}'
        )

    def copy(self, root: Path) -> Course:
        """The same course, to be changed by one test alone; the exchange stays the same."""
        copied = copy.copy(self)
        copied.root = root
        shutil.copytree(self.root, root, symlinks=True)
        return copied

    @property
    def folder(self) -> Path:
        """nbgrader's folders: source, submitted, autograded, feedback."""
        return self.root / "course"

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=cwd or self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def nbgrader(self, *arguments: str) -> str:
        """Run a command of the teaching assistant's; what it said. It must succeed."""
        done = self.run("nbgrader", *arguments)
        assert done.returncode == 0, f"nbgrader {' '.join(arguments)}\n{done.stderr}"
        return done.stdout + done.stderr

    def release(self) -> None:
        """From the solutions to the exchange."""
        assert self.run("autograder", "release", self.assignment).returncode == 0
        self.nbgrader("generate_assignment", self.assignment, "--force")
        self.nbgrader("db", "assignment", "add", self.assignment, f"--duedate={DUE}")
        self.nbgrader("release_assignment", self.assignment)

    def hand_in(self, students: Iterable[str]) -> None:
        """Each fetches the assignment, works and submits; "korean" by a learning system."""
        students = list(students)
        self._several((name, ["fetch_assignment", self.assignment]) for name in students)
        for name in students:
            CLASSES[self.assignment][name](self.students / name / self.assignment)
        self._several(
            (
                name,
                [
                    "submit",
                    self.assignment,
                    f'--student="{name}"',
                    f"--Exchange.timestamp_format={LATE if name == 'late' else IN_TIME}",
                ],
            )
            for name in students
            if name != "korean"
        )
        if "korean" in students:
            archive = self.folder / "downloaded" / self.assignment / "archive"
            archive.mkdir(parents=True)
            shutil.make_archive(
                str(archive / f"korean_{self.assignment}"),
                "zip",
                self.students / "korean" / self.assignment,
            )

    def collect(self) -> None:
        self.nbgrader("collect", self.assignment)
        if (self.folder / "downloaded").exists():
            self.nbgrader("zip_collect", self.assignment)

    def _several(self, commands: Iterable[tuple[str, list[str]]]) -> None:
        """Run students' commands, each in its student's folder, in one process."""
        asked = []
        for name, arguments in commands:
            folder = self.students / name
            folder.mkdir(exist_ok=True)
            shutil.copyfile(self.students / "nbgrader_config.py", folder / "nbgrader_config.py")
            asked.append((str(folder), arguments))
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.several"],
            input=json.dumps(asked),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
