"""A prepared grader: one a process, with a sandbox that is used again and again.

What is expensive (torch, pytest, the suites, a zygote) is paid once a process. A submission then
costs its checks and little else.
"""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass
from multiprocessing.util import Finalize

from autograder.authoring.marks import Assignment
from autograder.course.policy import Policy
from autograder.course.pool import Graded, take_launched
from autograder.document import result as results
from autograder.document.faults import Fault
from autograder.grading.grade import Progress, grade
from autograder.grading.suite_run import load_assignment
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.intake import Parcel
from autograder.sandbox.protocol.limits import Limits


def grade_parcel(student: str, parcel: Parcel, policy: Policy) -> Graded:
    """Grade one submission in this process's prepared grader.

    Raises:
        SuiteError: the hidden tests themselves failed.
        SandboxUnavailable: this machine cannot isolate a submission.
    """
    with _lock:  # pytest runs once at a time in a process
        assignment, sandbox = prepared(policy.assignment, policy.limits)
        faults: list[Fault] = []
        progress = Progress(on_fault=faults.append)
        seed = policy.seed_for(student)
        result = grade(parcel, assignment, sandbox, seed=seed, name=student, progress=progress)
    return Graded(results.encode(result), tuple(faults))


def prepared(assignment: str, limits: Limits) -> tuple[Assignment, Sandbox]:
    """The suites and the sandbox of this process, made when they are first asked for."""
    global _current
    if _current is None or (_current.assignment.name, _current.sandbox.limits) != (
        assignment,
        limits,
    ):
        _close()
        launched = take_launched()
        # A pool keeps its graders apart; what it launched is to stay with its grader.
        sandbox = Sandbox(limits, launched=launched, share_processor=launched is not None)
        _current = _Prepared(load_assignment(assignment), sandbox)
    return _current.assignment, _current.sandbox


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
