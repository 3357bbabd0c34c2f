"""One submission graded by several graders at once, each with some of its files.

The command that does so imports neither torch nor a suite: what needs them is imported in the
functions that graders call.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from autograder.document.faults import Fault
from autograder.document.result import Check, Result
from autograder.grading.grader_pool import GraderPool
from autograder.grading.grading_run import Progress
from autograder.grading.jobs import Tell
from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.protocol.errors import SandboxUnavailable
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Device


@dataclass(frozen=True)
class Request:
    """How a submission is to be graded; `name` is what the result calls it."""

    assignment: str
    name: str
    seed: int
    device: Device = "cpu"
    confined: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Planned:
    """So many checks are to come."""

    checks: int


class Part(msgspec.Struct, frozen=True):
    """What a grader found out about some files, and the seconds that their calls took."""

    result: Result
    spent: float


def grade_spread(
    pool: GraderPool,
    submitted: SubmissionFiles,
    request: Request,
    tasks: Sequence[str],
    progress: Progress | None = None,
) -> Result:
    """Grade these tasks, each by whichever grader is free, as one grader would one by one.

    Tasks share a budget of seconds. Where they took so many together that the order decides who
    gets them, they are graded again, one after the other. On a GPU they are from the start.

    Raises AutograderError.
    """
    listen, clock = _Listener(progress or Progress()), time.monotonic()
    if len(tasks) > 1 and request.device == "cpu":
        futures = [pool.follow(listen, grade_tasks, submitted, request, [task]) for task in tasks]
        parts = [future.result() for future in futures]
        enough = Budget.never_refused(request.limits, len(tasks))
        if sum(part.spent for part in parts) <= enough:
            return join([part.result for part in parts], time.monotonic() - clock)
    return pool.follow(listen, grade_tasks, submitted, request, tasks).result().result


def grade_tasks(
    tell: Tell, submitted: SubmissionFiles, request: Request, tasks: Sequence[str]
) -> Part:
    """In a grader: grade these tasks, and tell how far it is."""
    from autograder.grading.grade import grade
    from autograder.grading.grading_run import GradingRun
    from autograder.grading.prepared import prepared
    from autograder.sandbox.grader.probe import gpu_refused

    gpu = request.device == "cuda"
    assignment, sandbox = prepared(
        request.assignment, request.limits, confined=request.confined, gpu=gpu
    )
    if gpu and (reason := gpu_refused(sandbox)):
        raise SandboxUnavailable(f"a worker cannot use the GPU ({reason}); try --device cpu")
    chosen = [task for task in assignment.tasks if task.name in tasks]
    progress = Progress(on_plan=lambda checks: tell(Planned(checks)), on_check=tell, on_fault=tell)
    run = GradingRun.of(
        assignment, seed=request.seed, device=request.device, tasks=chosen, progress=progress
    )
    budget = Budget(sandbox.limits, len(chosen))
    result = grade(submitted, run, sandbox, name=request.name, budget=budget)
    return Part(result, budget.spent)


def gpu_available() -> bool:
    """In a grader: whether torch can use a GPU here."""
    import torch

    return torch.cuda.is_available()


def join(results: Sequence[Result], seconds: float) -> Result:
    """The results of single tasks as the result of all of them, in this order."""
    # A file that is missing has no worker, whose layers and torch could be named.
    first = next((each for each in results if each.sandbox.layers), results[0])
    checks = tuple(chain.from_iterable(each.checks for each in results))
    touched = {name: what for each in results for name, what in each.touched.items()}
    return msgspec.structs.replace(
        first,
        started=min(each.started for each in results),
        seconds=round(seconds, 3),
        points=sum(each.points for each in results),
        earned=sum(check.earned for check in checks),
        tasks=tuple(chain.from_iterable(each.tasks for each in results)),
        checks=checks,
        undecided=tuple(chain.from_iterable(each.undecided for each in results)),
        touched=touched,
    )


class _Listener:
    """Hands on what several graders tell, as if one did."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._planned = 0
        self._faulty: set[str] = set()

    def __call__(self, event: Planned | Check | Fault) -> None:
        if isinstance(event, Planned):
            self._planned += event.checks
            self._progress.on_plan(self._planned)
        elif isinstance(event, Check):
            self._progress.on_check(event)
        elif event.check not in self._faulty:  # files may be graded again
            self._faulty.add(event.check)
            self._progress.on_fault(event)
