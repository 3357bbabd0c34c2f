"""What one submission may cost a class, by the clock, over all its files."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from autograder.grading.assignments import load_assignment
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Cause, TimedOut, Verdict
from autograder.sandbox.protocol.limits import Limits
from corpus.paths import SOLUTIONS
from tests.support.loading import QUICK

LIMITS = Limits(submission_seconds=100, task_seconds=70)


def spent(seconds: float, *, tasks: int) -> Budget:
    budget = Budget(LIMITS, tasks)
    budget.next_task()
    budget.spend(seconds)
    return budget


def test_a_task_may_use_what_the_shares_of_later_ones_leave() -> None:
    spent(60, tasks=5).demand()  # 4 shares of 10 are kept


def test_the_shares_of_later_tasks_are_not_to_be_had() -> None:
    with pytest.raises(TimedOut) as caught:
        spent(61, tasks=5).demand()
    assert (caught.value.cause, caught.value.amount) == (Cause.SUBMISSION_SECONDS, "100")


def test_the_next_task_finds_its_share() -> None:
    budget = spent(65, tasks=5)
    budget.next_task()
    budget.demand()


def test_a_task_has_a_limit_of_its_own() -> None:
    with pytest.raises(TimedOut) as caught:
        spent(71, tasks=1).demand()
    assert caught.value.cause is Cause.TASK_SECONDS


def test_two_processes_of_a_task_share_its_seconds(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "f.py").write_text("import time\ndef f(x):\n    time.sleep(0.4)\n    return x\n")
    budget = Budget(msgspec.structs.replace(QUICK, submission_seconds=1.0))
    channels = [sandbox.connect(folder, budget) for _ in range(2)]

    def call() -> None:
        for channel in channels * 4:
            student = Student(channel)
            student.load("f")
            student.f(torch.ones(1))

    with pytest.raises(TimedOut) as caught:
        call()
    for channel in channels:
        channel.close()
    assert caught.value.cause is Cause.SUBMISSION_SECONDS


def test_a_slow_file_takes_no_points_of_the_files_behind_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "limits", msgspec.structs.replace(QUICK, submission_seconds=40.0))
    assignment = load_assignment("segmentation")
    tasks = [task for task in assignment.tasks if task.name in ("unpooling", "iou")]
    slow = "import time\ntime.sleep(0.5)\ndef f(*args, **kwargs):\n    time.sleep(8)\n"
    slow += "".join(f"{name} = f\n" for name in tasks[0].function_names)
    right = (SOLUTIONS / "iou.py").read_bytes()
    submitted = SubmissionFiles({"unpooling.py": slow.encode(), "iou.py": right})
    result = grade(submitted, GradingRun.of(assignment, seed=1, tasks=tasks), sandbox)
    assert [task.earned for task in result.tasks] == [0.0, 20.0]
    timeouts = [check for check in result.checks if check.task == "unpooling"]
    assert {check.verdict for check in timeouts} == {Verdict.TIMEOUT}
