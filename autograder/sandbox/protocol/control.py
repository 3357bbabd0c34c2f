"""What a command, the processes it starts, and graders say to each other. All are trusted."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import msgspec

from autograder.sandbox.protocol.limits import Limits

MESSAGE_CAP = 64 * 1024


class Spawn(msgspec.Struct, tag="spawn", frozen=True):
    """Start a worker; three descriptors come along: requests, replies, output.

    `folder` holds the copied submission, `scratch` is an empty folder to mount on. With
    `processor` the worker runs on that one only. With `gpu` it may use what CUDA needs.
    Without `namespaces` it stays in the grader's even where others could be had.
    """

    folder: str
    scratch: str
    limits: Limits
    confined: bool
    processor: int | None = None
    gpu: bool = False
    namespaces: bool = True


class ForkZygote(msgspec.Struct, tag="fork_zygote", frozen=True):
    """Fork a zygote, which serves the one descriptor that comes along."""


class ForkTemplate(msgspec.Struct, tag="fork_template", frozen=True):
    """Fork a template for graders; two descriptors come along: its socket, and for errors.

    It calls `entry` ("module:function") with the socket and `argument`. `path` is added to
    where Python looks, and temporary files lie in `temporary`.
    """

    entry: str
    argument: str
    path: tuple[str, ...]
    temporary: str


class ForkGrader(msgspec.Struct, tag="fork_grader", frozen=True):
    """Fork a grader; two descriptors come along: its jobs, and the socket to its zygote.

    With `processor` it runs on that one only, and so do its workers.
    """

    processor: int | None = None


class End(msgspec.Struct, tag="end", frozen=True):
    """Kill a worker if it still lives after `grace` seconds, and say how it ended."""

    pid: int
    grace: float = 0.0


class Started(msgspec.Struct, tag="started", frozen=True):
    pid: int


class Ended(msgspec.Struct, tag="ended", frozen=True):
    """`signal` is 0 for an ordinary exit. `killed`: by End, after it had been alive."""

    signal: int
    status: int
    killed: bool
    cpu_seconds: float


class Prepared(msgspec.Struct, tag="prepared", frozen=True):
    """The zygote is ready to fork."""

    torch: str


class Refused(msgspec.Struct, tag="refused", frozen=True):
    reason: str


Message = (
    Spawn | End | ForkZygote | ForkTemplate | ForkGrader | Started | Ended | Prepared | Refused
)

_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def send(channel: socket.socket, message: Message, descriptors: Sequence[int] = ()) -> None:
    socket.send_fds(channel, [msgspec.msgpack.encode(message)], list(descriptors))


def receive(channel: socket.socket) -> tuple[Message, list[int]]:
    """The next message. Raises EOFError when the other side is gone."""
    data, descriptors, _, _ = socket.recv_fds(channel, MESSAGE_CAP, 8)
    if not data:
        raise EOFError
    return _decoder.decode(data), descriptors
