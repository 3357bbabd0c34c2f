"""A Tornado server with bounds on connections, bytes and seconds.

Who sent a request is known once its signature was checked. Until then it costs no more than its
share of these bounds: its body is neither parsed nor written down, and no word of it is told.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from socket import socket
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets

from autograder.github.webhooks import DeliveryRefused, Receiver

# Connections that the kernel holds until they are taken.
BACKLOG = 1024
# How often a line says that requests were refused for one reason.
REFUSALS_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class ServerLimits:
    """Limits of requests: so many at once, and each so many bytes and seconds.

    Where there are too many, the one that took longest ends. GitHub sends up to 25 MB; a push of a
    few files is some 10 KB, and what is larger, a sweep finds. The seconds are for all that is
    sent, half of them for the headers; a delivery takes milliseconds.
    """

    connections: int = 128
    header_bytes: int = 16 * 1024
    body_bytes: int = 1024 * 1024
    seconds: float = 10.0


@dataclass
class Answers(HTTPServerConnectionDelegate):
    """Answers requests and reports them; refused ones only once in a while."""

    receiver: Receiver
    clock: Callable[[], datetime]
    report: Callable[[str], None]
    _refused: Counter[str] = field(default_factory=Counter)
    _reported_at: dict[str, datetime] = field(default_factory=dict)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> _Request:
        return _Request(request_conn, self.answer)

    def answer(self, method: str, headers: HTTPHeaders, body: bytes) -> tuple[int, str]:
        now = self.clock()
        event = headers.get("X-GitHub-Event", "-")
        signature = headers.get("X-Hub-Signature-256", "")
        try:
            if method != "POST":
                raise DeliveryRefused(405, "not a delivery")
            answer = self.receiver.receive(event, signature, body, now)
        except DeliveryRefused as refusal:
            self._tell_refused(str(refusal), now)
            return refusal.status, str(refusal)
        except OSError as error:
            self.report(f"{event[:40]!r} could not be written down: {error.strerror}")
            return 500, "could not be written down"
        self.report(f"{event[:40]!r}: {answer}")
        return 202, answer

    def _tell_refused(self, reason: str, now: datetime) -> None:
        self._refused[reason] += 1
        before = self._reported_at.get(reason)
        if before is None or now - before >= REFUSALS_PAUSE:
            self.report(f"refused: {reason} ({self._refused[reason]})")
            self._reported_at[reason] = now


class _Request(HTTPMessageDelegate):
    """A request that is held until its last byte is there, and is answered then."""

    def __init__(
        self,
        connection: HTTPConnection,
        answer: Callable[[str, HTTPHeaders, bytes], tuple[int, str]],
    ) -> None:
        self._connection = connection
        self._answer = answer
        self._body = bytearray()

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        assert isinstance(start_line, RequestStartLine)
        self._method, self._headers = start_line.method, headers

    def data_received(self, chunk: bytes) -> None:
        self._body += chunk

    def finish(self) -> None:
        status, answer = self._answer(self._method, self._headers, bytes(self._body))
        content = answer.encode()
        headers = HTTPHeaders(
            {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(content))}
        )
        start_line = ResponseStartLine("HTTP/1.1", status, HTTPStatus(status).phrase)
        self._connection.write_headers(start_line, headers, content)
        self._connection.finish()


class Server(HTTPServer):
    """Tornado's server, where the oldest connection makes place for a new one."""

    def initialize(self, *arguments: Any, connections: int = 1, **options: Any) -> None:
        super().initialize(*arguments, **options)
        self._most = connections
        self._streams: list[IOStream] = []

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        self._streams = [each for each in self._streams if not each.closed()]
        if len(self._streams) >= self._most:
            self._streams.pop(0).close()
        self._streams.append(stream)
        super().handle_stream(stream, address)


def bind(host: str, port: int) -> list[socket]:
    """Take the port; connections wait until `answering`. Raises OSError."""
    return bind_sockets(port, host, backlog=BACKLOG)


@contextmanager
def answering(
    sockets: list[socket],
    receiver: Receiver,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    report: Callable[[str], None] = lambda line: None,
    limits: ServerLimits = ServerLimits(),
) -> Iterator[None]:
    """Answer in a thread of its own; `report` gets a line for each delivery."""
    stopped = asyncio.Event()

    async def serve() -> None:
        server = Server(
            Answers(receiver, clock, report),
            no_keep_alive=True,
            max_header_size=limits.header_bytes,
            max_body_size=limits.body_bytes,
            max_buffer_size=limits.header_bytes + limits.body_bytes,
            idle_connection_timeout=limits.seconds / 2,
            body_timeout=limits.seconds / 2,
            connections=limits.connections,
        )
        server.add_sockets(sockets)
        await stopped.wait()
        server.stop()
        await server.close_all_connections()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
        loop.close()
