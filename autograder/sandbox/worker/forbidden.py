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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Never

import torch
import torch._decomp
from torch import Tensor

from autograder.sandbox.protocol.messages import TRANSPOSED_CONVOLUTION
from autograder.sandbox.worker.convolutions import adjoint, convolve, second_derivative
from autograder.sandbox.worker.decompositions import Decompositions

# TRANSPOSED_CONVOLUTION by the names of single backends.
TRANSPOSED_NAMES = ("*conv_transpose?d*", "*convolution_transpose*", "conv?d_transpose*")
CONVOLUTIONS = ("aten::convolution", "aten::_convolution")
SECOND_DERIVATIVE = "aten::_convolution_double_backward"
BACKENDS = ("CPU", "CUDA", "MkldnnCPU", "QuantizedCPU")
# Kernels that other backends share, which could be asked for below the override.
GENERAL = ("CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional")
COMPOSITE = "CompositeImplicitAutograd"

Kernel = Callable[..., Any]


class ForbiddenOperation(RuntimeError):
    """Raised inside the student's call; the guard remembers it even if it is caught."""


class Guard:
    """Overrides operations by pattern; counts what is reached while code of a student runs.

    Patterns are matched against the operation's name without namespace and overload
    (`upsample_nearest2d`), and against that of its gradient. TRANSPOSED_CONVOLUTION stands for a
    convolution with that flag, whose other uses go on working.

    With `permanent` the operations are gone from this process, which does nothing else until it
    ends. Without, they go on computing for code that is not watched, until `remove`.
    """

    def __init__(self, patterns: Sequence[str], *, permanent: bool = False) -> None:
        self.reached: str | None = None
        self._permanent = permanent
        self._watching = False
        handles: dict[str, Any] = {}
        names = [pattern for pattern in patterns if pattern != TRANSPOSED_CONVOLUTION]
        if TRANSPOSED_CONVOLUTION in patterns:
            names += TRANSPOSED_NAMES
            convolution = self._convolution_permanently if permanent else self._convolution
            for operation in CONVOLUTIONS:
                for key in (*BACKENDS, GENERAL[0]):
                    _implement(handles, operation, key, convolution)
            _implement(handles, SECOND_DERIVATIVE, COMPOSITE, self._second_derivative)
        excluded = _matching(names)
        for operation, base in excluded.items():
            if not _has(operation, COMPOSITE):
                kernel = self._kernel(operation, base)
                for key in (*BACKENDS, *(each for each in GENERAL if _has(operation, each))):
                    _implement(handles, operation, key, kernel)
        self._decompositions = Decompositions(excluded, self.refuse)
        self._handles: dict[str, Any] = {}
        if permanent:
            self._decompositions.close_permanently()
            for handle in handles.values():  # to be kept, and nowhere to be found
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(handle))
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

    def _kernel(self, operation: str, base: str) -> Kernel:
        if self._permanent:
            return lambda *args, **kwargs: self.refuse(base)
        substitute = _decomposition(operation)

        def kernel(*args: object, **kwargs: object) -> object:
            if self._watching or substitute is None:
                self.refuse(base)
            return substitute(*args, **kwargs)

        return kernel

    def _convolution(self, *args: Any) -> Tensor:
        x, weight, bias, stride, padding, dilation, transposed, output_padding, groups = args[:9]
        if not transposed:
            return convolve(x, weight, bias, stride, padding, dilation, groups)
        if self._watching:
            self.refuse("transposed convolution")
        return adjoint(x, weight, bias, stride, padding, dilation, output_padding, groups)

    def _convolution_permanently(self, *args: Any) -> Tensor:
        x, weight, bias, stride, padding, dilation, transposed, _, groups = args[:9]
        if transposed:
            self.refuse("transposed convolution")
        return convolve(x, weight, bias, stride, padding, dilation, groups)

    def _second_derivative(self, *args: Any) -> tuple[Tensor | None, ...]:
        transposed = args[9]
        if transposed:
            self.refuse("transposed convolution")
        return second_derivative(*args)


def _implement(handles: dict[str, Any], operation: str, key: str, kernel: Kernel) -> None:
    """Override an operation by the handle of its namespace, for as long as that lives."""
    namespace, _, name = operation.partition("::")
    if namespace not in handles:
        # Not torch.library.Library: that keeps the handle where anybody finds it.
        handles[namespace] = torch._C._dispatch_library("IMPL", namespace, "", __file__, 0)
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
    return {operation: base for operation, base in bases.items() if matches(base)}


def _decomposition(operation: str) -> Kernel | None:
    """PyTorch's own Python version of an operation, which computes the same by others."""
    namespace, _, name = operation.partition("::")
    base, _, overload = name.partition(".")
    packet = getattr(getattr(torch.ops, namespace), base)
    found: Kernel | None = torch._decomp.decomposition_table.get(
        getattr(packet, overload or "default")
    )
    return found
