"""What computes in place of operations that are excluded with some of their arguments.

Overriding an operation puts its kernel out of reach, for the calls that stay allowed as well. A
worker gets substitutes that cannot do what is excluded, so it does not matter what becomes of the
check before them. Only a process that goes on to other things gets some that can do everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from torch import Tensor

from autograder.sandbox.protocol.messages import DILATED_CONVOLUTION, TRANSPOSED_CONVOLUTION
from autograder.sandbox.worker import convolutions, undilated

Kernel = Callable[..., Any]
CONVOLUTIONS = ("aten::convolution", "aten::_convolution")
SECOND_DERIVATIVE = "aten::_convolution_double_backward"


def substitutes(excluded: Collection[str], *, permanent: bool) -> dict[str, Kernel]:
    """Kernels by operation, for one or both of the patterns of a convolution."""
    if not {TRANSPOSED_CONVOLUTION, DILATED_CONVOLUTION} & {*excluded}:
        return {}
    found: dict[str, Kernel] = {SECOND_DERIVATIVE: convolutions.second_derivative}
    if DILATED_CONVOLUTION not in excluded:
        convolution = _without_transposition if permanent else _either
    elif permanent:
        convolution = _plain if TRANSPOSED_CONVOLUTION in excluded else _without_dilation
        found |= _with_out("aten::im2col", _im2col) | _with_out("aten::col2im", _col2im)
        found["aten::convolution_backward"] = _backward
    else:
        from autograder.sandbox.worker import dilations

        convolution = dilations.convolution
        found |= _with_out("aten::im2col", dilations.im2col)
        found |= _with_out("aten::col2im", dilations.col2im)
        found["aten::convolution_backward"] = dilations.backward
    return found | dict.fromkeys(CONVOLUTIONS, convolution)


def _either(*args: Any) -> Tensor:
    x, weight, bias, stride, padding, dilation, transposed, output_padding, groups = args[:9]
    if transposed:
        return convolutions.adjoint(
            x, weight, bias, stride, padding, dilation, output_padding, groups
        )
    return convolutions.convolve(x, weight, bias, stride, padding, dilation, groups)


def _without_transposition(*args: Any) -> Tensor:
    x, weight, bias, stride, padding, dilation, _, _, groups = args[:9]
    return convolutions.convolve(x, weight, bias, stride, padding, dilation, groups)


def _without_dilation(*args: Any) -> Tensor:
    x, weight, bias, stride, padding, _, transposed, output_padding, groups = args[:9]
    if transposed:
        return undilated.transpose(x, weight, bias, stride, padding, output_padding, groups)
    return undilated.convolve(x, weight, bias, stride, padding, groups)


def _plain(*args: Any) -> Tensor:
    x, weight, bias, stride, padding, _, _, _, groups = args[:9]
    return undilated.convolve(x, weight, bias, stride, padding, groups)


def _backward(*args: Any) -> tuple[Tensor | None, ...]:
    g, x, weight, _, stride, padding, _, transposed, _, groups, mask = args
    return undilated.backward(g, x, weight, stride, padding, transposed, groups, mask)


def _im2col(*args: Any) -> Tensor:
    x, kernel, _, padding, stride = args
    return undilated.unfold(x, kernel, padding, stride)


def _col2im(*args: Any) -> Tensor:
    columns, size, kernel, _, padding, stride = args
    return undilated.fold(columns, size, kernel, padding, stride)


def _with_out(operation: str, kernel: Kernel) -> dict[str, Kernel]:
    """An operation and its overload that writes into a tensor."""

    def into(*args: Any, out: Tensor) -> Tensor:
        found = kernel(*args)
        return out.resize_(found.shape).copy_(found)

    return {operation: kernel, f"{operation}.out": into}
