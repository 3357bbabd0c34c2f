"""The command line, as a process of its own or, cheaper, in this one with what is prepared."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from autograder import cli
from autograder.authoring.manifest import Assignment
from autograder.sandbox.grader.client import Sandbox
from corpus.paths import ROOT

Command = Callable[..., Result]


def autograder(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A whole process, as a user starts it."""
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=ROOT)


class AtOnce(Executor):
    """A pool of graders that does a job when it is handed in, in this process."""

    def __init__(self, assignment: str = "", graders: int = 0) -> None: ...

    def start(self) -> None: ...

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future

    def follow(self, listen: Any, function: Any, /, *arguments: Any) -> Future[Any]:
        return self.submit(function, listen, *arguments)


def in_this_process(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, assignment: Assignment
) -> Command:
    """The command line of which every grading uses this sandbox, which starts no process."""
    monkeypatch.setattr("autograder.grading.grader_pool.GraderPool", AtOnce)
    monkeypatch.setattr("autograder.course.executors.GraderPool", AtOnce)
    monkeypatch.setattr(
        "autograder.grading.prepared.prepared", lambda name, *limits, **how: (assignment, sandbox)
    )
    monkeypatch.chdir(ROOT)
    runner = CliRunner()
    return lambda *arguments: runner.invoke(cli.app, list(map(str, arguments)))
