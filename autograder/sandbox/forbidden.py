"""Telling that a graded call reached an operation its contract excludes.

Looking for names in the source finds docstrings and misses aliases. What counts is what
runs: the excluded operations are overridden in PyTorch's dispatcher, where every road to
them ends, whatever it is called in Python. The override lives in the worker only.

It is in force before the first line of a submission runs, so that no kernel can be kept from
before; while the file is imported nothing is graded, and excluded operations still compute, by
other means. Then the guard is sealed: from there on no flag and no object that Python code
could find decides whether they compute.
"""

from __future__ import annotations

import ctypes
import fnmatch
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch._decomp
from torch import Tensor
from torch.autograd.function import BackwardCFunction

TRANSPOSED_CONVOLUTION = "convolution(transposed=True)"
# The same by the names of single backends.
TRANSPOSED_NAMES = ("*conv_transpose?d*", "*convolution_transpose*", "conv?d_transpose*")
BACKENDS = ("CPU", "CUDA", "MkldnnCPU", "QuantizedCPU")
# The kernel that every other backend shares, which could be asked for below the override.
GENERAL = "CompositeExplicitAutograd"

Kernel = Callable[..., Any]


class ForbiddenOperation(RuntimeError):
    """Raised inside the student's call; the guard remembers it even if it is caught."""


class Guard:
    """Overrides operations by pattern; counts what is reached while a graded call runs.

    Patterns are matched against the operation's name without namespace and overload
    (`upsample_nearest2d`). TRANSPOSED_CONVOLUTION stands for a convolution with that flag,
    whose other uses go on working.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self.reached: str | None = None
        self._watching = False
        self._libraries: dict[str, torch.library.Library] = {}
        self._convolutions: tuple[str, ...] = ()
        names = [pattern for pattern in patterns if pattern != TRANSPOSED_CONVOLUTION]
        if TRANSPOSED_CONVOLUTION in patterns:
            names += TRANSPOSED_NAMES
            self._convolutions = ("aten::convolution", "aten::_convolution")
        self._excluded = _matching(names) if names else {}
        for operation, base in self._excluded.items():
            self._override(operation, self._unsealed(operation, base), BACKENDS)
        for operation in self._convolutions:
            self._override(operation, self._convolution, (*BACKENDS, GENERAL))

    def seal(self) -> None:
        """Exclude the operations for good: what was imported is about to be graded.

        Only for a process that does nothing else until it ends.
        """
        handles: dict[str, Any] = {}
        sealed: list[tuple[str, Kernel, Sequence[str]]] = [
            *((name, self._sealed(base), BACKENDS) for name, base in self._excluded.items()),
            *(
                (name, self._sealed_convolution, (*BACKENDS, GENERAL))
                for name in self._convolutions
            ),
        ]
        for operation, kernel, keys in sealed:
            namespace, _, name = operation.partition("::")
            if namespace not in handles:
                # Not torch.library.Library: that keeps the handle where anybody finds it.
                handles[namespace] = torch._C._dispatch_library("IMPL", namespace, "", __file__, 0)
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(handles[namespace]))
            for key in keys:
                handles[namespace].impl(name, key, kernel, False)

    def remove(self) -> None:
        """Undo the overrides. A worker never does; a process that goes on to other things must."""
        for library in self._libraries.values():
            library._destroy()
        self._libraries.clear()

    @contextmanager
    def watch(self) -> Iterator[None]:
        """What is reached inside counts as the student's."""
        self.reached = None
        self._watching = True
        try:
            yield
        finally:
            self._watching = False

    def _override(self, operation: str, kernel: Kernel, keys: Sequence[str]) -> None:
        namespace, _, name = operation.partition("::")
        if namespace not in self._libraries:
            self._libraries[namespace] = torch.library.Library(namespace, "IMPL")
        for key in keys:
            self._libraries[namespace].impl(name, kernel, key)

    def _refuse(self, name: str) -> None:
        self.reached = self.reached or name
        raise ForbiddenOperation(f"{name} is not available here")

    def _unsealed(self, operation: str, base: str) -> Kernel:
        substitute = _decomposition(operation)

        def kernel(*args: object, **kwargs: object) -> object:
            if self._watching or substitute is None:
                self._refuse(base)
            assert substitute is not None
            return substitute(*args, **kwargs)

        return kernel

    def _sealed(self, base: str) -> Kernel:
        def kernel(*args: object, **kwargs: object) -> None:
            self._refuse(base)

        return kernel

    def _convolution(self, *args: Any) -> Tensor:
        transposed = args[6]
        if transposed and self._watching:
            self._refuse("transposed convolution")
        return _convolution(*args)

    def _sealed_convolution(self, *args: Any) -> Tensor:
        transposed = args[6]
        if transposed and not _in_second_derivative():
            self._refuse("transposed convolution")
        return _convolution(*args)


