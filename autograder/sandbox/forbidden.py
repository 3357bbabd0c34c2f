"""Telling that a graded call reached an operation its contract excludes.

Looking for names in the source finds docstrings and misses aliases. What counts is what
runs: the excluded operations are overridden in PyTorch's dispatcher, where every road to
them ends, whatever it is called in Python. The override lives in the worker only.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

TRANSPOSED_CONVOLUTION = "convolution(transposed=True)"
BACKENDS = ("CPU", "CUDA", "MkldnnCPU", "QuantizedCPU")


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
        names = [pattern for pattern in patterns if pattern != TRANSPOSED_CONVOLUTION]
        if names:
            for operation in torch._C._dispatch_get_all_op_names():
                base = operation.partition("::")[2].partition(".")[0]
                if any(fnmatch.fnmatchcase(base, name) for name in names):
                    self._exclude(operation, base)
        if TRANSPOSED_CONVOLUTION in patterns:
            for operation in ("aten::convolution", "aten::_convolution"):
                self._override(operation, self._convolution)

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

    def _override(self, operation: str, kernel: Any) -> None:
        namespace, _, name = operation.partition("::")
        if namespace not in self._libraries:
            self._libraries[namespace] = torch.library.Library(namespace, "IMPL")
        for backend in BACKENDS:
            self._libraries[namespace].impl(name, kernel, backend)

    def _exclude(self, operation: str, base: str) -> None:
        # A composite operation reaches its parts, which are overridden themselves; a kernel
        # for a backend would cut it off from autograd.
        composite = torch._C._dispatch_has_kernel_for_dispatch_key(
            operation, "CompositeImplicitAutograd"
        )
        if composite:
            return

        def kernel(*args: object, **kwargs: object) -> None:
            self._reach(base)
            raise ForbiddenOperation(f"{base} is not available here")

        self._override(operation, kernel)

    def _reach(self, name: str) -> None:
        if self._watching:
            self.reached = self.reached or name

    def _convolution(
        self,
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
        if transposed and self._watching:
            self._reach("transposed convolution")
            raise ForbiddenOperation("transposed convolution is not available here")
        if transposed:
            # Second derivatives come by here, outside a watched call: the adjoint of conv2d.
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
