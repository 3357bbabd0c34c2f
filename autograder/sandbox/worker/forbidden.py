"""Telling that a graded call reached an operation its contract excludes.

Looking for names in the source finds docstrings and misses aliases. What counts is what
runs: the excluded operations are overridden in PyTorch's dispatcher, where every road to
them ends, whatever it is called in Python. The override lives in the worker only.

It is in force before the first line of a submission runs, and refuses while the file is
imported, too: no kernel can be kept from before, and no table be made for later. No flag and no
object that Python code could find decides whether an excluded operation computes, and neither
does the caller: PyTorch's own derivatives do without them (`convolutions.py`).
"""

from __future__ import annotations

import ctypes
import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Never

import torch
import torch._decomp

from autograder.sandbox.protocol.messages import DILATED_CONVOLUTION, TRANSPOSED_CONVOLUTION
from autograder.sandbox.worker import torchscript
from autograder.sandbox.worker.decompositions import Decompositions
from autograder.sandbox.worker.substitutes import substitutes

BACKENDS = ("CPU", "CUDA", "MkldnnCPU", "QuantizedCPU")
# Kernels that other backends share, which could be asked for below the override.
GENERAL = ("CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional")
COMPOSITE = "CompositeImplicitAutograd"


class Special(NamedTuple):
    """What is excluded by a pattern that stands for an argument."""

    # By operation: where the argument stands, and what a call with it reaches.
    calls: Mapping[str, tuple[int, str]]
    # What is excluded under any arguments, most of it by the names of single backends.
    names: tuple[str, ...]
    # What these reach, where their own names do not say it.
    reached: str = "{}"
    # Operators of TorchScript that no dispatcher sees.
    operators: tuple[str, ...] = ()


SPECIAL: Final = {
    TRANSPOSED_CONVOLUTION: Special(
        calls={
            "aten::convolution": (6, "transposed convolution"),
            "aten::_convolution": (6, "transposed convolution"),
            "aten::_convolution_double_backward": (9, "transposed convolution"),
        },
        names=("*conv_transpose?d*", "*convolution_transpose*", "conv?d_transpose*"),
    ),
    DILATED_CONVOLUTION: Special(
        calls={
            "aten::convolution": (5, "dilated convolution"),
            "aten::_convolution": (5, "dilated convolution"),
            "aten::convolution_backward": (6, "dilated convolution"),
            "aten::_convolution_double_backward": (8, "dilated convolution"),
            "aten::im2col": (2, "dilated unfold"),
            "aten::im2col.out": (2, "dilated unfold"),
            "aten::col2im": (3, "dilated unfold"),
            "aten::col2im.out": (3, "dilated unfold"),
        },
        names=(
            "slow_conv_dilated?d",
            "slow_conv_transpose?d",
            "*conv_depthwise?d",
            "*convolution*_overrideable",
            "cudnn_convolution*",
            "miopen_*convolution*",
            "*mps_convolution*",
            "mkldnn_convolution",
            "mkldnn_reorder_conv?d_weight",
            "mkldnn::*convolution*",
            "mkldnn_prepacked::conv*",
            "onednn::qconv*",
            "*quantized::conv*",
        ),
        reached="dilated convolution ({})",
        operators=("prim::mkldnn_convolution", "prim::oneDNNFusionGroup"),
    ),
}

Kernel = Callable[..., Any]


class ForbiddenOperation(RuntimeError):
    """Raised inside the student's call; the guard remembers it even if it is caught."""


