"""What is the same for every submission of a class."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

from autograder.grading.outline import digest_of_suites, read_outline
from autograder.sandbox.limits import Limits


@dataclass(frozen=True)
class Policy:
    """By what a class is graded."""

    assignment: str
    seed: int
    limits: Limits = field(default_factory=Limits)


def versions(policy: Policy) -> tuple[str, str, float]:
    """(the suites', the grader's, the points in all), which a grading depends on.

    Raises NoAssignment.
    """
    outline = read_outline(policy.assignment)
    suites = f"{outline.version} {digest_of_suites(outline.name)}"
    return suites, version("autograder"), sum(task.points for task in outline.tasks)
