"""A listener's server with an inbox that is looked into, and nobody who sends."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from autograder.course.roster import Roster
from autograder.github.configuration import Course
from autograder.github.inbox import Due, Event, Inbox
from autograder.github.server import ServerLimits, answering, bind
from autograder.github.webhooks import Receiver

KIM = "segmentation-octo-kim"
SECRET = "a secret of the course's"
SHA = "a" * 40
# Only a server that never answers makes a test wait so long.
PATIENCE = 60.0
USUAL = ServerLimits()


@dataclass
class Listener:
    """What it wrote down and told; `full` lets it write down nothing more."""

    port: int
    written: list[Event] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    full: bool = False

    def __post_init__(self) -> None:
        self.inbox = Inbox(2, self._write)

    @classmethod
    @contextmanager
    def open(
        cls,
        course: Course,
        roster: Roster,
        clock: Callable[[], datetime],
        limits: ServerLimits = USUAL,
    ) -> Iterator[Listener]:
        sockets = bind("127.0.0.1", 0)
        made = cls(sockets[0].getsockname()[1])
        receiver = Receiver(course, roster, made.inbox, SECRET)
        with answering(sockets, receiver, clock, made.told.append, limits):
            yield made

    def _write(self, event: Event) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.written.append(event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def due(self, now: datetime) -> list[Due]:
        return self.inbox.due(now)

    def connect(self, start: bytes = b"") -> socket.socket:
        """A connection on which so much of a request was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        connection.sendall(start)
        return connection


def answer(connection: socket.socket) -> str:
    """The status of the answer; nothing where it was closed without one."""
    said = b""
    try:
        while part := connection.recv(4096):
            said += part
    except ConnectionError:
        pass
    return said.split(b" ")[1].decode() if said else ""
