"""The tensor that a grader asked for, out of what a student's function returned."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TypeGuard

import torch
from torch import Tensor

from autograder.sandbox.protocol.messages import MAX_DIMENSIONS, Item
from autograder.sandbox.worker.outgoing import with_article

# A list of numbers is read one by one, in the time that a call has.
MOST_NUMBERS = 10_000


class _NoNumbers(Exception):
    """The result holds something else, or does not make a regular table, as the message says."""


def taken(result: object, takes: str | Item) -> Tensor | str:
    """The tensor of a result; where there is none, the result in words.

    Numbers are Python's own or NumPy's, or lists and tuples of equally long ones: int64 where all
    of them are integers, float64 otherwise. True and False are none.
    """
    if isinstance(takes, Item):
        return _item(result, takes)
    if takes == "numbers":
        return _numbers(result)
    return result if isinstance(result, Tensor) else with_article(type(result).__name__)


def _item(result: object, takes: Item) -> Tensor | str:
    if not isinstance(result, tuple | list):
        return with_article(type(result).__name__)
    kind = with_article(type(result).__name__)
    if len(result) != takes.of:
        return f"{kind} of length {len(result)}"
    item = result[takes.index]
    if isinstance(item, Tensor):
        return item
    return f"{kind} that holds {with_article(type(item).__name__)}"


def _numbers(result: object) -> Tensor | str:
    kind = with_article(type(result).__name__)
    if not isinstance(result, list | tuple) and not _is_number(result):
        return kind
    flat: list[int | float] = []
    try:
        shape = _shape(result, flat, MAX_DIMENSIONS)
        if any(isinstance(each, int) and not -(2**63) <= each < 2**63 for each in flat):
            large = "an int, far too large"
            return f"{kind} that holds {large}" if isinstance(result, list | tuple) else large
        dtype = torch.float64 if any(isinstance(each, float) for each in flat) else torch.int64
        return torch.tensor(flat, dtype=dtype).reshape(shape)
    except _NoNumbers as found:
        return f"{kind} of {found}"


def _is_number(value: object) -> TypeGuard[Integral | Real]:
    return isinstance(value, Integral | Real) and not isinstance(value, bool)


def _shape(value: object, flat: list[int | float], levels: int) -> tuple[int, ...]:
    """The shape of nested numbers, which are put into `flat`. Raises _NoNumbers."""
    if len(flat) >= MOST_NUMBERS:
        raise _NoNumbers(f"more than {MOST_NUMBERS} numbers")
    if _is_number(value):
        flat.append(int(value) if isinstance(value, Integral) else float(value))
        return ()
    if not isinstance(value, list | tuple) or not levels:
        raise _NoNumbers("something else than numbers")
    inner = [_shape(each, flat, levels - 1) for each in value]
    if len(set(inner)) > 1:
        raise _NoNumbers("rows of different lengths")
    return (len(inner), *(inner[0] if inner else ()))
