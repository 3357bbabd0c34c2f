"""What all tests share: two zygotes, and submissions written on the spot."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import torch

from autograder.authoring.manifest import Assignment
from autograder.grading.assignments import assignments, load_assignment
from autograder.sandbox.grader.client import Sandbox, TaskChannel
from autograder.sandbox.grader.student import Student
from corpus.paths import ASSIGNMENT
from tests.support.command_line import Command, in_this_process
from tests.support.loading import QUICK, Load


def pytest_configure() -> None:
    """Where pytest-xdist runs several of us, each keeps to one processor, workers and all.

    A grader and its worker take turns: two processors would serve them no faster than one.
    """
    name = os.environ.get("PYTEST_XDIST_WORKER")
    if name is not None and sys.platform == "linux":
        here = sorted(os.sched_getaffinity(0))
        torch.set_num_threads(1)  # two on one processor would wait for each other
        os.sched_setaffinity(0, {here[int(name.removeprefix("gw")) % len(here)]})


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(QUICK) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def prepared() -> Iterator[Sandbox]:
    """A sandbox with the limits that grading has."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return load_assignment(ASSIGNMENT)


@pytest.fixture(params=assignments(), scope="session")
def any_assignment(request: pytest.FixtureRequest) -> Assignment:
    """Each assignment in turn: what holds for one holds for all."""
    return load_assignment(request.param)


@pytest.fixture
def command(prepared: Sandbox, assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`autograder ...` in this process, with the sandbox that is prepared."""
    return in_this_process(monkeypatch, prepared, assignment)


@pytest.fixture
def load(sandbox: Sandbox, tmp_path: Path) -> Iterator[Load]:
    """Load a file of a submission in a worker: `load(source, helper="...")`."""
    channels: list[TaskChannel] = []
    # pytest's folders are closed to other users, the worker's perhaps among them.
    room = tmp_path / "room"
    room.mkdir(mode=0o711)

    def load(source: str, *, forbidden: tuple[str, ...] = (), **helpers: str) -> Student:
        folder = room / f"submission{len(channels)}"
        folder.mkdir(mode=0o755)
        for name, text in {"student": source, **helpers}.items():
            (folder / f"{name}.py").write_text(dedent(text))
        channels.append(TaskChannel(sandbox, folder))
        student = Student(channels[-1])
        student.load("student", (), forbidden)
        return student

    yield load
    for channel in channels:
        channel.close()
