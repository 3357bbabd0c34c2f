"""One submission to one result."""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from autograder.authoring.manifest import Task
from autograder.document.result import Check, Result, TaskResult, Versions, undecided
from autograder.document.result import Sandbox as SandboxRecord
from autograder.grading.grading_run import GradingRun
from autograder.grading.read_again import add_sections
from autograder.grading.sources import DISTRIBUTION
from autograder.grading.suite_run import run_suites
from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.grader.intake import StagedSubmission, SubmissionFiles, collect, stage
from autograder.sandbox.grader.provider import ClosableChannel, SandboxProvider
from autograder.sandbox.protocol.errors import Verdict
from autograder.sandbox.protocol.layers import details
from autograder.sandbox.protocol.messages import Answer, Reply, Request, Touched
from autograder.sandbox.protocol.wire import Buffer, Payload


def grade(
    submission: Path | SubmissionFiles,
    run: GradingRun,
    sandbox: SandboxProvider,
    *,
    name: str | None = None,
    budget: Budget | None = None,
) -> Result:
    """Grade a submission, a folder or what was taken of one, in `sandbox`.

    The same submission and seed give the same points and verdicts. `name` is what the result
    calls it, by default the folder's. Its calls spend the seconds of `budget`.

    Raises:
        NoSubmission: there is nothing to grade.
        SandboxUnavailable: this machine cannot isolate a submission.
        SuiteError: the hidden tests themselves failed.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    submitted = submission if isinstance(submission, SubmissionFiles) else collect(submission)
    if name is None:
        name = "" if isinstance(submission, SubmissionFiles) else submission.resolve().name
    with tempfile.TemporaryDirectory(prefix="autograder-") as temporary:
        room = Path(temporary)
        # A worker with a user id of its own must get to its copy, and nobody else can guess
        # the way.
        room.chmod(0o711)
        staged = stage(submitted, room / "submission")
        workers = _Workers(sandbox, staged, budget or Budget(sandbox.limits, len(run.tasks)))
        checks = run_suites(run, workers)
    checks = add_sections(forfeit_forbidden(checks), run.assignment)
    return Result(
        submission=name,
        files=staged.hashes,
        seed=run.settings.seed,
        versions=Versions(
            version(DISTRIBUTION), run.assignment.version, sandbox.torch, platform.python_version()
        ),
        device=run.settings.device,
        sandbox=SandboxRecord("isolated" if sandbox.confined else "none", details(sandbox.layers)),
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - clock, 3),
        points=sum(task.points for task in run.tasks),
        earned=sum(check.earned for check in checks),
        tasks=tuple(_total(task, checks) for task in run.tasks),
        checks=tuple(checks),
        undecided=undecided(checks),
        touched={name: tuple(sorted(each)) for name, each in workers.touched.items() if each},
    )


def forfeit_forbidden(checks: Sequence[Check]) -> list[Check]:
    """A function that was caught at something not allowed loses all its points."""
    caught = {
        (check.task, check.function): check
        for check in reversed(checks)
        if check.verdict is Verdict.FORBIDDEN
    }
    return [
        msgspec.structs.replace(
            check,
            earned=0.0,
            verdict=Verdict.FORBIDDEN,
            message=caught[check.task, check.function].message,
            traceback=caught[check.task, check.function].traceback,
        )
        if (check.task, check.function) in caught
        else check
        for check in checks
    ]


def _total(task: Task, checks: Sequence[Check]) -> TaskResult:
    earned = sum(check.earned for check in checks if check.task == task.name)
    return TaskResult(task.name, task.points, earned)


class _Noting:
    """A channel that keeps what its answers say was touched."""

    def __init__(self, channel: Channel, touched: set[Touched]) -> None:
        self._channel = channel
        self._touched = touched

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        reply, data = self._channel.exchange(request, payload)
        if isinstance(reply, Answer):
            self._touched.update(reply.touched)
        return reply, data


class _Workers:
    """The workers of one submission, each for one task, ended with it."""

    def __init__(self, sandbox: SandboxProvider, staged: StagedSubmission, budget: Budget) -> None:
        self._sandbox = sandbox
        self._staged = staged
        self._budget = budget
        self._budget.next_task()
        self._open: list[ClosableChannel] = []
        self.touched: dict[str, set[Touched]] = {}

    def connect(self, task: Task) -> Channel:
        self._staged.demand(task.name)
        channel = self._sandbox.connect(self._staged.folder, self._budget)
        self._open.append(channel)
        return _Noting(channel, self.touched.setdefault(f"{task.name}.py", set()))

    def finish(self, task: Task) -> None:
        """Also the neighbours that were asked for a stand-in's sake."""
        for channel in self._open:
            channel.close()
        self._open.clear()
        self._budget.next_task()
