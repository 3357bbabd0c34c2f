"""The settings that are the same for every submission of a class."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass, field
from importlib.metadata import version

import msgspec

from autograder.grading.assignments import load_assignment
from autograder.grading.sources import digest_of_sources
from autograder.sandbox.protocol.limits import Limits


@dataclass(frozen=True)
class Policy:
    """The settings a class is graded with.

    `seed` decides what the checks draw, for the whole class or, with `seed_per_student`, together
    with the student's name.
    """

    assignment: str
    seed: int
    limits: Limits = field(default_factory=Limits)
    seed_per_student: bool = False

    def seed_for(self, student: str) -> int:
        """The seed that this student's work is graded with."""
        if not self.seed_per_student:
            return self.seed
        return int.from_bytes(hashlib.sha256(f"{self.seed} {student}".encode()).digest()[:4]) >> 1


# Other libraries may compute, draw or count otherwise. This package's own version says nothing that
# the digest of its sources does not say better.
LIBRARIES = ("torch", "numpy", "hypothesis", "pytest")


def versions(policy: Policy) -> tuple[str, str, float]:
    """The suites' version, a digest of the grader, and the points in all, for the key.

    The grader's is every line of source that decides, the limits, and the libraries. No library is
    imported for it. Raises NoAssignment.
    """
    assignment = load_assignment(policy.assignment)
    limits = msgspec.json.encode(policy.limits).decode()
    libraries = " ".join(f"{name} {version(name)}" for name in LIBRARIES)
    sources = digest_of_sources(assignment.name)
    grader = f"{sources} {limits} {libraries} Python {platform.python_version()}"
    return assignment.version, grader, sum(task.points for task in assignment.tasks)
