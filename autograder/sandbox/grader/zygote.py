"""The grader's end of the process that workers are forked from."""

from __future__ import annotations

from typing import Final, overload

from autograder.sandbox.grader.launch import Launch
from autograder.sandbox.protocol import control
from autograder.sandbox.protocol.control import End, Ended, Prepared, Refused, Spawn, Started
from autograder.sandbox.protocol.errors import SandboxUnavailable

PREPARE_SECONDS: Final = 120.0


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
                reason = self.launched.failure()
                raise SandboxUnavailable(f"the sandbox did not start: {reason}") from None
            if not isinstance(message, Prepared):
                raise SandboxUnavailable(f"the sandbox began with {type(message).__name__}")
            self._prepared = message
        return self._prepared

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
