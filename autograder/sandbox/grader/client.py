"""The grader's side: a zygote, its workers, and the waiting with deadlines."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

import msgspec

from autograder.sandbox.grader import endings
from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.clock import Clock
from autograder.sandbox.grader.launch import Launch, launch
from autograder.sandbox.grader.pipes import Disconnected, Late, Pipes, TooMuchPrinted
from autograder.sandbox.jail import linux
from autograder.sandbox.protocol import control, wire
from autograder.sandbox.protocol.control import End, Ended, Prepared, Refused, Spawn, Started
from autograder.sandbox.protocol.errors import (
    Crashed,
    Flooded,
    SandboxUnavailable,
    StudentFault,
    StudentStop,
    TimedOut,
    WireError,
)
from autograder.sandbox.protocol.layers import Layer
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Broken, Load, Ready, Reply, Request
from autograder.sandbox.protocol.wire import Buffer, Payload

PREPARE_SECONDS: Final = 120.0
READY_SECONDS: Final = 30.0
EXIT_SECONDS: Final = 2.0

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
        self._launch = launched or launch()
        self._control = self._launch.channel
        self._prepared = False
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
        self._launch.close()
        if self._elsewhere is not None:
            os.sched_setaffinity(0, self._elsewhere)
            self._elsewhere = None

    def wait_until_prepared(self) -> None:
        """Raises SandboxUnavailable when the zygote died or took too long."""
        if self._prepared:
            return
        self._control.settimeout(PREPARE_SECONDS)
        try:
            message, _ = control.receive(self._control)
        except (EOFError, OSError):
            process = self._launch.process
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(EXIT_SECONDS)  # the socket closes a moment before the process ends
            code = process.poll()
            process.kill()
            assert process.stderr is not None
            said = process.stderr.read().decode(errors="replace").strip()
            late = "it said nothing in time" if code is None else f"it ended with code {code}"
            last = said.splitlines()[-1] if said else late
            raise SandboxUnavailable(f"the sandbox did not start: {last}") from None
        assert isinstance(message, Prepared)
        self.torch = message.torch
        self._prepared = True

    def spawn(self, folder: Path, limits: Limits | None = None) -> Worker:
        """A new worker that may read `folder`. Raises SandboxUnavailable."""
        self.wait_until_prepared()
        worker = Worker(self, folder, limits or self.limits)
        self.layers = worker.layers
        return worker

    def connect(self, folder: Path, budget: Budget | None = None) -> TaskChannel:
        """The way to a file in `folder`: a worker that is replaced when it dies."""
        return TaskChannel(self, folder, budget)

    def processor(self) -> int | None:
        """The processor that this thread now shares with its workers, if it does."""
        if not self._share:
            return None
        if self._elsewhere is None:
            self._elsewhere = os.sched_getaffinity(0)
            os.sched_setaffinity(0, {linux.current_processor()})
        return linux.current_processor()

    def request(self, message: Spawn | End, descriptors: tuple[int, ...] = ()) -> control.Message:
        """Ask the zygote. Raises SandboxUnavailable when it is gone."""
        try:
            control.send(self._control, message, descriptors)
            reply, _ = control.receive(self._control)
        except (EOFError, OSError):
            raise SandboxUnavailable("the process that workers are forked from died") from None
        return reply


class Worker:
    """One forked, locked-down process and the pipes to it."""

    def __init__(self, sandbox: Sandbox, folder: Path, limits: Limits) -> None:
        self._sandbox = sandbox
        self._limits = limits
        self.cpu_seconds = 0.0
        self.used_seconds = 0.0
        self._scratch = Path(tempfile.mkdtemp(prefix="scratch-", dir=folder.parent))
        requests_in, requests = os.pipe()
        replies, replies_out = os.pipe()
        output, output_out = os.pipe()
        self._alive = True
        theirs = (requests_in, replies_out, output_out)
        spawn = Spawn(
            str(folder),
            str(self._scratch),
            self._limits,
            sandbox.confined,
            sandbox.processor(),
            sandbox.gpu,
            sandbox.namespaces == "auto",
        )
        try:
            started = sandbox.request(spawn, theirs)
            if isinstance(started, Refused):
                raise SandboxUnavailable(started.reason)
        except SandboxUnavailable:
            for descriptor in (requests, replies, output):
                os.close(descriptor)
            self._remove_scratch()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        assert isinstance(started, Started)
        self.pid = started.pid
        self._clock = Clock(self.pid)
        self._pipes = Pipes(requests, replies, output, self._limits, self._clock)
        self.layers = self._locked_down()

    @property
    def output(self) -> bytearray:
        """The beginning of what the student's code printed. Nobody but a test reads it."""
        return self._pipes.output

    @property
    def printed_bytes(self) -> int:
        return self._pipes.printed_bytes

    def _locked_down(self) -> tuple[Layer, ...]:
        """The layers in force. Nothing of a submission has run yet: no fault is a student's."""
        try:
            ready, _ = self._receive(READY_SECONDS)
        except (WireError, StudentFault, StudentStop) as ending:
            self.close()
            raise _unavailable(str(ending)) from None
        if isinstance(ready, Broken):
            self.close()
            raise _unavailable(ready.reason)
        assert isinstance(ready, Ready)
        return ready.layers

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        """Send a request and wait for its reply.

        Raises:
            Crashed: the process died, or answered something that is no answer.
            TimedOut: it took longer than the limit for a call.
            Flooded: it printed more than the limit.
        """
        self._clock.start()
        try:
            reply, data = self._exchange(wire.encode(request, payload))
            if getattr(reply, "id", None) != request.id:
                raise WireError(f"an answer to another question ({type(reply).__name__})")
        except WireError as error:
            self.close()
            raise endings.not_understood(str(error)) from None
        finally:
            self.used_seconds += self._clock.used()
        return reply, data

    def _exchange(self, frame: list[Buffer]) -> tuple[Reply, Buffer]:
        try:
            self._pipes.send(frame, self._limits.call_seconds)
        except Disconnected:
            raise self._death() from None
        except Late as late:
            self.close()
            raise endings.too_late(late) from None
        return self._receive(self._limits.call_seconds)

    def _receive(self, seconds: float) -> tuple[Reply, Buffer]:
        try:
            return self._pipes.receive(seconds)
        except Disconnected:
            raise self._death() from None
        except Late as late:
            self.close()
            raise endings.too_late(late) from None
        except TooMuchPrinted:
            self.close()
            raise endings.printed_too_much(self._sandbox.limits) from None

    def close(self, grace: float = 0.0) -> Ended:
        """End the process, whatever it is doing; with `grace` it may first end by itself."""
        if not self._alive:
            return Ended(0, 0, killed=False, cpu_seconds=0.0)
        self._alive = False
        try:
            ended = self._sandbox.request(End(self.pid, grace))
        finally:
            self._clock.close()
            self._pipes.close()
            self._remove_scratch()
        assert isinstance(ended, Ended)
        self.cpu_seconds = ended.cpu_seconds
        return ended

    def _remove_scratch(self) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _death(self) -> Crashed | TimedOut:
        # The pipe closes a moment before the process can be waited for.
        ended = self.close(grace=EXIT_SECONDS)
        limits, kernels = self._sandbox.limits, self._limits.task_cpu_seconds
        return endings.died(ended, cpu_seconds=kernels, limits=limits)


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
        """As Worker.exchange; a new worker imports the file again before it is asked."""
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


def _unavailable(reason: str) -> SandboxUnavailable:
    return SandboxUnavailable(
        f"a worker could not be locked down: {reason}; autograder doctor says what is missing"
    )
