"""What comes back from a runner is a grade only where it is the suites' own and adds up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.course.roster import Student
from autograder.document import result as results
from autograder.document.result import Check, Result, TaskResult, Versions
from autograder.github.acceptance import LAYERS, NoGrade, accept
from autograder.github.configuration import Course
from autograder.github.grading_target import GradingTarget
from autograder.grading.outline import Outline
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.protocol.errors import Verdict
from autograder.sandbox.protocol.layers import details
from corpus.github.came_back import ASSIGNMENT, SANDBOX, came_back, ended, outline
from corpus.results import lost
from tests.github.classroom import DEADLINE, STUDENTS

FILES = {"iou.py": "1" * 64}
ORDER = GradingTarget(Student(id="kim", login="octo-kim"), "segmentation-octo-kim", "a" * 40)
RIGHT = came_back(ORDER.submission, FILES, *ended(Verdict.FAILED, Verdict.PASSED))
ALL = ended(Verdict.PASSED, Verdict.PASSED)

Judge = Callable[..., str]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Why a result is no grade; nothing where it is one."""

    def judge(result: Result, assignment: Outline = ASSIGNMENT, **changes: Any) -> str:
        course = Course(
            organisation="o", grader="g", template="t", students=STUDENTS, deadline=DEADLINE
        )
        path = tmp_path / "result.json"
        path.write_bytes(results.encode(result))
        course = msgspec.structs.replace(course, **changes)
        try:
            assert accept(path, course, assignment, ORDER, FILES) == result
        except NoGrade as error:
            return str(error)
        return ""

    return judge


def changed(**changes: Any) -> Result:
    return msgspec.structs.replace(RIGHT, **changes)


def of(*checks: Check) -> Result:
    """A result of these checks whose sums are right."""
    return came_back(ORDER.submission, FILES, *checks)


def with_layers(**changes: str) -> Result:
    sandbox = msgspec.structs.replace(SANDBOX, layers={**SANDBOX.layers, **changes})
    return changed(sandbox=sandbox)


def without(layer: str) -> Result:
    layers = {name: said for name, said in SANDBOX.layers.items() if name != layer}
    return changed(sandbox=msgspec.structs.replace(SANDBOX, layers=layers))


def replaced(number: int, **changes: Any) -> Result:
    """All passed, but for what was changed of one check."""
    checks = list(ALL)
    checks[number] = msgspec.structs.replace(checks[number], **changes)
    return of(*checks)


def test_a_result_of_the_suites_is_a_grade(judge: Judge) -> None:
    assert judge(RIGHT) == ""


