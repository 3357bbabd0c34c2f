"""CUDA starts in a worker before its first request, and the card's chance at every call.

No GPU is needed: what would start one only says that it was asked to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.jail.lock_down import SAME_USER
from autograder.sandbox.jail.namespaces import NOT_SEPARATE, Fork
from autograder.sandbox.protocol.control import Spawn
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import NoGpu, Ready
from autograder.sandbox.worker import cuda, loop, precision
from autograder.sandbox.worker.chance import CALL_SEED

X = torch.ones(1)


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch, settable_flags: None) -> Iterator[list[str]]:
    """What a worker's loop does in this process, which keeps its rights."""
    done: list[str] = []

    def sent(reply: object, payload: object) -> None:
        done.append(type(reply).__name__)

    def locked_down(*arguments: object) -> tuple[()]:
        done.append("locked down")
        return ()

    def read(size: int) -> bytearray:
        done.append("first request")
        return bytearray()

    monkeypatch.setattr(os, "setsid", lambda: None)
    monkeypatch.setattr(loop, "_keep_only", lambda descriptors: None)
    monkeypatch.setattr(loop, "_lock_down", locked_down)
    monkeypatch.setattr(loop, "_send", sent)
    monkeypatch.setattr(loop, "_read", read)
    before = precision.read()
    yield done
    precision.write(before)


def run(*, gpu: bool) -> None:
    spawn = Spawn("/", "/", Limits(), confined=True, gpu=gpu)
    loop.run(spawn, [], forked=Fork(0, NOT_SEPARATE), interpreter=[], user=SAME_USER)


def starting(order: list[str], reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def start() -> str:
        order.append("CUDA")
        return reason

    monkeypatch.setattr(cuda, "start", start)


def test_cuda_starts_under_the_rules_and_before_any_request(
    order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    starting(order, "", monkeypatch)
    run(gpu=True)
    assert order == ["locked down", "CUDA", Ready.__name__, "first request"]


def test_a_worker_where_cuda_does_not_start_serves_no_request(
    order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    starting(order, "error 304", monkeypatch)
    run(gpu=True)
    assert order == ["locked down", "CUDA", NoGpu.__name__]


def test_cuda_does_not_start_in_a_worker_that_is_not_to_use_it(
    order: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    starting(order, "error 304", monkeypatch)
    run(gpu=False)
    assert order == ["locked down", Ready.__name__, "first request"]


def test_nothing_is_started_where_there_is_no_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "DRIVER", tmp_path / "absent")
    monkeypatch.setattr(torch.cuda, "init", lambda: pytest.fail("it was asked to start"))
    assert cuda.start() == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("Unexpected error 304\nmore"), "RuntimeError: Unexpected error 304"),
        (AssertionError("not compiled with CUDA"), "AssertionError: not compiled with CUDA"),
        (RuntimeError(), "RuntimeError:"),
    ],
)
def test_why_cuda_does_not_start_is_told(
    error: Exception, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def init() -> None:
        raise error

    monkeypatch.setattr(cuda, "DRIVER", tmp_path)
    monkeypatch.setattr(torch.cuda, "init", init)
    assert cuda.start() == said


def test_the_context_is_made_when_cuda_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    def zeros(size: int, device: str) -> torch.Tensor:
        made.append(device)
        return torch.ones(size)

    monkeypatch.setattr(cuda, "DRIVER", tmp_path)
    monkeypatch.setattr(torch.cuda, "init", lambda: made.append("CUDA"))
    monkeypatch.setattr(torch, "zeros", zeros)
    assert cuda.start() == ""
    assert made == ["CUDA", "cuda"]


def test_the_cards_chance_begins_alike_at_every_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = torch.Generator()
    monkeypatch.setattr(torch.cuda, "default_generators", (card,))
    (tmp_path / "of_chance.py").write_text(
        "import torch\n"
        "def drawn(x): return torch.rand(1, generator=torch.cuda.default_generators[0])\n"
    )
    channel = InProcess(tmp_path)
    student = Student(channel)
    student.load("of_chance")
    first, second = student.drawn(X), student.drawn(X)
    channel.close()
    assert torch.equal(first, second)
    assert card.initial_seed() == CALL_SEED
