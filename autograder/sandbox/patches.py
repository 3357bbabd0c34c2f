"""Functions and classes of the libraries under their own names, and which of them were replaced."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, Final

import numpy
import torch
from torch import nn

LIBRARY: Final[tuple[tuple[str, Any], ...]] = (
    ("torch", torch),
    ("torch.nn", nn),
    ("torch.nn.functional", nn.functional),
    ("torch.Tensor", torch.Tensor),
    *(
        (f"torch.nn.{kind.__name__}", kind)
        for kind in (
            nn.Module,
            nn.Sequential,
            nn.Conv2d,
            nn.ConvTranspose2d,
            nn.Linear,
            nn.ReLU,
            nn.MaxPool2d,
            nn.Dropout,
            nn.Dropout2d,
        )
    ),
    ("builtins", builtins),
    ("math", math),
    ("numpy", numpy),
)
# By PyTorch itself: the one with the default dtype, the other when the compiler is imported,
# which replaces parts of Module, too.
_REBOUND = ("Storage", "manual_seed")
_COMPILER = "torch._dynamo"
_ABSENT: Final = object()


def _is_compilers(value: object) -> bool:
    module = getattr(value, "__module__", None)
    return isinstance(module, str) and module.startswith(_COMPILER)


class Namespace:
    """A module or class whose functions and classes are known as they are now.

    To look whether all are the same takes microseconds: it is done after every call.
    """

    def __init__(self, name: str, owner: Any) -> None:
        self.name = name
        self._owner = owner
        self._now = vars(owner)
        private = isinstance(owner, type)  # a class's `__call__` matters, a module's does not
        self._known = {
            key: value
            for key, value in self._now.items()
            if callable(value) and (private or not key.startswith("_")) and key not in _REBOUND
        }
        first = next(iter(self._known))  # itemgetter gives no tuple for a single name
        self._pick = itemgetter(first, *self._known)
        self._values = self._pick(self._now)
        # What is assigned to a class may hide what it inherits; Tensor inherits most of its own.
        self._inherited = frozenset(dir(owner)) - self._now.keys() if private else frozenset()

    def is_whole(self) -> bool:
        """Whether every name means what it meant."""
        try:
            same: bool = self._pick(self._now) == self._values
        except BaseException:  # one is gone, or is of a class that cannot be compared
            return False
        return same and (not self._inherited or self._inherited.isdisjoint(self._now))

    def patches(self) -> Iterator[tuple[str, object]]:
        """The names that mean something else, with what they mean now."""
        for name, value in self._known.items():
            now = self._now.get(name, _ABSENT)
            if now is not value and not _is_compilers(now):
                yield name, now
        for name in self._inherited.intersection(self._now):
            yield name, self._now[name]

    def write(self, name: str, value: object) -> None:
        """Let a name mean what a patch made of it."""
        if value is not _ABSENT:
            setattr(self._owner, name, value)
        elif name in self._now:
            delattr(self._owner, name)

    def restore(self, name: str) -> None:
        """Let a name mean again what it meant at first."""
        self.write(name, self._known.get(name, _ABSENT))