WRONG: dict[str, tuple[Result, str]] = {
    "a check that there is not": (
        of(*ALL, lost(Verdict.PASSED, id="iou.z", points=0.0, earned=0.0)),
        "segmentation has no check 'iou.z'",
    ),
    "a check left out": (of(lost(Verdict.PASSED, points=2.0, earned=2.0)), "other points"),
    "a check left out, its points too": (of(ALL[0]), "its tasks are not those of segmentation"),
    "a check that is there twice": (
        of(ALL[0], ALL[0]),
        "the check iou.a is there 2 times",
    ),
    "points moved from check to check": (
        of(lost(Verdict.PASSED, points=2.0, earned=2.0), lost(id="iou.b", points=0.0)),
        "the check iou.a has other points, or is about something else",
    ),
    "a check of another function": (
        replaced(1, function="predict_labels"),
        "the check iou.b has other points, or is about something else",
    ),
    "lost with all its points": (
        replaced(1, verdict=Verdict.FAILED),
        "the check iou.b is 'failed' and earned 1 of 1 points",
    ),
    "lost with half its points": (
        replaced(1, verdict=Verdict.TIMEOUT, earned=0.5),
        "the check iou.b is 'timeout' and earned 0.5 of 1 points",
    ),
    "forbidden with points": (
        replaced(0, verdict=Verdict.FORBIDDEN),
        "the check iou.a is 'forbidden' and earned 1 of 1 points",
    ),
    "undecided with points": (
        replaced(0, verdict=Verdict.UNDECIDED),
        "the check iou.a is 'undecided' and earned 1 of 1 points",
    ),
    "passed with none": (
        replaced(0, earned=0.0),
        "the check iou.a is 'passed' and earned 0 of 1 points",
    ),
    "passed with half of them": (
        replaced(0, earned=0.5),
        "the check iou.a is 'passed' and earned 0.5 of 1 points",
    ),
    "more than there is": (
        replaced(0, earned=3.0),
        "the check iou.a is 'passed' and earned 3 of 1 points",
    ),
    "an undecided check that is not listed": (
        msgspec.structs.replace(
            of(*ended(Verdict.UNDECIDED, Verdict.PASSED)), undecided=(),
        ),
        "it does not say which checks are undecided",
    ),
    "a check listed as undecided that is not": (
        changed(undecided=("iou.a",)),
        "it does not say which checks are undecided",
    ),
    "a file with other points": (
        changed(tasks=(TaskResult("iou", 100.0, 100.0),), points=100.0, earned=100.0),
        "its tasks are not those of segmentation",
    ),
    "a file twice": (
        changed(tasks=RIGHT.tasks * 2, points=4.0, earned=2.0),
        "its tasks are not those of segmentation",
    ),
    "a file's sum": (changed(tasks=(TaskResult("iou", 2.0, 2.0),), earned=2.0), "do not add up"),
    "the whole sum": (changed(earned=2.0), "its points do not add up"),
    "the whole's points": (changed(points=1.0), "its points do not add up"),
    "no sandbox": (changed(sandbox=results.Sandbox("none", {})), "ran without a sandbox"),
    "a layer that there is not": (
        with_layers(trust="me"),
        "the sandbox has no layer 'trust'",
    ),
    "an old Landlock": (with_layers(landlock="ABI 2"), "the sandbox's layer landlock is 'ABI 2'"),
    "capabilities": (with_layers(capabilities="all"), "the sandbox's layer capabilities is 'all'"),
    "no seccomp": (with_layers(seccomp="none"), "the sandbox's layer seccomp is 'none'"),
    "another student's": (
        changed(submission=f"lee-{ORDER.commit}"),
        f"it is about the submission 'lee-{ORDER.commit}', not '{ORDER.submission}'",
    ),
    "another commit's": (
        changed(submission="kim-" + "b" * 40),
        f"it is about the submission 'kim-{'b' * 40}', not '{ORDER.submission}'",
    ),
    "another file": (changed(files={"iou.py": "0" * 64}), "other files than were fetched"),
    "a file less": (changed(files={}), "other files than were fetched"),
    "a file more": (changed(files={**FILES, "a.py": "0" * 64}), "other files than were fetched"),
    "another device": (changed(device="abacus"), "it was graded on 'abacus', not on cpu or cuda"),
    "other suites": (
        changed(versions=Versions("0", "99", "2", "3")),
        "it was graded by the suites' version '99', not '1'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_the_suites_own_is_no_grade_and_named(judge: Judge, name: str) -> None:
    result, said = WRONG[name]
    assert said in judge(result)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_not_named_is_missed(judge: Judge, layer: str) -> None:
    assert judge(without(layer)) == f"the sandbox's layer {layer} is not named"


def test_the_layers_of_a_real_worker_are_taken(judge: Judge, sandbox: Sandbox) -> None:
    assert judge(with_layers(**details(sandbox.layers))) == ""


def test_the_layers_of_a_worker_without_namespaces_are_taken(judge: Judge) -> None:
    with Sandbox(namespaces="none") as sandbox:
        assert judge(with_layers(**details(sandbox.layers))) == ""


def test_a_course_with_a_gpu_takes_no_result_of_a_processor(judge: Judge) -> None:
    assert judge(RIGHT, gpu=True) == "it was graded on 'cpu', not on cuda"
    assert judge(changed(device="cuda"), gpu=True) == ""


HOSTILE = "5\n::error::forged\x1b[2J\u202e"


@pytest.mark.parametrize(
    "result",
    [
        changed(versions=Versions("0", HOSTILE, "2", "3")),
        changed(device=HOSTILE),
        changed(submission=HOSTILE * 1000),
        with_layers(**{HOSTILE: "on"}),
        with_layers(seccomp=HOSTILE),
        of(*ALL, lost(id=HOSTILE, points=0.0)),
        changed(schema=HOSTILE),
    ],
)
def test_the_reason_is_one_short_line_without_escapes(judge: Judge, result: Result) -> None:
    reason = judge(result)
    assert reason.isprintable()  # a line break is not
    assert 0 < len(reason) <= 400


def test_points_that_are_sums_of_fractions_add_up(judge: Judge) -> None:
    checks = [
        lost(Verdict.PASSED, id=f"iou.{number}", points=0.1, earned=0.1) for number in range(10)
    ]
    assert judge(of(*checks), outline(*checks)) == ""