class Guard:
    """Overrides operations by pattern; counts what is reached while code of a student runs.

    Patterns are matched against the operation's name without overload, with namespace
    (`aten::upsample_nearest2d`) or without, and against that of its gradient. Those in SPECIAL
    stand for calls with some arguments, whose other uses go on working.

    With `permanent` the operations are gone from this process, which does nothing else until it
    ends. Without, they go on computing for code that is not watched, until `remove`.
    """

    def __init__(self, patterns: Sequence[str], *, permanent: bool = False) -> None:
        self.reached: str | None = None
        self._permanent = permanent
        self._watching = False
        handles: dict[str, Any] = {}
        special = [each for pattern, each in SPECIAL.items() if pattern in patterns]
        computing = substitutes(patterns, permanent=permanent)
        for operation, compute in computing.items():
            calls = [each.calls[operation] for each in special if operation in each.calls]
            _implement(handles, operation, self._conditional(calls, compute))
        excluded = _matching([pattern for pattern in patterns if pattern not in SPECIAL])
        for each in special:
            for operation, base in _matching(each.names).items():
                excluded.setdefault(operation, each.reached.format(base))
        for operation, name in excluded.items():
            if not _has(operation, COMPOSITE):
                _implement(handles, operation, self._kernel(operation, name))
        self._decompositions = Decompositions({*excluded, *computing}, self.refuse)
        self._handles: dict[str, Any] = {}
        if permanent:
            self._decompositions.close_permanently()
            for each in special:
                _keep(self._replaced(each))
            _keep(handles.values())
        else:
            self._handles = handles

    def remove(self) -> None:
        """Undo the overrides. A worker never does; a process that goes on to other things must."""
        for handle in self._handles.values():
            handle.reset()
        self._handles.clear()

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Count operations reached inside as the student's."""
        self.reached = None
        self._watching = True
        if not self._permanent:
            self._decompositions.close()
        try:
            yield
        finally:
            self._watching = False
            if not self._permanent:
                self._decompositions.open()

    def refuse(self, name: str) -> Never:
        """Remember what was reached, and raise ForbiddenOperation."""
        self.reached = self.reached or name
        raise ForbiddenOperation(f"{name} is not available here")

    def _kernel(self, operation: str, name: str) -> Kernel:
        if self._permanent:
            return lambda *args, **kwargs: self.refuse(name)
        substitute = _decomposition(operation)

        def kernel(*args: object, **kwargs: object) -> object:
            if self._watching or substitute is None:
                self.refuse(name)
            return substitute(*args, **kwargs)

        return kernel

    def _replaced(self, special: Special) -> Iterator[Any]:
        for operator in special.operators:
            name = special.reached.format(operator.partition("::")[2])
            yield from torchscript.replace(
                operator, (*BACKENDS, GENERAL[0]), lambda *args, name=name: self.refuse(name)
            )

    def _conditional(self, calls: Sequence[tuple[int, str]], compute: Kernel) -> Kernel:
        def permanent(*args: Any, **kwargs: Any) -> object:
            for position, name in calls:
                if _is_set(args[position]):
                    self.refuse(name)
            return compute(*args, **kwargs)

        def kernel(*args: Any, **kwargs: Any) -> object:
            return (permanent if self._watching else compute)(*args, **kwargs)

        return permanent if self._permanent else kernel


def _is_set(argument: bool | Sequence[int]) -> bool:
    """Whether a flag is set, or a dilation is not 1 along each axis."""
    return argument if isinstance(argument, bool) else any(each != 1 for each in argument)


def _keep(handles: Iterable[Any]) -> None:
    """Let these live to the end, and nowhere be found."""
    for handle in handles:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(handle))


def _implement(handles: dict[str, Any], operation: str, kernel: Kernel) -> None:
    """Override an operation by the handle of its namespace, for as long as that lives."""
    namespace, _, name = operation.partition("::")
    if namespace not in handles:
        # Not torch.library.Library: that keeps the handle where anybody finds it.
        handles[namespace] = torch._C._dispatch_library("IMPL", namespace, "", __file__, 0)
    keys = (*BACKENDS, *(each for each in GENERAL if _has(operation, each)))
    for key in (COMPOSITE,) if _has(operation, COMPOSITE) else keys:
        handles[namespace].impl(name, key, kernel, False)


def _has(operation: str, key: str) -> bool:
    """Whether there is a kernel of this kind.

    A composite operation needs no override: it reaches its parts, which are overridden themselves,
    and a kernel for a backend would cut it off from autograd.
    """
    found: bool = torch._C._dispatch_has_kernel_for_dispatch_key(operation, key)
    return found


def _matching(patterns: Sequence[str]) -> dict[str, str]:
    """The operations of these names and their gradients, with their bare names."""
    if not patterns:
        return {}
    every = (*patterns, *(f"{pattern}_backward" for pattern in patterns))
    matches = re.compile("|".join(map(fnmatch.translate, every))).match
    bases = {
        operation: operation.partition("::")[2].partition(".")[0]
        for operation in torch._C._dispatch_get_all_op_names()
    }
    return {
        operation: base
        for operation, base in bases.items()
        if matches(base) or matches(operation.partition(".")[0])
    }


def _decomposition(operation: str) -> Kernel | None:
    """PyTorch's own Python version of an operation, which computes the same by others."""
    namespace, _, name = operation.partition("::")
    base, _, overload = name.partition(".")
    packet = getattr(getattr(torch.ops, namespace), base)
    found: Kernel | None = torch._decomp.decomposition_table.get(
        getattr(packet, overload or "default")
    )
    return found
