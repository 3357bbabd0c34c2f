"""One worker: a forked, locked-down process, the pipes to it, and the waiting with deadlines."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from autograder.sandbox.grader import endings
from autograder.sandbox.grader.clock import Clock
from autograder.sandbox.grader.launch import EXIT_SECONDS
from autograder.sandbox.grader.pipes import DeadlineExceeded, Disconnected, Pipes, TooMuchPrinted
from autograder.sandbox.grader.zygote import Zygote
from autograder.sandbox.protocol import wire
from autograder.sandbox.protocol.control import End, Ended, Spawn
from autograder.sandbox.protocol.errors import (
    Crashed,
    SandboxUnavailable,
    StudentFault,
    StudentStop,
    TimedOut,
    WireError,
)
from autograder.sandbox.protocol.layers import Layer
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Broken, NoGpu, Ready, Reply, Request
from autograder.sandbox.protocol.wire import Buffer, Payload

READY_SECONDS: Final = 30.0
# CUDA's start beside that: a driver that nothing keeps loaded wakes every card first.
CUDA_SECONDS: Final = 60.0


class Worker:
    """One forked, locked-down process and the pipes to it."""

    def __init__(self, zygote: Zygote, spawn: Spawn, limits: Limits) -> None:
        """Starts it. `spawn.limits` is what `limits` of its task have left for this one.

        Its scratch folder goes with it. Raises SandboxUnavailable.
        """
        self._zygote = zygote
        self._own, self._limits = spawn.limits, limits
        self.cpu_seconds = 0.0
        self.used_seconds = 0.0
        self._scratch = Path(spawn.scratch)
        requests_in, requests = os.pipe()
        replies, replies_out = os.pipe()
        output, output_out = os.pipe()
        self._alive = True
        theirs = (requests_in, replies_out, output_out)
        try:
            self.pid = zygote.request(spawn, theirs).pid
        except SandboxUnavailable:
            for descriptor in (requests, replies, output):
                os.close(descriptor)
            self._remove_scratch()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self._clock = Clock(self.pid)
        self._pipes = Pipes(requests, replies, output, self._own, self._clock)
        self.layers = self._locked_down(READY_SECONDS + (CUDA_SECONDS if spawn.gpu else 0.0))

    @property
    def output(self) -> bytearray:
        """The beginning of the student's output, which only a test reads."""
        return self._pipes.output

    @property
    def printed_bytes(self) -> int:
        return self._pipes.printed_bytes

    def _locked_down(self, seconds: float) -> tuple[Layer, ...]:
        """The layers in force. Nothing of a submission has run yet: it is to blame for no fault."""
        try:
            ready, _ = self._receive(seconds)
        except (WireError, StudentFault, StudentStop) as ending:
            self.close()
            raise _unavailable(str(ending)) from None
        if isinstance(ready, Broken):
            self.close()
            raise _unavailable(ready.reason)
        if isinstance(ready, NoGpu):
            self.close()
            raise SandboxUnavailable(
                f"CUDA did not start in a worker ({ready.reason}); try --device cpu"
            )
        if not isinstance(ready, Ready):
            self.close()
            raise _unavailable(f"it began with {type(ready).__name__}")
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
            self._pipes.send(frame, self._own.call_seconds)
        except Disconnected:
            raise self._death() from None
        except DeadlineExceeded as late:
            self.close()
            raise endings.too_late(late) from None
        return self._receive(self._own.call_seconds)

    def _receive(self, seconds: float) -> tuple[Reply, Buffer]:
        try:
            return self._pipes.receive(seconds)
        except Disconnected:
            raise self._death() from None
        except DeadlineExceeded as late:
            self.close()
            raise endings.too_late(late) from None
        except TooMuchPrinted:
            self.close()
            raise endings.printed_too_much(self._limits) from None

    def close(self, grace: float = 0.0) -> Ended:
        """End the process at once; with `grace` it may first end by itself."""
        if not self._alive:
            return Ended(0, 0, killed=False, cpu_seconds=0.0)
        self._alive = False
        try:
            ended = self._zygote.request(End(self.pid, grace))
        finally:
            self._clock.close()
            self._pipes.close()
            self._remove_scratch()
        self.cpu_seconds = ended.cpu_seconds
        return ended

    def _remove_scratch(self) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _death(self) -> Crashed | TimedOut:
        # The pipe closes a moment before the process can be waited for.
        ended = self.close(grace=EXIT_SECONDS)
        kernels = self._own.task_cpu_seconds
        return endings.died(ended, cpu_seconds=kernels, limits=self._limits)


def _unavailable(reason: str) -> SandboxUnavailable:
    return SandboxUnavailable(
        f"a worker could not be locked down: {reason}; autograder doctor says what is missing"
    )
