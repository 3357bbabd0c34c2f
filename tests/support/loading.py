"""What a test says that loads a file of a submission: the limits, and the fixture's type."""

from __future__ import annotations

from collections.abc import Callable

from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.limits import MIB, Limits

# Short enough to wait for, long enough for any call a test makes on purpose.
QUICK = Limits(call_seconds=2.0, memory_bytes=1024 * MIB)

Load = Callable[..., Student]
