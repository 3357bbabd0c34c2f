"""Grading many submissions: one prepared sandbox a process, one process a processor.

A submission here is a mapping of file names to texts. It goes through the same door as a
student's: run in a locked-down worker, asked by the hidden suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from types import TracebackType

import pytest

from autograder.document.faults import Fault, SuiteError
from autograder.document.result import Check
from autograder.grading.grade import grade
from autograder.grading.grader_pool import GraderPool
from autograder.grading.grading_run import GradingRun, Progress
from autograder.grading.prepared import drawn_before, prepared
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.protocol.limits import Limits
from corpus.paths import ASSIGNMENT


@dataclass(frozen=True)
class Loss:
    """A check that did not earn its points, and what it said (in English)."""

    check: str
    function: str
    verdict: str
    message: str
    diagnosis: str | None


@dataclass(frozen=True)
class Graded:
    """What became of one file of a submission; `fault` is the suite's own, if it had one.

    A check that failed by itself is one: it is undecided, and no grade is final with it.
    """

    earned: float
    points: float
    losses: tuple[Loss, ...]
    fault: str | None = None

    @property
    def full(self) -> bool:
        return not self.losses and self.fault is None


class Graders:
    """Processes that grade. Use as a context manager."""

    def __init__(
        self, jobs: int, limits: Limits | None = None, assignment: str = ASSIGNMENT
    ) -> None:
        self._limits, self._assignment = limits or Limits(), assignment
        self._pool = GraderPool(assignment, jobs)

    def __enter__(self) -> Graders:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def grade(
        self,
        files: Mapping[str, str],
        task: str,
        seed: int,
        *,
        whole: bool = True,
        known: frozenset[str] | None = None,
    ) -> Future[Graded]:
        """Grade the file of `task`; unless `whole`, only until the first check that is lost.

        Of the misconceptions the feedback knows those named in `known`, by default all.
        """
        return self._pool.submit(
            _grade, self._assignment, dict(files), task, seed, whole, known, self._limits
        )


def _grade(
    assignment_name: str,
    files: dict[str, str],
    name: str,
    seed: int,
    whole: bool,
    known: frozenset[str] | None,
    limits: Limits,
) -> Graded:
    assignment, sandbox = prepared(assignment_name, limits)
    knowledge = assignment.knowledge()
    if not whole:  # then nobody reads why
        knowledge = replace(knowledge, misconceptions=(), right={})
    if known is not None:
        kept = tuple(wrong for wrong in knowledge.misconceptions if wrong.name in known)
        knowledge = replace(knowledge, misconceptions=kept)
    assignment = replace(assignment, knowledge=lambda: knowledge)
    lost: list[Check] = []
    faults: list[Fault] = []

    def watch(check: Check) -> None:
        if check.earned < check.points:
            lost.append(check)
            if not whole:
                pytest.exit("seen enough")

    task = next(task for task in assignment.tasks if task.name == name)
    submitted = SubmissionFiles({file: text.encode() for file, text in files.items()})
    progress = Progress(on_check=watch, on_fault=faults.append)
    drawn = drawn_before(assignment_name, seed)
    run = GradingRun.of(assignment, seed=seed, tasks=[task], progress=progress, drawn=drawn)
    try:
        result = grade(submitted, run, sandbox)
    except SuiteError as fault:
        # To leave early is, for pytest, to be interrupted.
        if whole or not lost:
            return Graded(0.0, task.points, _losses(lost), str(fault))
        return Graded(0.0, task.points, _losses(lost))
    checks = [check for check in result.checks if check.earned < check.points]
    said = "; ".join(f"{each.check}: {each.traceback}" for each in faults)
    return Graded(result.earned, result.points, _losses(checks), said or None)


def _losses(checks: list[Check]) -> tuple[Loss, ...]:
    return tuple(
        Loss(
            check.id,
            check.function,
            check.verdict,
            check.message.en if check.message else "",
            check.diagnosis.en if check.diagnosis else None,
        )
        for check in checks
    )
