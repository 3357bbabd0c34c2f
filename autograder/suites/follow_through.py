"""Follow-through marking: a student's own function as a step of the expected value.

Where a class builds on a function of the student's, and only that function is wrong, the
class is compared with the oracle composed with that very function.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.sandbox.student import Function


class _Through(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, function: Function, extra: tuple[object, ...], *tensors: Tensor
    ) -> Tensor:
        ctx.function, ctx.extra = function, extra
        ctx.save_for_backward(*tensors)
        return function(*(t.detach() for t in tensors), *extra)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        tensors = ctx.saved_tensors
        _, gradients = ctx.function.vjp(
            grad_outputs[0].contiguous(),
            *(t.detach() for t in tensors),
            *ctx.extra,
            wrt=tuple(range(len(tensors))),
        )
        return (None, None, *gradients)


def through(function: Function, *tensors: Tensor, extra: tuple[object, ...] = ()) -> Tensor:
    """`function(*tensors, *extra)` by the student, differentiable on this side."""
    result: Tensor = _Through.apply(function, extra, *tensors)
    return result
