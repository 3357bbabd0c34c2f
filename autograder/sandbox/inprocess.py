"""A channel without a sandbox: the submission runs in the caller's own process.

For the project's benchmarks, which measure what isolation costs, and for nothing else.
"""

from __future__ import annotations

from pathlib import Path

from autograder.sandbox.executor import Executor
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import Reply, Request
from autograder.sandbox.wire import Buffer, Payload


class InProcess:
    """Hands requests straight to an executor; tensors are still copied, as on the wire."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._executor = Executor(folder, (limits or Limits()).reply_bytes)

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        reply, answer = self._executor.handle(request, bytearray().join(payload.chunks))
        return reply, bytearray().join(answer.chunks)
