"""One submission spread over graders is graded as by one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from autograder.document.faults import Fault
from autograder.document.result import Check, Result
from autograder.grading import spread
from autograder.grading.grader_pool import GraderPool
from autograder.grading.grading_run import Progress
from autograder.grading.spread import Request, gpu_available, grade_spread, grade_tasks
from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.intake import SubmissionFiles, collect
from autograder.sandbox.protocol.limits import Limits
from corpus.paths import EXAMPLES
from corpus.solution import TASKS, solution_files

REQUEST = Request("segmentation", "kim", 5)


@pytest.fixture(scope="module")
def pool() -> Iterator[GraderPool]:
    with GraderPool("segmentation", 2) as pool:
        yield pool


def timeless(result: Result) -> Result:
    checks = tuple(msgspec.structs.replace(check, seconds=0.0) for check in result.checks)
    return msgspec.structs.replace(result, started="", seconds=0.0, checks=checks)


def test_the_result_is_that_of_one_grader_check_by_check(pool: GraderPool) -> None:
    submitted = collect(EXAMPLES / "half_done")
    planned: list[int] = []
    checks: list[Check] = []
    progress = Progress(on_plan=planned.append, on_check=checks.append)
    shared = grade_spread(pool, submitted, REQUEST, TASKS, progress)
    alone = pool.follow(lambda event: None, grade_tasks, submitted, REQUEST, TASKS).result()
    ours, theirs = timeless(shared), timeless(alone.result)
    # Each worker's user id is of its own.
    assert msgspec.structs.replace(ours, sandbox=theirs.sandbox) == theirs
    assert ours.sandbox.layers.keys() == theirs.sandbox.layers.keys()
    assert planned[-1] == len(checks) == len(shared.checks)


def test_layers_are_named_where_the_first_file_is_missing(pool: GraderPool) -> None:
    submitted = SubmissionFiles({"iou.py": solution_files()["iou.py"].encode()})
    result = grade_spread(pool, submitted, REQUEST, ["unpooling", "iou"])
    assert (result.earned, result.points) == (20, 30)
    assert result.versions.torch
    assert "seccomp" in result.sandbox.layers


def test_files_that_spend_too_much_together_are_graded_one_after_the_other(
    pool: GraderPool,
) -> None:
    limits = Limits(submission_seconds=0.02)
    files = {name: solution_files()[name].encode() for name in ("iou.py", "unpooling.py")}
    request = Request("segmentation", "kim", 5, limits=limits)
    seen: list[Check] = []
    result = grade_spread(
        pool, SubmissionFiles(files), request, ["unpooling", "iou"], Progress(on_check=seen.append)
    )
    assert len(seen) == 2 * len(result.checks)
    assert result.earned < result.points


def test_in_any_order_tasks_below_this_bound_are_refused_nothing() -> None:
    limits = Limits()
    budget = Budget(limits, 5)
    budget.next_task()
    budget.spend(Budget.never_refused(limits, 5))
    budget.demand()


def test_a_fault_is_told_once_where_files_are_graded_again() -> None:
    told: list[Fault] = []
    listen = spread._Listener(Progress(on_fault=told.append))
    fault = Fault.of("iou.a", KeyError("x"))
    listen(fault)
    listen(fault)
    assert told == [fault]


def test_there_is_no_gpu_here_or_torch_can_use_it(pool: GraderPool) -> None:
    assert pool.submit(gpu_available).result() in (False, Path("/dev/nvidiactl").exists())
