"""Functions and classes of the libraries under their own names, and which of them were replaced."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, Final

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
)
# What code about maps calls by these names; of the other owners, all is usual.
_USUAL: Final = {
    "torch": """
        abs add aminmax any all arange argmax as_tensor bincount block_diag cat clamp
        concat conv2d conv_transpose2d diag diag_embed diagonal div einsum empty
        empty_like enable_grad equal eye flatten flip from_numpy full full_like gather
        hstack index_select isnan kron linspace logical_and masked_select matmul max
        maximum mean meshgrid min minimum mul nan_to_num nanmean no_grad nonzero ones
        ones_like outer permute rand randint randn randperm relu repeat_interleave
        reshape scatter softmax sort split square squeeze stack sub sum tensor tensordot
        transpose true_divide unique unsqueeze vstack where zeros zeros_like
    """,
    "torch.nn": """
        AvgPool2d BatchNorm2d Conv2d ConvTranspose2d CrossEntropyLoss Dropout Dropout2d
        Fold Identity Linear MaxPool2d Module ModuleList Parameter ReLU Sequential
        Unfold Upsample
    """,
    "torch.nn.functional": """
        adaptive_avg_pool2d avg_pool2d binary_cross_entropy conv2d conv_transpose2d
        cross_entropy dropout dropout2d fold grid_sample interpolate linear log_softmax
        max_pool2d max_unpool2d mse_loss nll_loss one_hot pad pixel_shuffle relu sigmoid
        softmax unfold upsample
    """,
    "builtins": """
        abs all any bool dict enumerate float getattr int isinstance len list map max
        min print range reversed round set sorted str sum super tuple type zip
    """,
}
USUAL: Final = {owner: frozenset(names.split()) for owner, names in _USUAL.items()}
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

    Each name that is looked at costs a little (two places of memory, seldom near): after every
    call only those that are `usual` are.
    """

    def __init__(self, name: str, owner: Any, *, usual: bool = False) -> None:
        self.name = name
        self._owner = owner
        self._now = vars(owner)
        private = isinstance(owner, type)  # a class's `__call__` matters, a module's does not
        self._known = {
            key: value
            for key, value in self._now.items()
            if callable(value)
            and (private or not key.startswith("_"))
            and key not in _REBOUND
            and not (usual and name in USUAL and key not in USUAL[name])
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
