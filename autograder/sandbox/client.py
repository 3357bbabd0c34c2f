"""The grader's side: a zygote, its workers, and the waiting with deadlines."""

from __future__ import annotations

import math
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

import msgspec

from autograder.sandbox import control, linux, wire
from autograder.sandbox.clock import Clock
from autograder.sandbox.control import End, Ended, Prepared, Refused, Spawn, Started
from autograder.sandbox.errors import Crashed, SandboxUnavailable, TimedOut, WireError
from autograder.sandbox.launch import Launch, launch
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import Broken, Load, Ready, Reply, Request
from autograder.sandbox.wire import Buffer, Payload

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
        self.layers: dict[str, str] = {}
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
            process.kill()
            assert process.stderr is not None
            said = process.stderr.read().decode(errors="replace").strip()
            last = said.splitlines()[-1] if said else "no reason given"
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

    def connect(self, folder: Path) -> TaskChannel:
        """The way to a file in `folder`: a worker that is replaced when it dies."""
        return TaskChannel(self, folder)

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
        requests_in, self._requests = os.pipe()
        self._replies, replies_out = os.pipe()
        self._output, output_out = os.pipe()
        self.output = bytearray()
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
            self._let_go()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        assert isinstance(started, Started)
        self.pid = started.pid
        self._clock = Clock(self.pid)
        self._arrived = bytearray()
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(self._replies, select.POLLIN)
        self._readable.register(self._output, select.POLLIN)
        self._writable.register(self._requests, select.POLLOUT)
        os.set_blocking(self._requests, False)
        self.layers = self._locked_down()

    def _locked_down(self) -> dict[str, str]:
        """The layers in force. Nothing of a submission has run yet: no fault is a student's."""
        try:
            ready, _ = self._receive(READY_SECONDS)
        except (Crashed, TimedOut) as ending:
            raise SandboxUnavailable(f"a worker could not be locked down: {ending}") from None
        if isinstance(ready, Broken):
            self.close()
            raise SandboxUnavailable(f"a worker could not be locked down: {ready.reason}")
        assert isinstance(ready, Ready)
        return ready.layers

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        """Send a request and wait for its reply.

        Raises:
            Crashed: the process died, or answered something that is no answer.
            TimedOut: it took longer than the limit for a call.
        """
        self._clock.start()
        try:
            self._send(wire.encode(request, payload), self._limits.call_seconds)
            reply, data = self._receive(self._limits.call_seconds)
            if getattr(reply, "id", None) != request.id:
                raise WireError(f"an answer to another question ({type(reply).__name__})")
        except WireError as error:
            self.close()
            raise Crashed(f"its answer was not understood ({error})") from None
        finally:
            self.used_seconds += self._clock.used()
        return reply, data

    def close(self, grace: float = 0.0) -> Ended:
        """End the process, whatever it is doing; with `grace` it may first end by itself."""
        if not self._alive:
            return Ended(0, 0, killed=False, cpu_seconds=0.0)
        self._alive = False
        try:
            ended = self._sandbox.request(End(self.pid, grace))
        finally:
            self._clock.close()
            self._let_go()
        assert isinstance(ended, Ended)
        self.cpu_seconds = ended.cpu_seconds
        return ended

    def _let_go(self) -> None:
        for descriptor in (self._requests, self._replies, self._output):
            os.close(descriptor)
        shutil.rmtree(self._scratch, ignore_errors=True)

    # --- bytes

    def _send(self, parts: list[Buffer], seconds: float) -> None:
        """Write a frame while a worker that is slow to read may still be given up."""
        for part in parts:
            view = memoryview(part).cast("B")
            while view:
                try:
                    view = view[os.write(self._requests, view) :]
                except BlockingIOError:
                    self._writable.poll(self._remaining(seconds) * 1000)
                except BrokenPipeError:
                    raise self._death() from None

    def _receive(self, seconds: float) -> tuple[Reply, Buffer]:
        prefix = self._read(wire.PREFIX.size, seconds)
        header_size, payload_size = wire.parse_prefix(prefix, self._limits.reply_bytes)
        reply = wire.decode_reply(self._read(header_size, seconds))
        return reply, self._read(payload_size, seconds)

    def _read(self, size: int, seconds: float) -> bytearray:
        """Exactly `size` bytes of the reply, draining the output meanwhile.

        Memory is taken as bytes arrive: a length is only a promise.
        """
        while len(self._arrived) < size:
            for descriptor, _ in self._readable.poll(self._remaining(seconds) * 1000):
                if descriptor == self._output:
                    self._drain()
                    continue
                chunk = os.read(self._replies, 1 << 20)
                if not chunk:
                    raise self._death()
                self._arrived += chunk
        data = self._arrived[:size]
        del self._arrived[:size]
        return data

    def _drain(self) -> None:
        """Read the student's output; keep its beginning, drop the rest."""
        chunk = os.read(self._output, 1 << 16)
        if not chunk:
            self._readable.unregister(self._output)
        self.output += chunk[: self._limits.output_bytes - len(self.output)]

    def _remaining(self, seconds: float) -> float:
        """Seconds until it is time to look again. Raises TimedOut when none are left."""
        elapsed = self._clock.elapsed()
        if elapsed < seconds:
            return seconds - elapsed
        left = seconds - self._clock.used()
        if left <= 0 or elapsed > self._limits.call_wall_seconds:
            self.close()
            raise TimedOut(f"longer than {seconds:g} seconds")
        return left

    def _death(self) -> Crashed | TimedOut:
        # The pipe closes a moment before the process can be waited for.
        ended = self.close(grace=EXIT_SECONDS)
        if ended.killed:
            return Crashed("it closed its connection")
        limit = self._limits.task_cpu_seconds
        if ended.signal in (signal.SIGXCPU, signal.SIGKILL) and ended.cpu_seconds >= limit:
            return _too_much_cpu(self._sandbox.limits)
        if ended.signal:
            name = signal.Signals(ended.signal).name
            return Crashed(f"{name} ({signal.strsignal(ended.signal)})")
        return Crashed(f"it left with exit code {ended.status}")


