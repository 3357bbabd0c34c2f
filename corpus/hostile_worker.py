"""A worker that answers with whatever a fuzzer thinks of, met by the grader's own code.

Everything on the grader's side is the real thing, from the pipe to the tensor that a test sees.
Only the process at the other end is missing: its answers lie in the pipe before they are asked
for.
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import msgspec
import torch
from hypothesis import strategies as st

from autograder.sandbox.grader.client import Sandbox, TaskChannel
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.grader.zygote import Zygote
from autograder.sandbox.protocol import wire
from autograder.sandbox.protocol.control import End, Ended, Prepared, Started
from autograder.sandbox.protocol.errors import Call, StudentFault, StudentStop
from autograder.sandbox.protocol.layers import State
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import ChildInfo, Made, Ready, Reply

SECONDS = 5.0
"""Far more than any answer needs to be refused: what takes longer hangs."""

ROOM = 64 * 1024 * 1024
"""More memory than what arrives here can ever need, and less than a frame may promise."""

PIPE_BYTES = 1024 * 1024
LIMITS = Limits(call_seconds=0.02)
X = torch.arange(6.0).reshape(2, 3)
NET = Made(0, 0, "Module", (), ChildInfo("", (), (), True))

# What a test may ask of a worker, and the kind of its answer.
KINDS = {
    "import": "loaded",
    "call": "returned",
    "gradients": "returned",
    "changed inputs": "returned",
    "a fake GPU": "other",
    "a network": "made",
    "a layer": "made",
    "parameters": "done",
    "a parameter": "returned",
    "a mode": "done",
}


def net_of(student: Student) -> Module:
    return Module(student._conversation, NET, Call("Net", (), {}))


QUESTIONS: dict[str, Callable[[Student], object]] = {
    "import": lambda student: student.load("student"),
    "call": lambda student: student.f(X),
    "gradients": lambda student: student.f.vjp(X, X, X, wrt=(0, 1)),
    "changed inputs": lambda student: student.f.call(X).modified,
    "a fake GPU": lambda student: student.f.on_fake_cuda(X),
    "a network": lambda student: [
        child.count for child in student.Net.make().children.values() if child.is_callable
    ],
    "a layer": lambda student: student.linear(X).own.count,
    "parameters": lambda student: Module(
        student._conversation, NET, Call("Net", (), {})
    ).set_parameters({"": [X]}),
    "a parameter": lambda student: Module(
        student._conversation, NET, Call("Net", (), {})
    ).parameter("", 0),
    "a mode": lambda student: net_of(student).eval(),
}


class HostileZygote(Zygote):
    """Starts no process; whoever asks for a worker gets pipes with `answer` in them.

    With `stays` the pipe is left open after it, as by a worker that goes on living. Before them
    comes `first`, by default that the worker is locked down.
    """

    def __init__(
        self, answer: bytes, printed: bytes, *, stays: bool, first: Reply | None = None
    ) -> None:
        self._first = Ready(()) if first is None else first
        self._answer, self._printed, self._stays = answer, printed, stays
        self._kept: list[int] = []

    def prepared(self) -> Prepared:
        return Prepared(torch.__version__)

    def request(self, message: Any, descriptors: tuple[int, ...] = ()) -> Any:
        if isinstance(message, End):
            for descriptor in self._kept:
                os.close(descriptor)
            self._kept.clear()
            return Ended(0, 0, killed=False, cpu_seconds=0.0)
        requests, replies, output = map(os.dup, descriptors)
        fcntl.fcntl(replies, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.write(replies, b"".join(wire.encode(self._first)) + self._answer)
        os.write(output, self._printed)
        self._kept += [requests]  # somebody reads what is asked
        if self._stays:
            self._kept += [replies, output]
        else:
            os.close(replies)
            os.close(output)
        return Started(os.getpid())


class HostileSandbox(Sandbox):
    """A sandbox whose workers are those of a hostile zygote."""

    def __init__(self, zygote: HostileZygote) -> None:
        self.limits = LIMITS
        self.confined, self.gpu, self.namespaces = True, False, "none"
        self._share = False
        self._zygote = zygote


class Hung(BaseException):
    """One answer kept the grader busy for longer than SECONDS."""


@dataclass
class Tally:
    """What became of the answers."""

    understood: int = 0
    refused: int = 0
    slowest: float = 0.0
    endings: Counter[str] = field(default_factory=Counter)

    def note(self, ending: StudentFault | StudentStop) -> None:
        """What is said of it must be short, and nothing that a terminal obeys."""
        assert ending.detail.isprintable()
        assert len(ending.detail) < 5000
        self.endings[type(ending).__name__] += 1
        self.refused += 1


@contextmanager
def a_room() -> Iterator[Path]:
    """Where workers would have their scratch; not in shared memory, where others look for leaks."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as room:
        yield Path(room)


