"""The calls of one function as they were recorded, each with the right answer."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence

import msgspec
from torch import Tensor

from autograder.authoring.answers import Answer, Exchange, Trial, about
from autograder.sandbox.protocol.messages import (
    BuildLinear,
    FetchParameter,
    Invoke,
    Load,
    Made,
    ObjectRef,
    Request,
    SetMode,
    SetParameters,
)
from autograder.sandbox.protocol.wire import Buffer, read_tensor, unpack_value

# So many calls are looked at, spread over the record, besides those that decided a check; of
# networks of more parameters than this, which take long, so many.
MOST_CALLS = 150
MANY_PARAMETERS, MOST_NETWORKS = 20, 8
# A right network of more scalars than this is made without values.
MOST_SCALARS = 5_000_000


def thinned(function: str, exchanges: Sequence[Exchange], keep: frozenset[int]) -> list[Exchange]:
    """The record with fewer calls of this function; `keep` are identities of exchanges."""
    networks: dict[int, int] = {}  # where the one of this handle was made
    about: dict[int, list[int]] = {}  # by that, where else it is spoken of
    light: list[int] = []
    for number, exchange in enumerate(exchanges):
        request, reply = exchange.request, exchange.reply
        target = getattr(request, "target", None)
        if isinstance(request, Load):
            networks.clear()
        if isinstance(reply, Made):
            networks.pop(reply.handle, None)
            if len(reply.own.parameters) > MANY_PARAMETERS:
                networks[reply.handle] = number
                about[number] = [number]
        elif isinstance(target, ObjectRef) and target.handle in networks:
            about[networks[target.handle]].append(number)
        elif isinstance(request, Invoke) and (isinstance(target, ObjectRef) or target == function):
            light += [] if id(exchange) in keep else [number]
    spare = [made for made, of in about.items() if not any(id(exchanges[n]) in keep for n in of)]
    dropped = _between(light, MOST_CALLS)
    for made in _between(spare, MOST_NETWORKS):
        dropped.update(about[made])
    return [exchange for number, exchange in enumerate(exchanges) if number not in dropped]


def _between(numbers: Sequence[int], most: int) -> set[int]:
    """All but `most` of them, which are spread evenly."""
    step = max(1, -(-len(numbers) // most))
    return set(numbers) - set(numbers[::step])


class Trials:
    """Every call of a function and of what it made, and every parameter that was read.

    The same question with the same answer is kept once, however often it was asked. `answers`
    are the right ones to all questions, by the identity of the exchange.
    """

    def __init__(
        self, function: str, exchanges: Sequence[Exchange], right: Callable[..., object]
    ) -> None:
        self.all: list[Trial] = []
        self._by_exchange: dict[int, Trial] = {}
        self._by_key: dict[bytes, Trial] = {}
        self._right = right
        self._drops_out = bool(getattr(right, "random_in_training", False))
        self._made_with: dict[int, Mapping[str, object]] = {}
        self._parameters: dict[int, dict[str, tuple[Tensor, ...]]] = {}
        self._linears: dict[int, tuple[Tensor, Tensor | None]] = {}
        self._evaluating: set[int] = set()
        self._counts: dict[int, int] = {}
        self.answers: dict[int, Answer] = {}
        asked = [without_gpu(exchange) for exchange in exchanges]
        originals = {id(a): exchange for a, exchange in zip(asked, exchanges, strict=True)}
        for each, request, answer in about(function, asked, right, linears=True):
            self.answers[id(originals[id(each)])] = answer
            self._take(originals[id(each)], request, answer)

    def of(self, exchange: Exchange) -> Trial | None:
        """The trial that an exchange belongs to."""
        return self._by_exchange.get(id(exchange))

    def _take(self, exchange: Exchange, request: Request, answer: Answer) -> None:
        match request:
            case BuildLinear():
                weight = read_tensor(request.weight, exchange.data)
                bias = None if request.bias is None else read_tensor(request.bias, exchange.data)
                if isinstance(answer.reply, Made):
                    self._linears[answer.reply.handle] = (weight, bias)
            case SetParameters():
                self._parameters.setdefault(request.target.handle, {}).update(
                    {
                        name: tuple(read_tensor(header, exchange.data) for header in headers)
                        for name, headers in request.children.items()
                    }
                )
            case SetMode():
                handle = request.target.handle
                (self._evaluating.discard if request.training else self._evaluating.add)(handle)
            case FetchParameter():
                arguments = {"child": request.child, "index": request.index}
                self._add(exchange, request, arguments, answer)
            case Invoke() if not self._is_linear(request):
                self._add(exchange, request, self._bound(request, exchange.data), answer)

    def _is_random(self, handle: int) -> bool:
        """Whether an object's answer depends on random numbers: dropout, or its first weights."""
        if handle < 0 or not isinstance(self._right, type):
            return False
        known = sum(len(values) for values in self._parameters.get(handle, {}).values())
        drops = self._drops_out and handle not in self._evaluating
        return drops or known < self._counts.get(handle, 0)

    def _is_linear(self, request: Invoke) -> bool:
        return isinstance(request.target, ObjectRef) and request.target.handle in self._linears

    def _add(
        self,
        exchange: Exchange,
        request: Invoke | FetchParameter,
        arguments: Mapping[str, object],
        answer: Answer,
    ) -> None:
        target = request.target
        handle = target.handle if isinstance(target, ObjectRef) else -1
        if isinstance(answer.reply, Made):
            self._made_with[answer.reply.handle] = arguments
            self._counts[answer.reply.handle] = len(answer.reply.own.parameters)
        state = self._parameters.get(handle, {})
        # Of a module the same question is another one when its parameters have changed.
        key = _encoder.encode(msgspec.structs.replace(request, id=0)) + bytes(exchange.data)
        key += b"".join(t.numpy().tobytes() for each in state.values() for t in each)
        key += _encoder.encode((type(exchange.reply).__name__, bytes(exchange.answer)))
        trial = self._by_key.get(key)
        if trial is None or isinstance(answer.reply, Made):
            made_with = self._made_with.get(handle, {})
            random = isinstance(request, Invoke) and self._is_random(handle)
            mine = Answer(exchange.reply, exchange.answer)
            trial = Trial(exchange, arguments, made_with, dict(state), random, mine, answer)
            self._by_key[key] = trial
            self.all.append(trial)
        self._by_exchange[id(exchange)] = trial

    def _bound(self, request: Invoke, data: Buffer) -> Mapping[str, object]:
        """The arguments by their names; those that were left out with their defaults."""
        on_object = isinstance(request.target, ObjectRef)
        called: Callable[..., object] = self._right
        if on_object:
            called = getattr(called, "forward", _forward)
        try:
            args = [unpack_value(value, data, self._linears.get) for value in request.args]
            kwargs = {
                name: unpack_value(value, data, self._linears.get)
                for name, value in request.kwargs.items()
            }
            bound = inspect.signature(called).bind(*([None] if on_object else []), *args, **kwargs)
        except (TypeError, ValueError):
            return {}
        bound.apply_defaults()
        return {name: value for name, value in bound.arguments.items() if name != "self"}


_encoder = msgspec.msgpack.Encoder()


def _forward(self: object, x: Tensor) -> None:
    """The signature of a layer that a function made."""


def without_gpu(exchange: Exchange) -> Exchange:
    """The same question for code that is known to be right: on the CPU, or without values."""
    request, reply = exchange.request, exchange.reply
    if not isinstance(request, Invoke) or request.device == "meta":
        return dataclasses.replace(exchange)
    large = isinstance(reply, Made) and reply.own.count > MOST_SCALARS
    return dataclasses.replace(
        exchange, request=msgspec.structs.replace(request, device="meta" if large else "cpu")
    )