class TaskChannel:
    """The way to the file of one task: a worker that is replaced when it dies.

    What the task may use in all is counted over every worker it had.
    """

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._worker: Worker | None = None
        self._load: Load | None = None
        self._cpu_seconds = 0.0
        self._used_seconds = 0.0

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        """As Worker.exchange; a new worker imports the file again before it is asked."""
        if isinstance(request, Load):
            self._load = request
        elif self._worker is None and self._load is not None:
            self._exchange(self._load, Payload())
        return self._exchange(request, payload)

    def _exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        limits = self._sandbox.limits
        used = self._used_seconds + (self._worker.used_seconds if self._worker else 0.0)
        if used > limits.task_seconds:
            self.close()
            raise TimedOut(f"more than {limits.task_seconds:g} seconds for all calls together")
        worker = self._worker or self._new_worker(limits)
        try:
            return worker.exchange(request, payload)
        except (Crashed, TimedOut):
            self.close()
            raise

    def _new_worker(self, limits: Limits) -> Worker:
        left = math.ceil(limits.task_cpu_seconds - self._cpu_seconds)
        if left <= 0:
            raise _too_much_cpu(limits)
        limits = msgspec.structs.replace(limits, task_cpu_seconds=left)
        started = time.monotonic()
        self._worker = self._sandbox.spawn(self._folder, limits)
        # A file that dies at every call makes its own work of this.
        self._used_seconds += time.monotonic() - started
        return self._worker

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._cpu_seconds += self._worker.cpu_seconds
            self._used_seconds += self._worker.used_seconds
            self._worker = None


def _too_much_cpu(limits: Limits) -> TimedOut:
    return TimedOut(f"more than {limits.task_cpu_seconds} seconds of processor time in all")
