"""A result as Gradescope's results.json.

https://gradescope-autograders.readthedocs.io/en/latest/specs/ describes the fields. Every output
is of the format "text": nothing in it becomes markup.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from autograder.document.result import Check, Result, TaskResult
from autograder.document.text import Language
from autograder.errors import AutograderError
from autograder.reports import words
from autograder.reports.plain import check_lines
from autograder.reports.standing import NOTHING, Standing
from autograder.sandbox.protocol.errors import Verdict


class Test(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of the page; `number` sorts and groups rows by task."""

    name: str
    number: str
    score: float
    max_score: float
    status: Literal["passed", "failed"]
    output: str = ""
    tags: tuple[str, ...] = ()


class Results(msgspec.Struct, frozen=True):
    score: float
    execution_time: float
    output: str
    tests: tuple[Test, ...]
    output_format: Literal["text"] = "text"
    test_output_format: Literal["text"] = "text"
    test_name_format: Literal["text"] = "text"
    visibility: Literal["visible"] = "visible"
    stdout_visibility: Literal["hidden"] = "hidden"


class OpenGrade(AutograderError):
    """Some check is undecided: Gradescope would take the points so far for the grade."""


def gradescope(result: Result, language: Language, standing: Standing = NOTHING) -> str:
    """A test a check; a test a task where the checks are withheld. Raises OpenGrade.

    The score is what the files come to, lateness taken off; the output says how.
    """
    if result.undecided:
        checks = ", ".join(result.undecided)
        raise OpenGrade(f"the grade is open, for {checks} could not be decided")
    tests = tuple(
        test
        for number, task in enumerate(result.tasks, start=1)
        for test in _tests(number, task, result, language)
    )
    unsafe = words.UNSAFE.in_(language) if result.sandbox.level == "none" else ""
    output = "\n".join(filter(None, (unsafe, standing.time_line(language))))
    results = Results(standing.total(result), round(result.seconds, 1), output, tests)
    return msgspec.json.format(msgspec.json.encode(results), indent=2).decode() + "\n"


def _tests(number: int, task: TaskResult, result: Result, language: Language) -> tuple[Test, ...]:
    if not result.checks:
        full = task.earned >= task.points
        status: Literal["passed", "failed"] = "passed" if full else "failed"
        return (Test(f"{task.name}.py", str(number), task.earned, task.points, status),)
    checks = [check for check in result.checks if check.task == task.name]
    return tuple(_test(f"{number}.{k}", check, language) for k, check in enumerate(checks, 1))


def _test(number: str, check: Check, language: Language) -> Test:
    return Test(
        name=f"{check.function}: {check.title.in_(language)}",
        number=number,
        score=check.earned,
        max_score=check.points,
        status="passed" if check.verdict is Verdict.PASSED else "failed",
        output="\n".join(check_lines(check, language)),
        tags=(check.task, check.verdict.value),
    )
