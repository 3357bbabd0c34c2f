"""Suites and submissions written on the spot, run in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.authoring.manifest import Assignment, Function, Knowledge, StandInSpec, Task
from autograder.document.faults import Fault
from autograder.document.result import Check
from autograder.grading import suite_run
from autograder.grading.drawn import Drawn
from autograder.grading.grading_run import GradingRun, Progress
from autograder.grading.suite_run import run_suites
from autograder.sandbox.grader.client import Sandbox, TaskChannel
from autograder.sandbox.grader.exchange import Channel

HEAD = """
import torch
from hypothesis import given, strategies as st
from autograder.authoring.expect import expect_close
from autograder.authoring.marks import check
from autograder.document.text import Text

def about(function, points=1.0):
    return check(function, points=points, title=Text("t", "t"), hint=Text("h", "h"))
"""

DOUBLING = """
@about("double", 2)
@given(n=st.integers(1, 6), m=st.integers(1, 6))
def test_doubles(student, n, m):
    x = torch.arange(n * m, dtype=torch.float32).reshape(n, m)
    expect_close(student, student.double(x), 2 * x)

@about("double", 1)
def test_keeps_zero(student):
    expect_close(student, student.double(torch.zeros(2)), torch.zeros(2))
"""

Run = Callable[..., dict[str, Check]]


def lost_by_itself(checks: dict[str, Check]) -> set[str]:
    """The checks that lost points, but for those of form that only lack a right value."""
    return {
        name.removeprefix("task.")
        for name, check in checks.items()
        if not check.earned and "only beside a right value" not in str(check.message)
    }


class Opened:
    """Workers for the files of a folder, until a task is over."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._opened: list[TaskChannel] = []

    def connect(self, task: Task) -> Channel:
        self._opened.append(TaskChannel(self._sandbox, self._folder))
        return self._opened[-1]

    def finish(self, task: Task) -> None:
        for channel in self._opened:
            channel.close()


def running(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a suite against a submission, both of them given as text."""
    monkeypatch.setattr(suite_run, "SUITES", tmp_path)
    room = tmp_path / "room"
    room.mkdir(mode=0o711)
    (room / "submission").mkdir(mode=0o755)
    name = f"suite_{tmp_path.name}"  # modules are remembered by their names
    (tmp_path / name / "task").mkdir(parents=True)

    def run(
        suite: str,
        source: str,
        *,
        points: float = 3,
        seed: int = 0,
        needs: tuple[StandInSpec, ...] = (),
        knowledge: Callable[[], Knowledge] = Knowledge,
        on_fault: Callable[[Fault], None] = lambda fault: None,
        drawn: Drawn | None = None,
        **neighbours: str,
    ) -> dict[str, Check]:
        (tmp_path / name / "task" / "test_made.py").write_text(HEAD + dedent(suite))
        for module, text in {"task": source, **neighbours}.items():
            (room / "submission" / f"{module}.py").write_text(dedent(text))
        task = Task("task", points, (Function("double"),), ("made",), neighbours=needs)
        kernel = Function("kernel", ("rows", "columns"))
        others = tuple(Task(module, 0, (kernel,)) for module in neighbours)
        assignment = Assignment(name, "1", (task, *others), knowledge=knowledge)
        progress = Progress(on_fault=on_fault)
        graded = GradingRun.of(assignment, seed=seed, tasks=[task], progress=progress, drawn=drawn)
        checks = run_suites(graded, Opened(sandbox, room / "submission"))
        return {check.id: check for check in checks}

    return run
