"""A prepared grader: one a process, with a sandbox that is used again and again.

What is expensive (torch, pytest, the suites, a zygote) is paid once a process. A submission then
costs its checks and little else.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.util import Finalize

from autograder.grading import result as results
from autograder.grading.grade import grade
from autograder.grading.marks import Assignment
from autograder.grading.suite_run import digest_of_suites, load_assignment
from autograder.sandbox import linux
from autograder.sandbox.client import Sandbox
from autograder.sandbox.intake import Parcel
from autograder.sandbox.limits import Limits


@dataclass(frozen=True)
class Policy:
    """What is the same for every submission of a class."""

    assignment: str
    seed: int
    limits: Limits = field(default_factory=Limits)


def grade_parcel(student: str, parcel: Parcel, policy: Policy) -> bytes:
    """Grade one submission in this process's prepared grader; the result as JSON.

    Raises:
        SuiteError: the hidden tests themselves failed.
        SandboxUnavailable: this machine cannot isolate a submission.
    """
    with _lock:  # pytest runs once at a time in a process
        assignment, sandbox = prepared(policy.assignment, policy.limits)
        result = grade(parcel, assignment, sandbox, seed=policy.seed, name=student)
    return results.encode(result)


def prepared(assignment: str, limits: Limits) -> tuple[Assignment, Sandbox]:
    """The suites and the sandbox of this process, made when they are first asked for."""
    global _current
    if _current is None or (_current.assignment.name, _current.sandbox.limits) != (
        assignment,
        limits,
    ):
        _close()
        _current = _Prepared(load_assignment(assignment), Sandbox(limits))
    return _current.assignment, _current.sandbox


def local_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that grade on this machine.

    Each keeps itself, its sandbox and its workers on one processor: they take turns anyway,
    and two that were left to themselves might choose the same.
    """
    context = get_context("spawn")  # a forked process would inherit torch's threads
    processors: SimpleQueue[int | None] = context.SimpleQueue()
    here = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [None]
    for processor in islice(cycle(here), jobs):
        processors.put(processor)
    return ProcessPoolExecutor(jobs, context, _settle, (processors,))


def _settle(processors: SimpleQueue[int | None]) -> None:
    """Keep this process to the next of these processors, and end it with the one that asked."""
    processor = processors.get()
    if processor is not None:
        linux.die_with_parent()
        os.sched_setaffinity(0, {processor})


def versions(policy: Policy) -> tuple[str, str, float]:
    """(the suites', the grader's, the points in all), which a grading depends on."""
    assignment = load_assignment(policy.assignment)
    suites = f"{assignment.version} {digest_of_suites(assignment.name)}"
    return suites, version("autograder"), sum(t.points for t in assignment.tasks)


@dataclass(frozen=True)
class _Prepared:
    assignment: Assignment
    sandbox: Sandbox


_lock = threading.Lock()
_current: _Prepared | None = None


def _close() -> None:
    global _current
    if _current is not None:
        _current.sandbox.close()
        _current = None


atexit.register(_close)
Finalize(None, _close, exitpriority=1)  # a process of a pool ends without atexit
