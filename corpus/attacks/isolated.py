"""Letting an attack loose on this project's own grader."""

from __future__ import annotations

import ctypes
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from rich.console import Console

from autograder.authoring.manifest import Assignment, Function, Task
from autograder.document.faults import SuiteError
from autograder.document.result import Result, encode
from autograder.document.text import Language
from autograder.grading import suite_run
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.reports.terminal import print_result
from autograder.sandbox.grader.client import Namespaces, Sandbox
from autograder.sandbox.grader.intake import NoSubmission
from autograder.sandbox.grader.launch import OwnZygote
from autograder.sandbox.grader.worker import Worker
from autograder.sandbox.protocol.errors import SandboxError, Verdict
from autograder.sandbox.protocol.limits import MIB, Limits
from autograder.sandbox.protocol.messages import TRANSPOSED_CONVOLUTION
from autograder.suites.segmentation import ASSIGNMENT
from corpus.attacks.arena import Arena
from corpus.attacks.attack import REFUSED, Attack, Evidence

# Short enough to wait for. A second is long for a call that multiplies two numbers.
LIMITS = Limits(
    call_seconds=1.0,
    task_seconds=8.0,
    task_cpu_seconds=4,
    memory_bytes=512 * MIB,
    mapped_bytes=256 * MIB,
    reply_bytes=64 * MIB,
)
FORBIDDEN = {task.name: task.forbidden for task in ASSIGNMENT.tasks}
TASK = Task(
    "student",
    points=5,
    functions=tuple(map(Function, ("f", "slope", "up", "deconv"))),
    modules=("student",),
    forbidden=(*FORBIDDEN["unpooling"], *FORBIDDEN["transposed_conv"]),
)
assert TRANSPOSED_CONVOLUTION in TASK.forbidden
# Where nothing is excluded a worker may use ctypes, and the walls are tried with machine code.
NOTHING_EXCLUDED = replace(TASK, forbidden=())
PR_SET_CHILD_SUBREAPER = 36
# What decides the inputs of a run; an attack looks for it.
RUN_SEED = 4711


@dataclass(frozen=True)
class Outcome:
    """How the first check of the function ended, and what was found afterwards."""

    verdict: Verdict | str
    evidence: frozenset[Evidence]
    said: str = ""


class Watched(Sandbox):
    """A sandbox that remembers its workers, to read what they printed."""

    def __init__(self, limits: Limits = LIMITS, *, namespaces: Namespaces = "auto") -> None:
        launched = OwnZygote()
        super().__init__(limits, namespaces=namespaces, launched=launched)
        self.workers: list[Worker] = []
        self._origin = launched._origin._process.pid
        # What else was forked there: it has a secret, at an address that workers know.
        self._sibling = launched._origin.template("corpus.attacks.sibling:hold", "")

    def __enter__(self) -> Watched:
        return self

    def spawn(self, folder: Path, limits: Limits | None = None) -> Worker:
        worker = super().spawn(folder, limits)
        self.workers.append(worker)
        return worker

    @property
    def zygote(self) -> int:
        """The process that workers are forked from: the first one that the origin forked."""
        children = Path(f"/proc/{self._origin}/task/{self._origin}/children").read_text()
        return int(children.split()[0])

    def wait_for_sibling(self) -> None:
        self._sibling._control.recv(1)

    def printed(self) -> bytes:
        output = b"".join(bytes(worker.output) for worker in self.workers)
        self.workers.clear()
        return output


@contextmanager
def attacked(arena: Arena, limits: Limits = LIMITS, *, namespaces: Namespaces) -> Iterator[Watched]:
    """A sandbox whose hidden tests are the arena's."""
    # Processes that lose their parent become ours, so none can hide.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with (
        mock.patch.object(suite_run, "SUITES", arena.hidden),
        # What is left behind here was left by a grading, and by nobody else on this machine.
        mock.patch.object(tempfile, "tempdir", str(arena.temporary)),
        Watched(limits, namespaces=namespaces) as sandbox,
    ):
        sandbox.wait_until_prepared()
        sandbox.wait_for_sibling()
        yield sandbox


def let_loose(attack: Attack, arena: Arena, sandbox: Watched) -> Outcome:
    """Grade an attack and look for everything it may have got at."""
    submission = arena.set_up(attack)
    task = TASK if attack.family == "forbidden operations" else NOTHING_EXCLUDED
    assignment = Assignment("isolated", "1", (task,))
    family = descendants()
    shown: set[Evidence] = set()
    verdict: Verdict | str
    said = ""
    try:
        result = grade(submission, GradingRun.of(assignment, seed=RUN_SEED), sandbox)
    except NoSubmission as error:
        verdict, said = REFUSED, str(error)
    except (SandboxError, SuiteError) as error:
        verdict, said = "no grade", str(error)
        shown.add(Evidence.NO_GRADE)
    else:
        checks = [check for check in result.checks if check.function == attack.aim]
        verdict = checks[0].verdict
        said = checks[0].message.en if checks[0].message else ""
        if any(check.earned for check in checks):
            shown.add(Evidence.POINT)
        if obeyed(printed(result)):
            shown.add(Evidence.OUTPUT)
    if b"PROOF" in sandbox.printed():
        shown.add(Evidence.PROOF)
    if descendants() - family:
        shown.add(Evidence.LEFT_OVER)
    shown |= arena.evidence()
    arena.clear()
    return Outcome(verdict, frozenset(shown), said)


def printed(result: Result) -> str:
    """Everything that a teaching assistant's terminal or log is sent."""
    console = Console(file=io.StringIO(), width=100, color_system=None)
    print_result(result, console, Language.EN)
    print_result(result, console, Language.KO)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue() + encode(result).decode()


def obeyed(text: str) -> bool:
    """Whether a terminal or a continuous integration's log would take part of it as a command."""
    lines = [line.strip() for line in text.splitlines()]
    return (
        any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 for c in text)
        or any(line.startswith("::") for line in lines)
        or "##[" in text
    )


def descendants() -> frozenset[int]:
    """The processes that come from this one, without those that have ended."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry)] = int(fields[1])
    found = {os.getpid()}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return frozenset(found)
