"""The grader's ends of a worker's pipes: frames out, frames in, and what the student prints.

The other end is trusted with nothing: a length is checked before it is believed, memory is taken
as bytes arrive, and every wait has a deadline.
"""

from __future__ import annotations

import os
import select

from autograder.sandbox.grader.clock import Clock
from autograder.sandbox.protocol import wire
from autograder.sandbox.protocol.errors import Cause
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Reply
from autograder.sandbox.protocol.wire import Buffer


class Disconnected(Exception):
    """The other end is closed."""


class DeadlineExceeded(Exception):
    """A limit for one call is over: `cause` names it, `seconds` is its value."""

    def __init__(self, cause: Cause, seconds: float) -> None:
        super().__init__(cause, seconds)
        self.cause = cause
        self.seconds = seconds


class TooMuchPrinted(Exception):
    """More was printed than `printed_bytes`."""


class Pipes:
    """Sends frames and receives them; `output` is the beginning of what was printed."""

    def __init__(
        self, requests: int, replies: int, output: int, limits: Limits, clock: Clock
    ) -> None:
        self.output = bytearray()
        self.printed_bytes = 0
        self._requests, self._replies, self._output = requests, replies, output
        self._limits = limits
        self._clock = clock
        self._arrived = bytearray()
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(replies, select.POLLIN)
        self._readable.register(output, select.POLLIN)
        self._writable.register(requests, select.POLLOUT)
        os.set_blocking(requests, False)

    def close(self) -> None:
        for descriptor in (self._requests, self._replies, self._output):
            os.close(descriptor)

    def send(self, parts: list[Buffer], seconds: float) -> None:
        """Write a frame, while the other end may still be given up if it is slow to read.

        Raises:
            Disconnected: nobody reads it.
            DeadlineExceeded: `seconds` are over.
        """
        for part in parts:
            view = memoryview(part).cast("B")
            while view:
                try:
                    view = view[os.write(self._requests, view) :]
                except BlockingIOError:
                    self._writable.poll(self._remaining(seconds) * 1000)
                except BrokenPipeError:
                    raise Disconnected from None

    def receive(self, seconds: float) -> tuple[Reply, Buffer]:
        """The next frame.

        Raises:
            Disconnected, DeadlineExceeded: as `send`.
            TooMuchPrinted: the student's code prints without end.
            WireError: what arrived is no frame.
        """
        prefix = self._read(wire.PREFIX.size, seconds)
        header_size, payload_size = wire.parse_prefix(prefix, self._limits.reply_bytes)
        reply = wire.decode_reply(self._read(header_size, seconds))
        return reply, self._read(payload_size, seconds)

    def _read(self, size: int, seconds: float) -> bytearray:
        """Exactly `size` bytes of the reply, draining the output meanwhile."""
        while len(self._arrived) < size:
            for descriptor, _ in self._readable.poll(self._remaining(seconds) * 1000):
                if descriptor == self._output:
                    self._drain()
                    continue
                chunk = os.read(self._replies, 1 << 20)
                if not chunk:
                    raise Disconnected
                self._arrived += chunk
        data, self._arrived = self._arrived, self._arrived[size:]
        del data[size:]
        return data

    def _drain(self) -> None:
        """Read the student's output; keep its beginning, drop the rest."""
        chunk = os.read(self._output, 1 << 16)
        if not chunk:
            self._readable.unregister(self._output)
        self.output += chunk[: self._limits.output_bytes - len(self.output)]
        self.printed_bytes += len(chunk)
        if self.printed_bytes > self._limits.printed_bytes:
            raise TooMuchPrinted

    def _remaining(self, seconds: float) -> float:
        """Seconds until it is time to look again. Raises DeadlineExceeded when none are left."""
        elapsed = self._clock.elapsed()
        if elapsed < seconds:
            return seconds - elapsed
        left = seconds - self._clock.used()
        if left <= 0:
            raise DeadlineExceeded(Cause.CALL_SECONDS, seconds)
        if elapsed > self._limits.call_wall_seconds:
            raise DeadlineExceeded(Cause.CALL_WALL_SECONDS, self._limits.call_wall_seconds)
        return left
