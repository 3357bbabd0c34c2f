"""What a function may return in place of what it should: each twist by its name.

This file is handed in beside a solution, where it runs as a student's; it imports nothing but
torch. `twisted(name, function)` is the function or class with every result twisted.
"""

from __future__ import annotations

import functools
import inspect

import torch
from torch import nn


class Odd(torch.Tensor):
    """A subclass that anybody may write."""


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def _edge(side, axis):
    """One row or column less at this side, or more."""

    def twist(result):
        if result.dim() <= -axis - 1:
            return result
        length = result.shape[axis]
        if side == "more":
            return torch.cat((result, result.narrow(axis, length - 1, 1)), axis)
        return result.narrow(axis, 1 if side == "first" else 0, length - 1)

    return twist


def _raising(error):
    def twist(result):
        raise error() if inspect.isclass(error) else error

    return twist


def _with(value):
    def twist(result):
        result = result.clone()
        if result.is_floating_point() and result.numel():
            result.view(-1)[result.numel() // 2] = value
        return result

    return twist


def _deep(result):
    return _deep(result)


def _sometimes(twist, every=3):
    calls = [0]

    def now_and_then(result):
        calls[0] += 1
        return result if calls[0] % every else twist(result)

    return now_and_then


def _if_wide(twist, width=3):
    return lambda result: twist(result) if result.dim() and result.shape[-1] > width else result


TWISTS = {
    # shapes
    "a column short": _edge("last", -1),
    "a row short": _edge("last", -2),
    "the first column lost": _edge("first", -1),
    "a column more": _edge("more", -1),
    "a column short where it is wide": _if_wide(_edge("last", -1)),
    "a row more now and then": _sometimes(_edge("more", -2)),
    "empty": lambda r: r[..., :0] if r.dim() else r.new_empty(0),
    "no sample": lambda r: r[:0] if r.dim() else r.new_empty(0),
    "its sum": lambda r: r.sum(),
    "flattened": lambda r: r.reshape(-1),
    "an axis more": lambda r: r[None],
    "an axis less": lambda r: r[0] if r.dim() else r[None],
    "the last axis alone": lambda r: r[..., None],
    "rows and columns swapped": lambda r: r.mT if r.dim() > 1 else r,
    # numbers
    "NaN": lambda r: torch.full_like(r, float("nan")) if r.is_floating_point() else r - 10**6,
    "infinite": lambda r: torch.full_like(r, float("inf")) if r.is_floating_point() else r + 2**40,
    "one NaN": _with(float("nan")),
    "zeros": torch.zeros_like,
    "NaN now and then": _sometimes(lambda r: r * float("nan")),
    # dtypes
    "half": lambda r: r.half(),
    "bfloat16": lambda r: r.bfloat16(),
    "complex": lambda r: r.to(torch.complex64),
    "bool": lambda r: r.bool(),
    "int8": lambda r: r.to(torch.int8),
    "another float dtype": lambda r: r.float() if r.dtype == torch.float64 else r.double(),
    # how it lies
    "expanded": lambda r: r[..., :1].expand(r.shape) if r.dim() and r.shape[-1] else r,
    "sparse": lambda r: r.to_sparse(),
    "detached": lambda r: r.detach(),
    "a view that steps": lambda r: torch.stack((r, r), -1)[..., 0],
    "on the meta device": lambda r: r.to("meta"),
    "a subclass": lambda r: r.as_subclass(Odd),
    # no tensors
    "None": lambda r: None,
    "a tuple": lambda r: (r,),
    "a list": lambda r: r.tolist(),
    "a dictionary": lambda r: {"out": r},
    "an array": lambda r: r.detach().numpy(),
    "a string": lambda r: "result",
    "a number": lambda r: float(r.float().sum()),
    "a layer": lambda r: nn.Identity(),
    # exceptions
    "a ValueError": _raising(ValueError("x weight bias size scale indices skip 1")),
    "a KeyError now and then": _sometimes(_raising(KeyError("x"))),
    "a RuntimeError where it is wide": _if_wide(_raising(RuntimeError("odd"))),
    "NotImplementedError": _raising(NotImplementedError),
    "SystemExit": _raising(SystemExit(0)),
    "KeyboardInterrupt": _raising(KeyboardInterrupt),
    "StopIteration": _raising(StopIteration),
    "MemoryError": _raising(MemoryError),
    "an exception without words": _raising(Unspeakable),
    "a recursion without end": _deep,
}


def twisted(names, function):
    """`function` with every result twisted by the twists of these names, one after the other.

    A class is twisted in what calling its instances gives, a function that makes a layer in what
    the layer gives.
    """

    def twist(result):
        for name in names:
            if not isinstance(result, torch.Tensor):
                return result
            result = TWISTS[name](result)
        return result

    if inspect.isclass(function):

        class Twisted(function):
            def forward(self, *args, **kwargs):
                return twist(super().forward(*args, **kwargs))

        Twisted.__name__ = Twisted.__qualname__ = function.__name__
        return Twisted

    @functools.wraps(function)
    def call(*args, **kwargs):
        result = function(*args, **kwargs)
        if isinstance(result, nn.Module):
            layer = result
            plain = layer.forward
            layer.forward = lambda *a, **k: twist(plain(*a, **k))
            return layer
        return twist(result)

    return call
