"""Turn a test that ended into a check of the result."""

from __future__ import annotations

import msgspec

from autograder.authoring.expect import CheckFailed, wrong_shape
from autograder.authoring.manifest import Task
from autograder.authoring.marks import CheckSpec
from autograder.document.result import Check
from autograder.document.text import Text
from autograder.grading import explain
from autograder.grading.explain import Ending
from autograder.sandbox.protocol.errors import ImportFailed, StudentEnd, Verdict, WrongShape


def check_of(name: str, task: Task, spec: CheckSpec, verdict: Verdict, seconds: float) -> Check:
    """A check with its verdict, and its points if that is `passed`."""
    return Check(
        id=name,
        task=task.name,
        function=spec.function,
        title=spec.title,
        points=spec.points,
        earned=spec.points if verdict is Verdict.PASSED else 0.0,
        verdict=verdict,
        seconds=round(seconds, 4),
    )


UNDECIDED = Text(
    "This check could not be decided: its own code failed. The staff is asked, and the grade "
    "is open until they have answered.",
    "이 검사는 판정하지 못했습니다. 검사 자체의 코드가 실패했습니다. 담당자에게 전달되며, 답이 "
    "있을 때까지 점수는 확정되지 않습니다.",
)


def undecided_check(name: str, task: Task, spec: CheckSpec, seconds: float) -> Check:
    """A check whose own code failed: no points yet, and not the student's fault."""
    check = check_of(name, task, spec, Verdict.UNDECIDED, seconds)
    return msgspec.structs.replace(check, message=UNDECIDED)


def lost_check(name: str, task: Task, spec: CheckSpec, ending: Ending, seconds: float) -> Check:
    """A check that was lost, with all there is to learn from it."""
    if isinstance(ending, WrongShape) and ending.call is not None:
        ending = wrong_shape(ending.call, ending.expected)
    verdict = Verdict.FAILED if isinstance(ending, CheckFailed) else ending.verdict
    # An idea helps where the function ran, not where the file does not import.
    hinted = verdict in (Verdict.FAILED, Verdict.ERROR) and not isinstance(ending, ImportFailed)
    shows_lines = verdict is not Verdict.NOT_IMPLEMENTED  # the line of a stub tells nothing
    return msgspec.structs.replace(
        check_of(name, task, spec, verdict, seconds),
        message=explain.message(ending, spec.function, task),
        counterexample=explain.counterexample(ending, task),
        traceback=ending.frames if isinstance(ending, StudentEnd) and shows_lines else (),
        hint=spec.hint if hinted else None,
        cause=ending.cause if isinstance(ending, StudentEnd) else None,
    )
