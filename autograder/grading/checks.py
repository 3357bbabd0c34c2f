"""How a test that ended becomes a check of the result."""

from __future__ import annotations

import msgspec

from autograder.grading import explain
from autograder.grading.expect import CheckFailed
from autograder.grading.explain import Ending
from autograder.grading.marks import Mark, Task
from autograder.grading.result import Check
from autograder.sandbox.errors import ImportFailed, StudentEnd, Verdict


def check_of(name: str, task: Task, mark: Mark, verdict: Verdict, seconds: float) -> Check:
    """A check with its verdict, and its points if that is `passed`."""
    return Check(
        id=name,
        task=task.name,
        function=mark.function,
        title=mark.title,
        points=mark.points,
        earned=mark.points if verdict is Verdict.PASSED else 0.0,
        verdict=verdict,
        seconds=round(seconds, 4),
    )


def lost_check(name: str, task: Task, mark: Mark, ending: Ending, seconds: float) -> Check:
    """A check that was lost, with all there is to learn from it."""
    verdict = Verdict.FAILED if isinstance(ending, CheckFailed) else ending.verdict
    # An idea helps where the function ran, not where the file does not import.
    hinted = verdict in (Verdict.FAILED, Verdict.ERROR) and not isinstance(ending, ImportFailed)
    told = verdict is not Verdict.NOT_IMPLEMENTED  # the line of a stub tells nothing
    return msgspec.structs.replace(
        check_of(name, task, mark, verdict, seconds),
        message=explain.message(ending, mark.function, f"{task.name}.py"),
        counterexample=explain.counterexample(ending),
        traceback=ending.frames if isinstance(ending, StudentEnd) and told else (),
        hint=mark.hint if hinted else None,
        cause=ending.cause if isinstance(ending, StudentEnd) else None,
    )
