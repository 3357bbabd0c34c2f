"""Every limit is a number that can be set, and the verdict says which one was reached."""

from __future__ import annotations

import os
import signal

import msgspec
import pytest
import torch

from autograder.sandbox.grader.client import Sandbox, TaskChannel
from autograder.sandbox.grader.clock import Clock
from autograder.sandbox.grader.pipes import DeadlineExceeded, Pipes
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import (
    Cause,
    Crashed,
    Flooded,
    OutOfMemory,
    Raised,
    StudentEnd,
    TimedOut,
    Verdict,
)
from autograder.sandbox.protocol.layers import State
from autograder.sandbox.protocol.limits import MIB, Limits
from tests.support.loading import QUICK, Load

X = torch.zeros(1)


@pytest.fixture
def limit(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> object:
    def limit(**numbers: float) -> None:
        monkeypatch.setattr(sandbox, "limits", msgspec.structs.replace(QUICK, **numbers))

    return limit


def ended_by(student: Student, kind: type[StudentEnd], times: int = 1) -> StudentEnd:
    """How one of so many calls ended, the first that did not return."""

    def call() -> None:
        for _ in range(times):
            student.f(X)

    with pytest.raises(kind) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("numbers", "body", "times", "kind", "cause", "amount"),
    [
        ({"call_seconds": 1.5}, "while True: pass", 1, TimedOut, Cause.CALL_SECONDS, "1.5"),
        (
            {"task_seconds": 0.5},
            "import time; time.sleep(0.3); return x",
            3,
            TimedOut,
            Cause.TASK_SECONDS,
            "0.5",
        ),
        (
            # Seconds of the clock that a busy host takes from us must not be spent first.
            {"task_cpu_seconds": 1, "call_seconds": 60},
            "while True: pass",
            1,
            TimedOut,
            Cause.TASK_CPU_SECONDS,
            "1",
        ),
        (
            {"memory_bytes": 200 * MIB},
            "return x.new_ones(300 * 2**18)",
            1,
            OutOfMemory,
            Cause.MEMORY,
            "",
        ),
        (
            {"printed_bytes": 1 * MIB},
            "print('y' * 2**19); return x",
            3,
            Flooded,
            Cause.PRINTED,
            "1 MiB",
        ),
        (
            {"open_files": 20},
            "kept = [open('/dev/null') for _ in range(30)]",
            1,
            Raised,
            Cause.OPEN_FILES,
            "",
        ),
        ({}, "import os; os.fork()", 1, Raised, Cause.PROCESSES, ""),
        ({}, "open('/etc/hostname')", 1, Raised, Cause.REFUSED, ""),
        ({}, "import socket; socket.socket()", 1, Raised, Cause.REFUSED, ""),
        (
            {},
            "import threading; threading.Thread(target=print).start()",
            1,
            Raised,
            Cause.PROCESSES,
            "",
        ),
    ],
)
def test_a_limit_that_is_reached_is_named_with_its_number(
    load: Load,
    limit: object,
    numbers: dict[str, float],
    body: str,
    times: int,
    kind: type[StudentEnd],
    cause: Cause,
    amount: str,
) -> None:
    assert callable(limit)
    limit(**numbers)
    ending = ended_by(load(f"def f(x):\n    {body}\n"), kind, times)
    assert (ending.cause, ending.amount) == (cause, amount)


@pytest.mark.parametrize(
    ("numbers", "body"),
    [
        ({"file_bytes": MIB}, "open('large', 'wb').write(bytes(2 * 2**20))"),
        ({"scratch_bytes": MIB}, "[open(f'f{i}', 'wb').write(bytes(2**19)) for i in range(3)]"),
        ({"scratch_files": 10}, "[open(f'f{i}', 'x') for i in range(20)]"),
    ],
)
def test_scratch_is_small_in_bytes_and_files(
    sandbox: Sandbox, load: Load, limit: object, numbers: dict[str, float], body: str
) -> None:
    assert callable(limit)
    limit(**numbers)
    ending = ended_by(load(f"def f(x):\n    {body}\n"), Raised)
    # Without namespaces there is no scratch at all, and writing is refused altogether.
    (scratch,) = (layer for layer in sandbox.layers if layer.name == "scratch")
    mounted = scratch.state is State.IN_FORCE
    assert ending.cause is (Cause.DISK if mounted else Cause.REFUSED)


def test_what_a_task_may_use_counts_for_all_its_processes(load: Load, limit: object) -> None:
    assert callable(limit)
    limit(printed_bytes=MIB, task_cpu_seconds=60)
    source = "import os\ndef f(x):\n    os.write(1, bytes(2**19))\n    os._exit(1)\n"
    student = load(source)
    for _ in range(2):
        with pytest.raises(Crashed, match="exit code 1"):
            student.f(X)
    with pytest.raises(Flooded):
        student.f(X)


def test_a_call_that_never_gets_a_processor_is_given_up_by_the_clock(sandbox: Sandbox) -> None:
    class Starved(Clock):
        """Of a process that waits for a processor all the time."""

        def elapsed(self) -> float:
            return 1000.0

        def used(self) -> float:
            return 0.0

    ends = [os.pipe() for _ in range(3)]
    pipes = Pipes(
        ends[0][1], ends[1][0], ends[2][0], Limits(call_wall_seconds=60), Starved(os.getpid())
    )
    with pytest.raises(DeadlineExceeded) as caught:
        pipes.receive(10.0)
    assert caught.value.cause is Cause.CALL_WALL_SECONDS
    assert caught.value.seconds == 60
    pipes.close()
    for descriptor in (ends[0][0], ends[1][1], ends[2][1]):
        os.close(descriptor)


def test_a_kill_that_nobody_can_explain_is_called_a_kill(load: Load) -> None:
    student = load("def f(x): return x")
    channel = student._conversation.channel
    assert isinstance(channel, TaskChannel)
    assert channel._worker is not None
    os.kill(channel._worker.pid, signal.SIGKILL)
    ending = ended_by(student, Crashed)
    assert ending.verdict is Verdict.CRASH
    assert (ending.cause, ending.amount) == (Cause.KILLED, "SIGKILL")


def test_a_limit_reached_at_import_says_so(sandbox: Sandbox, load: Load, limit: object) -> None:
    assert callable(limit)
    limit(call_seconds=0.5)
    with pytest.raises(TimedOut) as caught:
        load("while True: pass")
    assert caught.value.during_import == "student.py"


def test_a_number_with_a_wrong_name_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="seconds_per_call"):
        msgspec.convert({"seconds_per_call": 1}, Limits)
