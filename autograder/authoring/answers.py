"""The calls of one function, with the student's answers and the right ones.

The record of a file holds requests and replies. Here those about one function, and about the
objects it made, become trials: arguments by name, the student's answer, the right one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec
from torch import Tensor

from autograder.sandbox.protocol.messages import (
    BuildLinear,
    Done,
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
from autograder.sandbox.protocol.wire import Buffer, read_tensor
from autograder.sandbox.worker.executor import Executor


@dataclass(frozen=True)
class Exchange:
    """One question and its answer; `reply` is None when the worker did not live to give it."""

    request: Request
    data: Buffer
    reply: Reply | None
    answer: Buffer


@dataclass(frozen=True)
class Answer:
    """A reply with the bytes of its tensors."""

    reply: Reply | None
    data: Buffer

    @cached_property
    def value(self) -> Tensor | None:
        return self._read(self.reply.value) if isinstance(self.reply, Returned) else None

    @cached_property
    def gradients(self) -> tuple[Tensor | None, ...]:
        if not isinstance(self.reply, Returned):
            return ()
        return tuple(None if each is None else self._read(each) for each in self.reply.gradients)

    @property
    def made(self) -> Made | None:
        return self.reply if isinstance(self.reply, Made) else None

    @property
    def raised(self) -> Threw | None:
        return self.reply if isinstance(self.reply, Threw) else None

    @property
    def refused(self) -> bool:
        """Whether the call ended in a ValueError."""
        return self.raised is not None and "ValueError" in self.raised.kinds

    def _read(self, header: TensorHeader) -> Tensor:
        return read_tensor(header, self.data)


@dataclass(frozen=True, eq=False)
class Trial:
    """One call, or one parameter that was read, with the student's answer and the right one.

    Of a module that was called: what it was `made_with`, its `parameters` as they were set, and
    whether its values are `random`, as those of a network are that drops out.
    """

    exchange: Exchange
    arguments: Mapping[str, object]
    made_with: Mapping[str, object]
    parameters: Mapping[str, tuple[Tensor, ...]]
    random: bool
    mine: Answer
    right: Answer

    @property
    def call(self) -> Invoke | None:
        """The request; None where a parameter was read."""
        return self.exchange.request if isinstance(self.exchange.request, Invoke) else None

    @property
    def pretended(self) -> bool:
        """Whether the call was made on a GPU that does not exist."""
        return self.call is not None and self.call.device == "fake-cuda"

    @property
    def asked(self) -> tuple[int | str, ...]:
        """The gradients that were asked for, by the contract's names where they are arguments."""
        names = list(self.arguments)
        places = self.call.wrt if self.call is not None else ()
        return tuple(
            names[place] if isinstance(place, int) and place < len(names) else place
            for place in places
        )

    def pairs(self) -> list[tuple[str, Tensor | None, Tensor | None]]:
        """(name, the student's gradient, the right one) for each that was asked for."""
        mine, right = self.mine.gradients, self.right.gradients
        if not len(mine) == len(right) == len(self.asked):
            return []
        return [(str(n), a, b) for n, a, b in zip(self.asked, mine, right, strict=True)]

    @property
    def is_cut_off(self) -> bool:
        """Whether a gradient that should arrive does not."""
        return any(
            theirs is None and wanted is not None and bool(wanted.any())
            for _, theirs, wanted in self.pairs()
        )

    def tensor(self, name: str) -> Tensor | None:
        value = self.arguments.get(name)
        return value if isinstance(value, Tensor) else None

    def get(self, name: str) -> object:
        """An argument of the call, or of the constructor before it."""
        return self.arguments.get(name, self.made_with.get(name))


def about(
    function: str,
    exchanges: Sequence[Exchange],
    implementation: Callable[..., object],
    *,
    linears: bool = False,
) -> Iterator[tuple[Exchange, Request, Answer]]:
    """The exchanges with a function and with the objects it made, and what another one answers.

    Each comes with its request, handles translated to the other one's objects. An object whose
    parameters cannot be set as the student's were is not asked any further. Linear layers, which
    are handed over before a call, are built in any case.
    """
    executor = Executor.of(**{function: implementation})
    handles: dict[int, int] = {}
    handed: set[int] = set()
    for exchange in exchanges:
        request = exchange.request
        if isinstance(request, Load):  # a new worker numbers its objects anew
            handles.clear()
            continue
        translated = _translated(request, function, handles)
        if translated is None:
            continue
        before = executor.objects
        reply, payload = executor.handle(translated, exchange.data)
        if isinstance(exchange.reply, Made) and executor.objects > before:
            handles[exchange.reply.handle] = before
        if isinstance(request, SetParameters) and not isinstance(reply, Done):
            handles.pop(request.target.handle, None)
        if isinstance(request, BuildLinear):
            handed.add(before)
        target = getattr(translated, "target", None)
        of_layer = isinstance(target, ObjectRef) and target.handle in handed
        if linears or not (of_layer or isinstance(request, BuildLinear)):
            yield exchange, translated, Answer(reply, bytearray().join(payload.chunks))


def _translated(request: Request, function: str, handles: Mapping[int, int]) -> Request | None:
    """The request as it is put to another implementation; None where it is about others."""
    if isinstance(request, Invoke):
        target = request.target
        if isinstance(target, ObjectRef):
            if target.handle not in handles:
                return None
            target = ObjectRef(handles[target.handle])
        elif target != function:
            return None
        args = tuple(_refer(value, handles) for value in request.args)
        kwargs = {name: _refer(value, handles) for name, value in request.kwargs.items()}
        return msgspec.structs.replace(request, target=target, args=args, kwargs=kwargs)
    if isinstance(request, SetParameters | SetMode | FetchParameter):
        if request.target.handle not in handles:
            return None
        return msgspec.structs.replace(request, target=ObjectRef(handles[request.target.handle]))
    return request


def _refer(value: Value, handles: Mapping[int, int]) -> Value:
    if isinstance(value, ObjectRef):
        return ObjectRef(handles.get(value.handle, value.handle))
    return value


def other_kind(answer: Answer) -> str:
    """The result in place of a tensor or a module, in words; empty for a tensor."""
    return answer.reply.kind if isinstance(answer.reply, Other) else ""
