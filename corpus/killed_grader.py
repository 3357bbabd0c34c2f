"""A grader that says how far it is, and is killed there."""

from __future__ import annotations

import ctypes
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from corpus.attacks.isolated import PR_SET_CHILD_SUBREAPER, descendants

# Each is said when it is over: the kill meets what comes next.
STAGES = ("start", "launch", "prepare", "spawn", "import", "call")
SECONDS = 30.0
"""So long a process may take to end before it counts as one that does not."""

GRADER = """
from pathlib import Path
def say(stage): print(stage, flush=True)
say("start")
from autograder.sandbox.grader.launch import launch
launched = launch()
say("launch")
import torch
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.student import Student
sandbox = Sandbox(launched=launched)
sandbox.wait_until_prepared()
say("prepare")
folder = Path({folder!r})
sandbox.spawn(folder)
say("spawn")
student = Student(sandbox.connect(folder))
student.load("student")
say("import")
student.quick(torch.zeros(1))
say("call")
student.endless(torch.zeros(1))
"""
STUDENT = """
def quick(x): return x
def endless(x):
    while True: pass
"""


@dataclass(frozen=True)
class Aftermath:
    """Processes of the grader's that did not end, and the seconds until the others had."""

    left: frozenset[int]
    seconds: float


def is_killed_at(stage: str, room: Path, delay: float = 0.0) -> Aftermath:
    """Start a grader in `room`, kill it `delay` seconds after it says `stage`, and wait."""
    # Whoever loses its parent becomes ours, so none can hide.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    room.chmod(0o711)
    folder = room / "submission"
    folder.mkdir(mode=0o755, exist_ok=True)
    (folder / "student.py").write_text(STUDENT)
    others = descendants()
    program = dedent(GRADER).format(folder=str(folder))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as grader:
        assert grader.stdout is not None
        for line in grader.stdout:
            if line.strip() == stage:
                break
        select.select([], [], [], delay)
        grader.kill()
        killed = time.monotonic()
        grader.wait()
        return _wait(others, killed)


def _wait(others: frozenset[int], killed: float) -> Aftermath:
    """For the end of all descendants but `others`."""
    while left := descendants() - others:
        remaining = killed + SECONDS - time.monotonic()
        if remaining <= 0:
            return Aftermath(left, SECONDS)
        try:
            watched = os.pidfd_open(min(left))
        except ProcessLookupError:
            continue
        # Readable when it ends.
        select.select([watched], [], [], remaining)
        os.close(watched)
    return Aftermath(frozenset(), time.monotonic() - killed)
