"""One worker on the GPU: what isolation costs a call, and what a killed one leaves behind."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from autograder.sandbox.grader.calls import Settings
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.probe import gpu_refused
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import TimedOut
from autograder.sandbox.protocol.limits import Limits
from corpus.gpu import machine as gpu_machine
from corpus.gpu.lines import Setting, Tried

CALLS = 200
STUDENT = """
import torch
def identity(x):
    return x
def endless(x):
    torch.cuda._sleep(1 << 50)  # clock cycles: days
    torch.cuda.synchronize()
    return x
"""
ON_GPU = Settings(device="cuda")
# Of the worker whose call never ends, and of no other: CUDA's start is none of its calls.
ENDLESS_LIMITS = Limits(call_seconds=4.0, call_wall_seconds=10.0)


@contextmanager
def _submission() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="autograder-") as name:
        room = Path(name)
        room.chmod(0o711)
        folder = room / "submission"
        folder.mkdir(mode=0o755)
        (folder / "student.py").write_text(STUDENT)
        yield folder


def cost(setting: Setting) -> Iterator[Tried]:
    """The time of a call of a function that does nothing, with isolation and without.

    There is no goal: the figures are what is told.
    """
    (first, locked), (first_open, unlocked) = (_times(confined) for confined in (True, False))
    figures = (
        f"{locked * 1000:.2f} ms a call, {unlocked * 1000:.2f} ms without isolation; "
        f"the start, CUDA's among it, {first:.2f} s and {first_open:.2f} s"
    )
    yield Tried.of("cost of isolation (no goal)", True, figures)


def _times(confined: bool) -> tuple[float, float]:
    """Seconds until the file is loaded, and the median of a call after the first."""
    x = torch.zeros(1)
    with _submission() as folder, Sandbox(confined=confined, gpu=True) as sandbox:
        channel = sandbox.connect(folder)
        student = Student(channel, ON_GPU)
        started = time.perf_counter()
        student.load("student")
        start = time.perf_counter() - started
        times = []
        for _ in range(CALLS + 1):
            started = time.perf_counter()
            student.identity(x)
            times.append(time.perf_counter() - started)
        channel.close()
    return start, statistics.median(times[1:])


def killed(setting: Setting) -> Iterator[Tried]:
    """A worker whose kernel never ends is stopped by its limit, and the card serves the next."""
    before = gpu_machine.memory()
    ended = _endless()
    stopped = ended.startswith("stopped")
    yield Tried.of("a worker killed in a kernel is stopped by its limit", stopped, ended)
    with Sandbox(gpu=True) as sandbox:
        refused = gpu_refused(sandbox)
    yield Tried.of("the card is usable afterwards", refused is None, refused or "by a new worker")
    yield gpu_machine.given_back("the killed worker's memory is free again", before)


def _endless() -> str:
    """How a call ended whose kernel never does."""
    with _submission() as folder, Sandbox(ENDLESS_LIMITS, gpu=True) as sandbox:
        channel = sandbox.connect(folder)
        student = Student(channel, ON_GPU)
        student.load("student")
        student.identity(torch.zeros(1))
        started = time.monotonic()
        try:
            student.endless(torch.zeros(1))
        except TimedOut as stop:
            return f"stopped after {time.monotonic() - started:.1f} s ({stop})"
        finally:
            channel.close()
    return "it came back"
