"""The grader's side: a zygote, its workers, and the waiting with deadlines."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from autograder.sandbox import control, linux, wire
from autograder.sandbox.control import End, Ended, Prepared, Refused, Spawn, Started
from autograder.sandbox.errors import Crashed, SandboxUnavailable, TimedOut, WireError
from autograder.sandbox.launch import Launch, launch
from autograder.sandbox.limits import Limits
from autograder.sandbox.messages import Broken, Load, Ready, Reply, Request
from autograder.sandbox.wire import Buffer, Payload

PREPARE_SECONDS: Final = 120.0
READY_SECONDS: Final = 30.0
EXIT_SECONDS: Final = 2.0
# A worker may need the processor others have: a call is given up for good after this many
# times its limit, however little of the processor it got.
PATIENCE: Final = 6


class Sandbox:
    """A zygote and the workers forked from it. Use as a context manager.

    Args:
        limits: what one worker may use.
        confined: False runs workers without any protection, for a student's own machine.
        launched: a zygote that was launched earlier; by default one is launched here.
        gpu: workers may use the GPU; the zygote never does.
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
        share_processor: bool = False,
    ) -> None:
        self.limits = limits or Limits()
        self.confined = confined
        self.gpu = gpu
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

    def spawn(self, folder: Path) -> Worker:
        """A new worker that may read `folder`. Raises SandboxUnavailable."""
        self.wait_until_prepared()
        worker = Worker(self, folder)
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

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._limits = sandbox.limits
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
        )
        try:
            started = sandbox.request(spawn, theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        if isinstance(started, Refused):
            raise SandboxUnavailable(started.reason)
        assert isinstance(started, Started)
        self.pid = started.pid
        self._clock = Clock(self.pid)
        self._arrived = bytearray()
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(self._replies, select.POLLIN)
        self._readable.register(self._output, select.POLLIN)
        self._writable.register(self._requests, select.POLLOUT)
        os.set_blocking(self._requests, False)
        ready, _ = self._receive(READY_SECONDS)
        if isinstance(ready, Broken):
            self.close()
            raise SandboxUnavailable(f"a worker could not be locked down: {ready.reason}")
        assert isinstance(ready, Ready)
        self.layers = ready.layers

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
        return reply, data

    def close(self, grace: float = 0.0) -> Ended:
        """End the process, whatever it is doing; with `grace` it may first end by itself."""
        if not self._alive:
            return Ended(0, 0, killed=False, cpu_seconds=0.0)
        self._alive = False
        ended = self._sandbox.request(End(self.pid, grace))
        self._clock.close()
        for descriptor in (self._requests, self._replies, self._output):
            os.close(descriptor)
        shutil.rmtree(self._scratch, ignore_errors=True)
        assert isinstance(ended, Ended)
        return ended

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
        if left <= 0 or elapsed > PATIENCE * seconds:
            self.close()
            raise TimedOut(f"longer than {seconds:g} seconds")
        return left

    def _death(self) -> Crashed | TimedOut:
        # The pipe closes a moment before the process can be waited for.
        ended = self.close(grace=EXIT_SECONDS)
        if ended.killed:
            return Crashed("it closed its connection")
        limit = self._limits.cpu_seconds
        if ended.signal in (signal.SIGXCPU, signal.SIGKILL) and ended.cpu_seconds >= limit:
            return TimedOut(f"more than {limit} seconds of processor time in all")
        if ended.signal:
            name = signal.Signals(ended.signal).name
            return Crashed(f"{name} ({signal.strsignal(ended.signal)})")
        return Crashed(f"it left with exit code {ended.status}")


class Clock:
    """Time a process had for its work: what it spent waiting for a processor is not counted."""

    def __init__(self, pid: int) -> None:
        try:
            self._waits = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)
        except OSError:
            self._waits = -1  # not kept by this kernel, or the process is gone
        self.start()

    def start(self) -> None:
        self._started = time.monotonic()
        self._waited = self._waiting()

    def close(self) -> None:
        if self._waits >= 0:
            os.close(self._waits)
            self._waits = -1

    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def used(self) -> float:
        return self.elapsed() - (self._waiting() - self._waited)

    def _waiting(self) -> float:
        """Seconds in which the process could have run and did not."""
        try:
            return int(os.pread(self._waits, 100, 0).split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0


class TaskChannel:
    """The way to the file of one task: a worker that is replaced when it dies."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._worker: Worker | None = None
        self._load: Load | None = None

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        """As Worker.exchange; a new worker imports the file again before it is asked."""
        if isinstance(request, Load):
            self._load = request
        elif self._worker is None and self._load is not None:
            self._exchange(self._load, Payload())
        return self._exchange(request, payload)

    def _exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        if self._worker is None:
            self._worker = self._sandbox.spawn(self._folder)
        worker = self._worker
        try:
            return worker.exchange(request, payload)
        except (Crashed, TimedOut):
            self._worker = None
            raise

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None
