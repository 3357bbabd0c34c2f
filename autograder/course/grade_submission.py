"""Grading one submission of a class, in a grader."""

from __future__ import annotations

from functools import cache

import msgspec

from autograder.course.policy import Policy
from autograder.document import result as results
from autograder.document.faults import Fault
from autograder.grading.assignments import load_assignment
from autograder.grading.grader_pool import GraderPool
from autograder.grading.grading_run import Progress
from autograder.grading.spread import Request, grade_spread
from autograder.sandbox.grader.intake import SubmissionFiles


class Graded(msgspec.Struct, frozen=True):
    """What a grader hands back: the result as JSON, and the checks that failed by themselves."""

    document: bytes
    faults: tuple[Fault, ...] = ()


def grade_submission(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
    """Grade one submission in this process, which is a grader.

    Raises:
        SuiteError: the hidden tests themselves failed.
        SandboxUnavailable: this machine cannot isolate a submission.
    """
    from autograder.grading.grade import grade
    from autograder.grading.grading_run import GradingRun
    from autograder.grading.prepared import drawn_before, prepared

    assignment, sandbox = prepared(policy.assignment, policy.limits)
    faults: list[Fault] = []
    seed, progress = policy.seed_for(student), Progress(on_fault=faults.append)
    drawn = drawn_before(policy.assignment, seed)
    run = GradingRun.of(assignment, seed=seed, progress=progress, drawn=drawn)
    result = grade(submitted, run, sandbox, name=student)
    return Graded(results.encode(result), tuple(faults))


def grade_in_pool(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
    """Grade one submission by a grader of this process's own: what a cluster's worker calls."""
    return _pool(policy.assignment).submit(grade_submission, student, submitted, policy).result()


def grade_alone(
    pool: GraderPool, student: str, submitted: SubmissionFiles, policy: Policy
) -> Graded:
    """Grade one submission by all graders of a pool. Raises as `grade_submission`."""
    assignment = load_assignment(policy.assignment)
    tasks = [task.name for task in assignment.tasks]
    seed, faults = policy.seed_for(student), list[Fault]()
    request = Request(policy.assignment, student, seed, limits=policy.limits)
    progress = Progress(on_fault=faults.append)
    result = grade_spread(pool, submitted, request, tasks, progress)
    return Graded(results.encode(result), tuple(faults))


@cache
def _pool(assignment: str) -> GraderPool:
    return GraderPool(assignment, 1)
