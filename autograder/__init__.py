"""Grade a programming assignment with hidden tests that its code can never read.

    from pathlib import Path
    from autograder import GradingRun, Sandbox, grade, load_assignment

    run = GradingRun.of(load_assignment("segmentation"), seed=7)
    with Sandbox() as sandbox:
        result = grade(Path("submission"), run, sandbox)
    print(result.earned, "of", result.points)

A name is imported when it is first used: the command line and every worker's parent import this
package, and pay for nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.authoring.manifest import Assignment, Task
    from autograder.document.result import Check, Result, TaskResult
    from autograder.errors import AutograderError
    from autograder.grading.assignments import load_assignment
    from autograder.grading.grade import grade
    from autograder.grading.grading_run import GradingRun, Progress
    from autograder.sandbox.grader.client import Sandbox
    from autograder.sandbox.grader.inprocess import NoSandbox
    from autograder.sandbox.grader.provider import SandboxProvider
    from autograder.sandbox.protocol.errors import Verdict
    from autograder.sandbox.protocol.limits import Limits

__all__ = [
    "Assignment",
    "AutograderError",
    "Check",
    "GradingRun",
    "Limits",
    "NoSandbox",
    "Progress",
    "Result",
    "Sandbox",
    "SandboxProvider",
    "Task",
    "TaskResult",
    "Verdict",
    "grade",
    "load_assignment",
]

_HOME = {
    "Assignment": "autograder.authoring.manifest",
    "AutograderError": "autograder.errors",
    "Check": "autograder.document.result",
    "GradingRun": "autograder.grading.grading_run",
    "Limits": "autograder.sandbox.protocol.limits",
    "NoSandbox": "autograder.sandbox.grader.inprocess",
    "Progress": "autograder.grading.grading_run",
    "Result": "autograder.document.result",
    "Sandbox": "autograder.sandbox.grader.client",
    "SandboxProvider": "autograder.sandbox.grader.provider",
    "Task": "autograder.authoring.manifest",
    "TaskResult": "autograder.document.result",
    "Verdict": "autograder.sandbox.protocol.errors",
    "grade": "autograder.grading.grade",
    "load_assignment": "autograder.grading.assignments",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
