"""The command line, as a process of its own or, cheaper, in this one with what is prepared."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from autograder import cli
from autograder.authoring.manifest import Assignment
from autograder.course import pool
from autograder.course.executors import Graders
from autograder.sandbox.grader.client import Sandbox
from corpus.paths import ROOT

Command = Callable[..., Result]


def autograder(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A whole process, as a user starts it."""
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=ROOT)


class AtOnce(Executor):
    """Does a task when it is handed in."""

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def in_this_process(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, assignment: Assignment
) -> Command:
    """The command line of which every grading uses this sandbox, which starts no process."""
    launched = SimpleNamespace(close=lambda: None)
    monkeypatch.setattr("autograder.sandbox.grader.launch.launch", lambda: launched)
    grading = import_module("autograder.cli.grade")  # the package's `grade` is the command
    monkeypatch.setattr(grading, "Sandbox", lambda *a, **k: nullcontext(sandbox))
    monkeypatch.setattr(pool, "prepared", lambda name, limits: (assignment, sandbox))
    monkeypatch.setattr(
        "autograder.cli.class_run.on_this_machine", lambda jobs: Graders(AtOnce, at_once=1)
    )
    monkeypatch.chdir(ROOT)
    runner = CliRunner()
    return lambda *arguments: runner.invoke(cli.app, list(map(str, arguments)))