def _matching(patterns: Sequence[str]) -> dict[str, str]:
    """The operations that do the work, with their bare names.

    A composite operation is left out: it reaches its parts, which are overridden themselves,
    and a kernel for a backend would cut it off from autograd.
    """
    found = {}
    for operation in torch._C._dispatch_get_all_op_names():
        base = operation.partition("::")[2].partition(".")[0]
        if any(fnmatch.fnmatchcase(base, pattern) for pattern in patterns) and not (
            torch._C._dispatch_has_kernel_for_dispatch_key(operation, "CompositeImplicitAutograd")
        ):
            found[operation] = base
    return found


def _decomposition(operation: str) -> Kernel | None:
    """PyTorch's own Python version of an operation, which computes the same by others."""
    namespace, _, name = operation.partition("::")
    base, _, overload = name.partition(".")
    packet = getattr(getattr(torch.ops, namespace), base)
    found: Kernel | None = torch._decomp.decomposition_table.get(
        getattr(packet, overload or "default")
    )
    return found


_current_node = torch._C._current_autograd_node


def _in_second_derivative() -> bool:
    """Whether PyTorch itself is differentiating the gradient of a convolution.

    The gradient of conv2d is allowed, and its own gradient is made of transposed convolutions.
    """
    node = _current_node()
    return (
        node is not None
        and not isinstance(node, BackwardCFunction)  # a Function of the student's
        and node.name().startswith("ConvolutionBackward")
    )


def _convolution(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    transposed: bool,
    output_padding: list[int],
    groups: int,
    *_backend_flags: bool,
) -> Tensor:
    if transposed:
        return _adjoint(x, weight, bias, stride, padding, dilation, output_padding, groups)
    return _convolve(x, weight, bias, stride, padding, dilation, groups)


def _spread(values: list[int], dimensions: int) -> list[int]:
    return list(values) * dimensions if len(values) == 1 else list(values)


def _convolve(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    groups: int,
) -> Tensor:
    """A convolution by the one kernel that takes every stride, padding and dilation.

    The kernel this override replaced is out of reach, so the work goes to the dilated one,
    group by group.
    """
    dimensions = weight.dim() - 2
    if dimensions == 1:
        return _convolve(
            x.unsqueeze(2),
            weight.unsqueeze(2),
            bias,
            [1, *stride],
            [0, *padding],
            [1, *dilation],
            groups,
        ).squeeze(2)
    convolve = (
        torch.ops.aten.slow_conv_dilated2d
        if dimensions == 2
        else torch.ops.aten.slow_conv_dilated3d
    )
    settings = [_spread(values, dimensions) for values in (stride, padding, dilation)]
    biases = bias.chunk(groups) if bias is not None else [None] * groups
    parts = [
        convolve(part, kernel, list(kernel.shape[2:]), each, *settings)
        for part, kernel, each in zip(
            x.chunk(groups, 1), weight.chunk(groups, 0), biases, strict=True
        )
    ]
    return parts[0] if groups == 1 else torch.cat(parts, 1)


def _adjoint(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    output_padding: list[int],
    groups: int,
) -> Tensor:
    dimensions = weight.dim() - 2
    s, p, d, op = (_spread(v, dimensions) for v in (stride, padding, dilation, output_padding))
    size = [
        (n - 1) * s[i] - 2 * p[i] + d[i] * (weight.shape[2 + i] - 1) + op[i] + 1
        for i, n in enumerate(x.shape[2:])
    ]
    like = x.new_empty([x.shape[0], weight.shape[1] * groups, *size])
    result: Tensor = torch.ops.aten.convolution_backward(
        x, like, weight, None, s, p, d, False, [0] * dimensions, groups, [True, False, False]
    )[0]
    return result if bias is None else result + bias.reshape(-1, *[1] * dimensions)
