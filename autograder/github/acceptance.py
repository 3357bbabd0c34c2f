"""Check whether the runner's answer is a grade.

The runner is the one machine that had the student's files and a processor to run them on. What it
says is taken only where it is whole, is the suites' own, adds up, and is about this very push.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from autograder.document.result import Check, Result, json_schema
from autograder.github.configuration import Course
from autograder.github.errors import CourseError
from autograder.github.grading_target import GradingTarget
from autograder.grading.outline import CheckOutline, Outline
from autograder.reports.reading import NoResult, read
from autograder.sandbox.grader.printable import printable
from autograder.sandbox.protocol.errors import Verdict

# Totals are sums of floating point numbers; points themselves are compared to the last bit.
CLOSE = 1e-6
REASON_CAP, WORD_CAP = 400, 110
# The layers that a locked-down worker names (sandbox/jail/lock_down.py), and what must be said of
# those without which there is no grade. This job has neither torch nor a sandbox to ask.
LAYERS = {
    "namespaces": re.compile(r".+"),
    "scratch": re.compile(r".+"),
    "landlock": re.compile(r"ABI ([3-9]|[1-9][0-9])"),
    "user": re.compile(r".+"),
    "capabilities": re.compile(r"none"),
    "seccomp": re.compile(r"[1-9][0-9]{0,3} calls allowed"),
}


class NoGrade(CourseError):
    """The answer holds no grade; the message says why, in one harmless line."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message, REASON_CAP))


def accept(
    path: Path, course: Course, assignment: Outline, target: GradingTarget, files: Mapping[str, str]
) -> Result:
    """The result in `path`; `files` are the SHA-256 of what was fetched.

    Raises NoGrade.
    """
    if not path.is_file():
        raise NoGrade("there is no result")
    try:
        result = read(path)
    except NoResult as error:
        raise NoGrade(str(error)) from None
    for invalid in _validator().iter_errors(json.loads(path.read_bytes())):
        raise NoGrade(f"the result does not have its schema: {invalid.message[:200]}")
    for wrong in _mistakes(result, course, assignment, target, files):
        raise NoGrade(wrong)
    return result


@cache
def _validator() -> Any:
    return jsonschema.Draft202012Validator(json.loads(json_schema()))


def _mistakes(
    result: Result,
    course: Course,
    assignment: Outline,
    target: GradingTarget,
    files: Mapping[str, str],
) -> Iterator[str]:
    """Faults of the result, the gravest first."""
    yield from _unprotected(result)
    if result.submission != target.submission:
        yield f"it is about the submission {_quoted(result.submission)}, not {target.submission!r}"
    modules = {name: digest for name, digest in files.items() if name.endswith(".py")}
    if result.files != modules:
        yield "it is about other files than were fetched"
    devices = ("cuda",) if course.gpu else ("cpu", "cuda")
    if result.device not in devices:
        yield f"it was graded on {_quoted(result.device)}, not on {' or '.join(devices)}"
    if result.versions.suites != assignment.version:
        yield (
            f"it was graded by the suites' version {_quoted(result.versions.suites)}, "
            f"not {assignment.version!r}"
        )
    wanted = [(task.name, task.points) for task in assignment.tasks]
    if [(task.name, task.points) for task in result.tasks] != wanted:
        yield f"its tasks are not those of {assignment.name}"
    yield from _other_checks(result, assignment)
    for check in result.checks:
        if check.earned != _deserved(check):
            yield (
                f"the check {check.id} is {str(check.verdict)!r} and earned {check.earned:g} "
                f"of {check.points:g} points"
            )
    if not _adds_up(result):
        yield "its points do not add up"


def _unprotected(result: Result) -> Iterator[str]:
    """Missing or wrong layers of the sandbox."""
    if result.sandbox.level != "isolated":
        yield "the submission ran without a sandbox"
    for name, pattern in LAYERS.items():
        if name not in result.sandbox.layers:
            yield f"the sandbox's layer {name} is not named"
        elif not pattern.fullmatch(result.sandbox.layers[name]):
            yield f"the sandbox's layer {name} is {_quoted(result.sandbox.layers[name])}"
    for name in result.sandbox.layers:
        if name not in LAYERS:
            yield f"the sandbox has no layer {_quoted(name)}"


def _other_checks(result: Result, assignment: Outline) -> Iterator[str]:
    """Checks that are missing, changed, unknown or there twice."""
    wanted = {check.id: (task.name, check) for task in assignment.tasks for check in task.checks}
    for check in result.checks:
        if check.id not in wanted:
            yield f"{assignment.name} has no check {_quoted(check.id)}"
        elif (check.task, _outline(check)) != wanted[check.id]:
            yield f"the check {check.id} has other points, or is about something else"
    counts = Counter(check.id for check in result.checks)
    for name in wanted:
        if counts[name] != 1:
            yield f"the check {name} is there {counts[name]} times"


def _quoted(word: str) -> str:
    """Quote a word from the runner's answer."""
    return repr(printable(word, WORD_CAP))


def _outline(check: Check) -> CheckOutline:
    return CheckOutline(check.id, check.function, check.points)


def _deserved(check: Check) -> float:
    """A check earns its points when it passed, and nothing else earns any."""
    return check.points if check.verdict is Verdict.PASSED else 0.0


def _adds_up(result: Result) -> bool:
    """Each task has the sum of its checks, and the whole has the sum of its tasks."""
    for task in result.tasks:
        own = [check for check in result.checks if check.task == task.name]
        if not _close(task.earned, sum(check.earned for check in own)):
            return False
    return _close(result.points, sum(task.points for task in result.tasks)) and _close(
        result.earned, sum(task.earned for task in result.tasks)
    )


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, abs_tol=CLOSE)
