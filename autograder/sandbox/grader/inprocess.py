"""No sandbox at all: the submission runs in the caller's own process.

For systems that are not Linux, where a student may try the suites with `--unsafe`, and for the
project's benchmarks, which measure what isolation costs. There are no limits here: an endless
loop is endless.
"""

from __future__ import annotations

from pathlib import Path

import torch

from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.protocol.layers import Layer
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Reply, Request
from autograder.sandbox.protocol.wire import Buffer, Payload
from autograder.sandbox.worker.executor import Executor


class InProcess:
    """Hands requests straight to an executor; tensors are still copied, as on the wire."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._executor = Executor(folder, (limits or Limits()).reply_bytes)

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        reply, answer = self._executor.handle(request, bytearray().join(payload.chunks))
        return reply, bytearray().join(answer.chunks)

    def close(self) -> None:
        """Let go of what loading has changed in this process."""
        self._executor.close()


class NoSandbox:
    """Stands where a Sandbox would."""

    confined = False

    def __init__(self) -> None:
        self.limits = Limits()
        self.layers: tuple[Layer, ...] = ()
        self.torch = str(torch.__version__)

    def connect(self, folder: Path, budget: Budget | None = None) -> InProcess:
        return InProcess(folder)
