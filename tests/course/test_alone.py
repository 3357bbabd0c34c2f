"""A submission that is the only one to grade has all graders for itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from autograder.course.entries import Entry
from autograder.course.executors import Graders, on_this_machine
from autograder.course.grade_submission import Graded, grade_submission
from autograder.course.policy import Policy
from autograder.course.run import GradingStopped, Job, run
from autograder.course.submissions import Submission
from autograder.document import result as results
from autograder.document.faults import SuiteError
from autograder.document.result import Check
from autograder.sandbox.grader.intake import SubmissionFiles, collect
from corpus.paths import EXAMPLES
from corpus.results import lost, result

POLICY = Policy("segmentation", seed=1)


def job(student: str, submitted: SubmissionFiles | None = None) -> Job:
    files = submitted or SubmissionFiles()
    return Job(Submission(student, Path(student)), files, f"key of {student}")


def nothing_to_grade(student: str) -> Entry:
    return Entry(student, f"key of {student}", 100.0, 0.0, reason="no file")


@pytest.fixture
def graded_by() -> Callable[..., list[float]]:
    """The points of each entry: 1 from a grader, 2 from all of them."""

    def grade(earned: float) -> Callable[[str, SubmissionFiles, Policy], Graded]:
        return lambda *_: Graded(results.encode(result(lost(earned=earned))))

    def graded_by(*work: Job | Entry) -> list[float]:
        with ThreadPoolExecutor(2) as executor:
            graders = Graders(executor, 2, grade(1.0), alone=grade(2.0))
            return [entry.earned for entry in run(work, POLICY, graders)]

    return graded_by


@pytest.mark.parametrize(
    ("work", "earned"),
    [
        ((), []),
        ((job("kim"),), [2.0]),
        ((nothing_to_grade("lee"), job("kim"), nothing_to_grade("park")), [0.0, 0.0, 2.0]),
        ((job("kim"), nothing_to_grade("lee"), job("park")), [0.0, 1.0, 1.0]),
    ],
)
def test_all_graders_take_the_only_submission(
    work: tuple[Job | Entry, ...], earned: list[float], graded_by: Callable[..., list[float]]
) -> None:
    assert sorted(graded_by(*work)) == earned


def test_what_fails_then_is_told_as_always() -> None:
    def broken(*_: object) -> Graded:
        raise SuiteError("no checks")

    with (
        ThreadPoolExecutor(2) as executor,
        pytest.raises(GradingStopped, match="kim: no checks"),
    ):
        list(run([job("kim")], POLICY, Graders(executor, 2, alone=broken)))


def test_its_checks_are_those_of_one_grader(tmp_path: Path) -> None:
    for name in ("unpooling.py", "iou.py"):
        shutil.copy(EXAMPLES / "half_done" / name, tmp_path)
    submitted = collect(tmp_path)
    with on_this_machine(2, "segmentation") as graders:
        assert graders.alone is not None
        by_one = graders.executor.submit(grade_submission, "kim", submitted, POLICY).result()
        by_all = graders.alone("kim", submitted, POLICY)
    assert checks(by_all) == checks(by_one)
    assert results.decode(by_all.document).submission == "kim"


def checks(graded: Graded) -> list[Check]:
    found = results.decode(graded.document).checks
    return [msgspec.structs.replace(check, seconds=0.0) for check in found]
