"""What grading needs in this process, made once and used again and again."""

from __future__ import annotations

import atexit
from functools import lru_cache

from autograder.authoring.manifest import Assignment
from autograder.grading.assignments import load_assignment
from autograder.grading.drawn import Drawn
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.launch import Launch
from autograder.sandbox.protocol.limits import Limits

_sandbox: Sandbox | None = None


def prepared(
    assignment: str, limits: Limits | None = None, *, confined: bool = True, gpu: bool = False
) -> tuple[Assignment, Sandbox]:
    """The suites of an assignment, and the sandbox of this process with these limits.

    Raises NoAssignment.
    """
    sandbox = _sandbox or use(None)
    sandbox.limits, sandbox.confined, sandbox.gpu = limits or Limits(), confined, gpu
    return load_assignment(assignment), sandbox


@lru_cache(maxsize=1)
def drawn_before(assignment: str, seed: int) -> Drawn:
    """What the checks of an assignment drew in this process, while the seed stays the same."""
    return Drawn()


def use(launched: Launch | None, *, share_processor: bool = False) -> Sandbox:
    """Prepare the sandbox of this process on a zygote; without one, launch its own."""
    global _sandbox
    _sandbox = Sandbox(launched=launched, share_processor=share_processor)
    atexit.register(_sandbox.close)
    return _sandbox
