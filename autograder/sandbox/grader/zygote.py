"""The grader's end of the process that workers are forked from."""

from __future__ import annotations

import contextlib
import subprocess
from typing import Final, overload

from autograder.sandbox.grader.launch import Launch
from autograder.sandbox.protocol import control
from autograder.sandbox.protocol.control import End, Ended, Prepared, Refused, Spawn, Started
from autograder.sandbox.protocol.errors import SandboxUnavailable

PREPARE_SECONDS: Final = 120.0
EXIT_SECONDS: Final = 2.0


class Zygote:
    """Asks a launched zygote, once it is prepared, to start and to end workers."""

    def __init__(self, launched: Launch) -> None:
        self.launched = launched
        self._prepared: Prepared | None = None

    def prepared(self) -> Prepared:
        """Wait until it has imported torch. Raises SandboxUnavailable: it died or took too long."""
        if self._prepared is None:
            self.launched.channel.settimeout(PREPARE_SECONDS)
            try:
                message, _ = control.receive(self.launched.channel)
            except (EOFError, OSError):
                raise self._not_started() from None
            if not isinstance(message, Prepared):
                raise SandboxUnavailable(f"the sandbox began with {type(message).__name__}")
            self._prepared = message
        return self._prepared

    def _not_started(self) -> SandboxUnavailable:
        process = self.launched.process
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(EXIT_SECONDS)  # the socket closes a moment before the process ends
        code = process.poll()
        process.kill()
        said = b"" if process.stderr is None else process.stderr.read()
        lines = said.decode(errors="replace").strip().splitlines()
        late = "it said nothing in time" if code is None else f"it ended with code {code}"
        return SandboxUnavailable(f"the sandbox did not start: {lines[-1] if lines else late}")

    @overload
    def request(self, message: Spawn, descriptors: tuple[int, ...]) -> Started: ...
    @overload
    def request(self, message: End) -> Ended: ...
    def request(self, message: Spawn | End, descriptors: tuple[int, ...] = ()) -> Started | Ended:
        """Ask for one thing.

        Raises SandboxUnavailable: it is gone, cannot start a worker, or answers something else.
        """
        channel = self.launched.channel
        try:
            control.send(channel, message, descriptors)
            reply, _ = control.receive(channel)
        except (EOFError, OSError):
            raise SandboxUnavailable("the process that workers are forked from died") from None
        if isinstance(reply, Refused):
            raise SandboxUnavailable(reply.reason)
        if not isinstance(reply, Started if isinstance(message, Spawn) else Ended):
            slip = f"{type(reply).__name__} to {type(message).__name__}"
            raise SandboxUnavailable(f"the process that workers are forked from answered {slip}")
        return reply