def ask(
    question: str, answer: bytes, tally: Tally, room: Path, *, printed: bytes, stays: bool
) -> None:
    """Ask, and be answered so. Raises whatever is neither an answer nor the sandbox's own."""
    started = time.perf_counter()
    zygote = HostileZygote(answer, printed, stays=stays)
    with _alarm(), _little_memory():
        channel = TaskChannel(HostileSandbox(zygote), room / "none")
        try:
            QUESTIONS[question](Student(channel))
        except (StudentFault, StudentStop) as ending:
            tally.note(ending)
        else:
            tally.understood += 1
        finally:
            channel.close()
    tally.slowest = max(tally.slowest, time.perf_counter() - started)


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _little_memory() -> Iterator[None]:
    """The kernel refuses more than ROOM beyond what this process has of its own by now."""
    own = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (own + ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


# --- answers

_numbers = st.sampled_from(
    [0, 1, 2, 3, 4, 6, 8, 24, 48, -1, 2**31, 2**32, 2**62, 2**63 - 1, 2**63, 2**64 - 1, -(2**63)]
) | st.integers(-(2**63), 2**64 - 1)
_words = st.text(max_size=20) | st.sampled_from(
    ["float32", "cpu", "cuda", "f", "ValueError", "call", "\x1b[2J", "::error::x", "y" * 10_000]
)
_anything = st.recursive(
    st.none() | st.booleans() | _numbers | st.floats() | _words | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_words, inner, max_size=5),
    max_leaves=10,
)
_ids = st.sampled_from([1] * 12 + [0, 2, -1, 2**63])
_shapes = st.lists(_numbers, max_size=9) | st.sampled_from(
    [[2, 3], [2, 3], [2, 3], [2, 3], [6], [], [0], [1] * 1000, [0, 2**40, 2**40]]
)


def _struct(tag: str, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A message of that kind, in which now and then a field is missing or something else."""
    right = st.fixed_dictionaries({"type": st.just(tag), **fields})
    off = st.fixed_dictionaries({"type": st.just(tag)}, optional=dict.fromkeys(fields, _anything))
    return st.one_of(*[right] * 9, off)


_tensors = _struct(
    "tensor",
    dtype=st.sampled_from(sorted(wire.DTYPES)) | _words,
    shape=_shapes,
    start=st.sampled_from([0, 0, 24, 4]) | _numbers,
    size=st.sampled_from([24, 24, 48, 4, 0]) | _numbers,
)
_frames = st.fixed_dictionaries(
    {"file": _words, "line": _numbers, "function": _words, "source": _words}
)
_children = st.fixed_dictionaries(
    {
        "name": _words,
        "layers": st.lists(_words, max_size=3),
        "parameters": st.lists(
            st.fixed_dictionaries({"shape": _shapes, "dtype": _words, "device": _words}),
            max_size=3,
        ),
        "is_callable": st.booleans(),
    }
)
_layers = st.fixed_dictionaries({"name": _words, "state": st.sampled_from(State), "detail": _words})
_modified = _settings = st.lists(_words, max_size=3)
_replies = {
    "returned": _struct(
        "returned",
        id=_ids,
        value=_tensors,
        device=_words,
        modified=_modified,
        gradients=st.lists(_tensors | st.none(), max_size=3),
        settings=_settings,
    ),
    "made": _struct(
        "made",
        id=_ids,
        handle=_numbers,
        family=_words,
        children=st.lists(_children, max_size=3),
        own=_children,
        modified=_modified,
        settings=_settings,
    ),
    "other": _struct("other", id=_ids, kind=_words, device=_words),
    "done": _struct("done", id=_ids),
    "loaded": _struct("loaded", id=_ids, settings=_settings),
    "missing": _struct("missing", id=_ids, name=_words),
    "ready": _struct("ready", layers=st.lists(_layers, max_size=3)),
    "broken": _struct("broken", reason=_words),
    "threw": _struct(
        "threw",
        id=_ids,
        kind=_words,
        kinds=st.lists(_words, max_size=3),
        text=_words,
        frames=st.lists(_frames, max_size=20),
        phase=st.sampled_from(["import", "call", "backward"]),
        refused=st.none() | st.sampled_from(["memory", "disk", "package"]) | _words,
        stub=st.booleans(),
    ),
    "forbidden": _struct(
        "forbidden", id=_ids, operation=_words, frames=st.lists(_frames, max_size=3)
    ),
    "no such kind": _struct("no such kind", id=_ids),
    "anything": _anything,
}
_any_reply = st.one_of(*_replies.values())


@st.composite
def answers(draw: st.DrawFn, kind: str) -> bytes:
    """What a hostile worker may write where an answer of some kind belongs: one frame."""
    header = _packed(draw(_replies[kind] if draw(st.booleans()) else _any_reply))
    payload = draw(st.sampled_from([bytes(72), bytes(48), bytes(24), b""]))
    return wire.PREFIX.pack(len(header), len(payload)) + header + payload


def damaged(frame: bytes, random: Random) -> bytes:
    """The same frame with a little damage: other bytes, other lengths, more or less of it."""
    data = bytearray(frame)
    first, second = sorted(random.randrange(len(data) + 1) for _ in range(2))
    match random.randrange(10):
        case 0:
            data[: wire.PREFIX.size] = random.randbytes(wire.PREFIX.size)
        case 1:
            del data[first:]
        case 2:
            del data[first:second]
        case 3:
            data[first:first] = data[first:second]
        case 4:
            data[first:second] = random.randbytes(second - first)
        case _:
            data[random.randrange(wire.PREFIX.size, len(data))] = random.randrange(256)
    return bytes(data)


def _packed(value: object) -> bytes:
    try:
        return msgspec.msgpack.encode(value)
    except (OverflowError, UnicodeEncodeError):
        return b"\xc1"  # a byte that MessagePack never uses


printed_texts = st.sampled_from([b"", b"", b"y" * 100, b"\x1b[2J" * 1000])
# Hypothesis likes small numbers, and waiting for a limit takes time.
lives_on = st.integers(0, 99).map(lambda number: number == 57)
