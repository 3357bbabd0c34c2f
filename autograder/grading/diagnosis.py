"""Which misconception explains what a student's function did.

Everything that crosses the wire is written down. When a function loses a check, each
misconception of that function is asked the same questions, and where exactly one gives the
answers the student's function gave, that is what the feedback names. Several or none: it says
nothing, because a wrong diagnosis is worse than none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import torch
from torch import Tensor

from autograder.grading.expect import TOLERANCE
from autograder.grading.marks import Misconception
from autograder.sandbox.devices import MISMATCH_PHRASES
from autograder.sandbox.errors import StudentEnd
from autograder.sandbox.exchange import Channel
from autograder.sandbox.executor import Executor
from autograder.sandbox.messages import (
    BuildLinear,
    FetchParameter,
    Invoke,
    Load,
    Made,
    ObjectRef,
    Other,
    Reply,
    Request,
    Returned,
    SetMode,
    SetParameters,
    TensorHeader,
    Threw,
    Value,
)
from autograder.sandbox.wire import Buffer, Payload, read_tensor

# What a file's checks say in all is a few megabytes; a student's networks must not make it more.
RECORD_CAP = 64 * 1024 * 1024


@dataclass(frozen=True)
class Exchange:
    """One question and its answer; `reply` is None when the worker did not live to give it."""

    request: Request
    data: Buffer
    reply: Reply | None
    answer: Buffer


class Recorder:
    """A channel that writes down what crosses another one; `whole` until there is too much."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._size = 0
        self.whole = True
        self.exchanges: list[Exchange] = []
        self.decisive: dict[str, list[Exchange]] = {}
        self.asked: dict[str, list[Exchange]] = {}
        self._begun, self._check = 0, ""

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        data = bytearray().join(payload.chunks)
        try:
            reply, answer = self._channel.exchange(request, payload)
        except StudentEnd:
            self._note(Exchange(request, data, None, b""))
            raise
        self._note(Exchange(request, data, reply, answer))
        return reply, answer

    def _note(self, exchange: Exchange) -> None:
        self._size += len(exchange.data) + len(exchange.answer)
        self.whole = self._size <= RECORD_CAP
        if self.whole:
            self.exchanges.append(exchange)
            self.asked.setdefault(self._check, []).append(exchange)

    def begin(self, check: str = "") -> None:
        """What is said from here on belongs to the next example of this check."""
        self._begun, self._check = len(self.exchanges), check

    def note_loss(self, check: str) -> None:
        """`check` was lost by this example; of several, the last and smallest one counts."""
        if self.whole:
            self.decisive[check] = self.exchanges[self._begun :]


def diagnose(
    misconceptions: Sequence[Misconception], function: str, record: Recorder
) -> Misconception | None:
    """The one misconception of `function` that answers as the student's function did.

    First every answer must agree. If none agrees so, a student may have the misconception and
    have left out a check of the arguments too: then calls that the misconception refuses with
    a ValueError do not count.
    """
    if not record.whole:  # the answer that tells two of them apart may be one that is missing
        return None
    candidates = [wrong for wrong in misconceptions if wrong.function == function]
    for lenient in (False, True):
        # Whoever would not have lost a check in this way need not be asked everything.
        agreeing = [
            wrong
            for wrong in candidates
            if all(
                _agreements(wrong, example, lenient=lenient) is not None
                for example in record.decisive.values()
            )
            and _agreements(wrong, record.exchanges, lenient=lenient)
        ]
        if agreeing:
            return agreeing[0] if len(agreeing) == 1 else None
    return None


def _agreements(
    wrong: Misconception, exchanges: Sequence[Exchange], *, lenient: bool
) -> int | None:
    """To how many questions both gave the same answer; None where any was answered otherwise."""
    executor = Executor.of(**{wrong.function: wrong.implementation})
    agreed = 0
    for exchange in _about(wrong.function, exchanges, executor):
        theirs, (ours, payload) = exchange.reply, executor.handle(exchange.request, exchange.data)
        if theirs is None:
            return None
        if _says_nothing(exchange.request, theirs) or _says_nothing(exchange.request, ours):
            continue
        if lenient and isinstance(ours, Threw) and "ValueError" in ours.kinds:
            continue
        if isinstance(theirs, Threw) and isinstance(ours, Threw):
            # What tells a forgotten check of the arguments from one that is there.
            if ("ValueError" in theirs.kinds) != ("ValueError" in ours.kinds):
                return None
            continue
        if not _same(theirs, exchange.answer, ours, bytearray().join(payload.chunks)):
            return None
        agreed += 1
    return agreed


