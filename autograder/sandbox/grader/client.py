"""A sandbox, and the way through it to the file of one task."""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec

from autograder.sandbox.grader import endings
from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.launch import Launch, launch
from autograder.sandbox.grader.worker import Worker
from autograder.sandbox.grader.zygote import Zygote
from autograder.sandbox.jail import linux
from autograder.sandbox.protocol.control import Spawn
from autograder.sandbox.protocol.errors import Crashed, Flooded, TimedOut
from autograder.sandbox.protocol.layers import Layer
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Load, Reply, Request
from autograder.sandbox.protocol.wire import Buffer, Payload

Namespaces = Literal["auto", "none"]


class Sandbox:
    """A zygote and the workers forked from it. Use as a context manager.

    Args:
        limits: what one file of a submission may use.
        confined: False runs workers without any protection, for a student's own machine.
        launched: a zygote that was launched earlier; by default one is launched here.
        gpu: workers may use the GPU; the zygote never does.
        namespaces: "none" does without them where they could be had, as on a machine that
            denies them; "auto" takes them.
        share_processor: keep this thread and its workers on one processor. They take turns, so
            nothing is lost, and a call costs a third of what it costs across processors.

    Raises SandboxUnavailable when the zygote cannot start.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        confined: bool = True,
        launched: Launch | None = None,
        gpu: bool = False,
        namespaces: Namespaces = "auto",
        share_processor: bool = False,
    ) -> None:
        self.limits = limits or Limits()
        self.confined = confined
        self.gpu = gpu
        self.namespaces = namespaces
        self.layers: tuple[Layer, ...] = ()
        self.torch = ""
        self._zygote = Zygote(launched or launch())
        self._share = share_processor and sys.platform == "linux"
        self._elsewhere: set[int] | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._zygote.launched.close()
        if self._elsewhere is not None:
            os.sched_setaffinity(0, self._elsewhere)
            self._elsewhere = None

    def wait_until_prepared(self) -> None:
        """Raises SandboxUnavailable when the zygote died or took too long."""
        self.torch = self._zygote.prepared().torch

    def spawn(self, folder: Path, limits: Limits | None = None) -> Worker:
        """A new worker that may read `folder`. Raises SandboxUnavailable."""
        self.wait_until_prepared()
        spawn = Spawn(
            str(folder),
            tempfile.mkdtemp(prefix="scratch-", dir=folder.parent),
            limits or self.limits,
            self.confined,
            self._processor(),
            self.gpu,
            self.namespaces == "auto",
        )
        worker = Worker(self._zygote, spawn, self.limits)
        self.layers = worker.layers
        return worker

    def connect(self, folder: Path, budget: Budget | None = None) -> TaskChannel:
        """The way to a file in `folder`: a worker that is replaced when it dies."""
        return TaskChannel(self, folder, budget)

    def _processor(self) -> int | None:
        """The processor that this thread now shares with its workers, if it does."""
        if not self._share:
            return None
        if self._elsewhere is None:
            self._elsewhere = os.sched_getaffinity(0)
            os.sched_setaffinity(0, {linux.current_processor()})
        return linux.current_processor()


class TaskChannel:
    """The way to the file of one task: a worker that is replaced when it dies.

    What the task may use in all is counted over every worker it had, and its time in a budget
    that it may share with other channels.
    """

    def __init__(self, sandbox: Sandbox, folder: Path, budget: Budget | None = None) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._budget = budget or Budget(sandbox.limits)
        self._worker: Worker | None = None
        self._load: Load | None = None
        self._cpu_seconds = 0.0
        self._printed_bytes = 0

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        """Exchange as Worker.exchange does; a new worker imports the file again first."""
        if isinstance(request, Load):
            self._load = request
        elif self._worker is None and self._load is not None:
            self._exchange(self._load, Payload())
        return self._exchange(request, payload)

    def _exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        worker, before = None, 0.0
        try:
            self._budget.demand()
            worker = self._worker or self._new_worker(self._sandbox.limits)
            before = worker.used_seconds
            return worker.exchange(request, payload)
        except (Crashed, TimedOut, Flooded):
            self.close()
            raise
        finally:
            if worker is not None:
                self._budget.spend(worker.used_seconds - before)

    def _new_worker(self, limits: Limits) -> Worker:
        left = math.ceil(limits.task_cpu_seconds - self._cpu_seconds)
        if left <= 0:
            raise endings.too_much_cpu(limits)
        limits = msgspec.structs.replace(
            limits,
            task_cpu_seconds=left,
            printed_bytes=limits.printed_bytes - self._printed_bytes,
        )
        started = time.monotonic()
        self._worker = self._sandbox.spawn(self._folder, limits)
        # A file that dies at every call makes its own work of this.
        self._budget.spend(time.monotonic() - started)
        return self._worker

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._cpu_seconds += self._worker.cpu_seconds
            self._printed_bytes += self._worker.printed_bytes
            self._worker = None
