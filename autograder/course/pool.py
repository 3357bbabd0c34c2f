"""A pool of grader processes on this machine, and the prepared grader of each.

A process that hands out work needs no torch, so what is heavy is imported where a grader begins.
What is expensive (torch, pytest, the suites, a zygote) is paid once a process. A submission then
costs its checks and little else. A grader process launches its zygote before it imports anything
heavy, so that both import torch at the same time.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

import msgspec

from autograder.course.policy import Policy
from autograder.document.faults import Fault
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.grader.launch import Launch, launch
from autograder.sandbox.jail import linux
from autograder.sandbox.protocol.limits import Limits

if TYPE_CHECKING:
    from autograder.authoring.manifest import Assignment
    from autograder.sandbox.grader.client import Sandbox


class Graded(msgspec.Struct, frozen=True):
    """What a grader hands back: the result as JSON, and the checks that failed by themselves."""

    document: bytes
    faults: tuple[Fault, ...] = ()


def local_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that grade on this machine.

    Each keeps itself and its workers on one processor: they take turns anyway, and two that
    were left to themselves might choose the same.
    """
    context = get_context("spawn")  # a forked process would inherit torch's threads
    processors: SimpleQueue[int | None] = context.SimpleQueue()
    here = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [None]
    for processor in islice(cycle(here), jobs):
        processors.put(processor)
    return ProcessPoolExecutor(jobs, context, _begin, (processors,))


def grade_parcel(student: str, parcel: SubmissionFiles, policy: Policy) -> Graded:
    """Grade one submission in this process's prepared grader.

    Raises:
        SuiteError: the hidden tests themselves failed.
        SandboxUnavailable: this machine cannot isolate a submission.
    """
    from autograder.document import result as results
    from autograder.grading.grade import grade
    from autograder.grading.grading_run import GradingRun, Progress

    with _grader.lock:  # pytest runs once at a time in a process
        assignment, sandbox = prepared(policy.assignment, policy.limits)
        faults: list[Fault] = []
        progress = Progress(on_fault=faults.append)
        run = GradingRun.of(assignment, seed=policy.seed_for(student), progress=progress)
        result = grade(parcel, run, sandbox, name=student)
    return Graded(results.encode(result), tuple(faults))


def prepared(assignment: str, limits: Limits) -> tuple[Assignment, Sandbox]:
    """The suites and the sandbox of this process, made when they are first asked for."""
    return _grader.prepare(assignment, limits)


class _PreparedGrader:
    """The one of this process, with a sandbox that is used again and again."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._launched: Launch | None = None
        self._prepared: tuple[Assignment, Sandbox] | None = None

    def launch(self) -> None:
        """Start the zygote before anything heavy is imported here."""
        self._launched = launch()

    def prepare(self, name: str, limits: Limits) -> tuple[Assignment, Sandbox]:
        from autograder.grading.assignments import load_assignment
        from autograder.sandbox.grader.client import Sandbox

        if self._prepared is not None:
            assignment, sandbox = self._prepared
            if (assignment.name, sandbox.limits) == (name, limits):
                return self._prepared
        self.close()
        launched, self._launched = self._launched, None
        # A pool keeps its graders apart; what it launched is to stay with its grader.
        sandbox = Sandbox(limits, launched=launched, share_processor=launched is not None)
        self._prepared = load_assignment(name), sandbox
        return self._prepared

    def close(self) -> None:
        if self._prepared is not None:
            self._prepared[1].close()
            self._prepared = None


def _begin(processors: SimpleQueue[int | None]) -> None:
    """How a grader process begins: with a zygote, on one of these processors.

    It ends with the process that asked for it.
    """
    processor = processors.get()
    if processor is not None:
        linux.die_with_parent()
    _grader.launch()  # on any processor: it imports while this process does
    if processor is not None:
        os.sched_setaffinity(0, {processor})


_grader = _PreparedGrader()
atexit.register(_grader.close)
Finalize(None, _grader.close, exitpriority=1)  # a process of a pool ends without atexit