def _says_nothing(request: Request, reply: Reply) -> bool:
    """A call with fake tensors that ended otherwise than by two devices that met (`FakeCall`)."""
    return (
        isinstance(request, Invoke)
        and request.device == "fake-cuda"
        and isinstance(reply, Threw)
        and not any(phrase in reply.text for phrase in MISMATCH_PHRASES)
    )


def _about(function: str, exchanges: Sequence[Exchange], executor: Executor) -> Iterator[Exchange]:
    """The exchanges with a function and with the objects it made, handles translated.

    Linear layers are handed over before a call, so they are built here as well.
    """
    handles: dict[int, int] = {}
    for exchange in exchanges:
        request = exchange.request
        if isinstance(request, Load):  # a new worker numbers its objects anew
            handles.clear()
            continue
        built = isinstance(request, BuildLinear)
        if isinstance(request, Invoke):
            target = request.target
            if isinstance(target, ObjectRef):
                if target.handle not in handles:
                    continue
                target = ObjectRef(handles[target.handle])
            elif target != function:
                continue
            args = tuple(_translate(value, handles) for value in request.args)
            request = msgspec.structs.replace(request, target=target, args=args)
        elif isinstance(request, SetParameters | SetMode | FetchParameter):
            if request.target.handle not in handles:
                continue
            request = msgspec.structs.replace(
                request, target=ObjectRef(handles[request.target.handle])
            )
        before = executor.objects
        if built:
            executor.handle(request, exchange.data)
        else:
            yield dataclasses.replace(exchange, request=request)
        if isinstance(exchange.reply, Made) and executor.objects > before:
            handles[exchange.reply.handle] = before


def _translate(value: Value, handles: dict[int, int]) -> Value:
    if isinstance(value, ObjectRef):
        return ObjectRef(handles.get(value.handle, value.handle))
    return value


def _same(theirs: Reply, answer: Buffer, ours: Reply, data: Buffer) -> bool:
    if isinstance(theirs, Returned) and isinstance(ours, Returned):
        return (
            theirs.modified == ours.modified
            and theirs.device == ours.device
            and _alike(theirs.value, answer, ours.value, data)
            and len(theirs.gradients) == len(ours.gradients)
            and all(
                _alike(a, answer, b, data)
                for a, b in zip(theirs.gradients, ours.gradients, strict=True)
            )
        )
    if isinstance(theirs, Made) and isinstance(ours, Made):
        # What was built, in all. Children without parameters, and those inside a DoubleConv,
        # bear whatever names the student likes; where a name matters, setting it tells.
        return _built(theirs) == _built(ours)
    if isinstance(theirs, Other) and isinstance(ours, Other):
        return (theirs.kind, theirs.device) == (ours.kind, ours.device)
    return type(theirs) is type(ours)


def _built(made: Made) -> tuple[list[str], list[tuple[tuple[int, ...], str, str]]]:
    """Layers and parameters, whatever order they were made in."""
    parameters = ((p.shape, p.dtype, p.device) for p in made.own.parameters)
    return sorted(made.own.layers), sorted(parameters)


def _alike(a: TensorHeader | None, answer: Buffer, b: TensorHeader | None, data: Buffer) -> bool:
    if a is None or b is None:
        return a is b
    return a.dtype == b.dtype and _close(read_tensor(a, answer), read_tensor(b, data))


def _close(a: Tensor, b: Tensor) -> bool:
    if a.shape != b.shape:
        return False
    if not a.is_floating_point():
        return torch.equal(a, b)
    scale = float(torch.nan_to_num(b).abs().max()) if b.numel() else 0.0
    return torch.allclose(a, b, rtol=0.0, atol=TOLERANCE[a.dtype] * scale, equal_nan=True)
