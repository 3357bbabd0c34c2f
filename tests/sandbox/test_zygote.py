"""A zygote or a worker that breaks the protocol: no grade, and never the student's fault."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.grader import worker
from autograder.sandbox.grader.launch import InheritedZygote
from autograder.sandbox.grader.worker import Worker
from autograder.sandbox.grader.zygote import Zygote
from autograder.sandbox.protocol import control
from autograder.sandbox.protocol.control import (
    End,
    Ended,
    Message,
    Prepared,
    Refused,
    Spawn,
    Started,
)
from autograder.sandbox.protocol.errors import SandboxUnavailable
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Broken, Done, NoGpu, Ready, Reply
from corpus.hostile_worker import HostileZygote

SPAWN = Spawn("/", "/", Limits(), confined=True)


@pytest.fixture
def answering() -> Iterator[tuple[Zygote, socket.socket]]:
    """A zygote, and the socket by which a test answers in its place."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield Zygote(InheritedZygote(ours)), theirs


@pytest.mark.parametrize(
    ("message", "reply", "said"),
    [
        (SPAWN, Ended(0, 0, killed=False, cpu_seconds=0.0), "answered Ended to Spawn"),
        (End(7), Started(7), "answered Started to End"),
        (SPAWN, Refused("no memory"), "no memory"),
    ],
)
def test_another_answer_than_the_one_asked_for_gives_no_grade(
    answering: tuple[Zygote, socket.socket], message: Spawn | End, reply: Message, said: str
) -> None:
    zygote, theirs = answering
    control.send(theirs, reply)

    def ask() -> None:
        if isinstance(message, Spawn):
            zygote.request(message, ())
        else:
            zygote.request(message)

    with pytest.raises(SandboxUnavailable, match=said):
        ask()


def test_a_zygote_that_begins_otherwise_gives_no_grade(
    answering: tuple[Zygote, socket.socket],
) -> None:
    zygote, theirs = answering
    control.send(theirs, Started(7))
    with pytest.raises(SandboxUnavailable, match="began with Started"):
        zygote.prepared()


def test_a_zygote_is_waited_for_once(answering: tuple[Zygote, socket.socket]) -> None:
    zygote, theirs = answering
    control.send(theirs, Prepared("2.9"))
    assert zygote.prepared() is zygote.prepared()


def test_a_zygote_that_is_gone_gives_no_grade(answering: tuple[Zygote, socket.socket]) -> None:
    zygote, theirs = answering
    theirs.close()
    with pytest.raises(
        SandboxUnavailable, match="did not start: the process that workers are forked from died"
    ):
        zygote.prepared()
    with pytest.raises(SandboxUnavailable, match="forked from died"):
        zygote.request(End(7))


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (Done(1), "it began with Done"),
        (Broken("no Landlock"), "could not be locked down: no Landlock"),
        (NoGpu("error 304"), r"CUDA did not start in a worker \(error 304\); try --device cpu"),
    ],
)
def test_a_worker_that_begins_otherwise_gives_no_grade(
    first: Reply, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "READY_SECONDS", 5.0)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    zygote = HostileZygote(b"", b"", stays=False, first=first)
    with pytest.raises(SandboxUnavailable, match=said):
        Worker(zygote, Spawn("/", str(scratch), Limits(), confined=True), Limits())
    assert not scratch.exists()


@pytest.mark.parametrize(("gpu", "seconds"), [(False, 30.0), (True, 90.0)])
def test_a_worker_that_starts_cuda_is_waited_for_longer(
    gpu: bool, seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []

    def receive(self: Worker, seconds: float) -> tuple[Reply, bytearray]:
        waited.append(seconds)
        return Ready(()), bytearray()

    monkeypatch.setattr(Worker, "_receive", receive)
    zygote = HostileZygote(b"", b"", stays=False)
    spawn = Spawn("/", str(tmp_path / "scratch"), Limits(), confined=True, gpu=gpu)
    Worker(zygote, spawn, Limits()).close()
    assert waited == [seconds]
