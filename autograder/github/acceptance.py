"""Whether what came back from the runner is a grade.

The runner is the one machine that had the student's files and a processor to run them on. What it
says is taken only where it is whole, adds up, and is about this very push.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from autograder.github.configuration import Course
from autograder.github.errors import CourseError
from autograder.grading.outline import Outline
from autograder.grading.result import Result, json_schema
from autograder.reports.reading import NoResult, read

# Points are sums of floating point numbers.
CLOSE = 1e-6


class NoGrade(CourseError):
    """There is no grade in it; the message says why."""


def accept(path: Path, course: Course, assignment: Outline, files: Mapping[str, str]) -> Result:
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
    for wrong in _mistakes(result, course, assignment, files):
        raise NoGrade(wrong)
    return result


@cache
def _validator() -> Any:
    return jsonschema.Draft202012Validator(json.loads(json_schema()))


def _mistakes(
    result: Result, course: Course, assignment: Outline, files: Mapping[str, str]
) -> list[str]:
    found = []
    if result.sandbox.level != "isolated":
        found.append("the submission ran without a sandbox")
    if course.gpu and result.device != "cuda":
        found.append(f"it was graded on {result.device}, not on a GPU")
    if result.versions.suites != assignment.version:
        found.append(
            f"it was graded by the suites' version {result.versions.suites}, "
            f"not {assignment.version}"
        )
    wanted = {task.name: task.points for task in assignment.tasks}
    if {task.name: task.points for task in result.tasks} != wanted:
        found.append(f"its tasks are not those of {assignment.name}")
    elif not _adds_up(result):
        found.append("its points do not add up")
    modules = {name: digest for name, digest in files.items() if name.endswith(".py")}
    if result.files != modules:
        found.append("it is about other files than were fetched")
    return found


def _adds_up(result: Result) -> bool:
    """Each check between nothing and its points, each task the sum of its checks, and so on."""
    if not all(0 <= check.earned <= check.points for check in result.checks):
        return False
    if any(check.earned for check in result.checks if check.id in result.undecided):
        return False
    for task in result.tasks:
        own = [check for check in result.checks if check.task == task.name]
        if not _close(task.earned, sum(check.earned for check in own)):
            return False
        if not _close(task.points, sum(check.points for check in own)):
            return False
    return _close(result.points, sum(task.points for task in result.tasks)) and _close(
        result.earned, sum(task.earned for task in result.tasks)
    )


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, abs_tol=CLOSE)
