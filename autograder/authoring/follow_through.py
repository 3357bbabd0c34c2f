"""Follow-through marking: a student's own function as a step of the expected value.

Where a class builds on the student's own function, and only that function is wrong, the
class is compared with the oracle composed with that very function. That the class does build on
it is seen by putting a stand-in in the function's place: code that was copied does not change.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.expect import CheckFailed, comparable, expect_close, matches
from autograder.sandbox.grader.functions import Function
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentEnd, StudentFault

# A student's function as the oracle calls it.
Step = Callable[[Student], Callable[..., Tensor]]


def credits(
    student: Student, functions: Sequence[str], again: Callable[[Student], Tensor], got: Tensor
) -> bool:
    """Credit these functions of the student if the result was computed with them.

    `again` makes the call that gave `got` with another student, whose file has stand-ins in the
    place of the functions. Without a stand-in for each of them this is not asked.
    """
    if functions and student.replacing is not None:
        try:
            other = student.replacing(functions)
            if set(functions) <= other.replaced and matches(again(other), got):
                return False
        except (StudentEnd, CheckFailed):
            pass  # it cannot do without them
    student.credited.update(functions)
    return True


class NoStep(RuntimeError):
    """A student's function whose results cannot be a step of an expected value."""


def step(call: Callable[..., Tensor], *inputs: Tensor) -> Tensor:
    """`call(*inputs)`, where `call` is a student's function or module.

    Raises NoStep where the result is not finite, or stays the same for other inputs: results
    that build on it are compared with nothing.
    """
    result = call(*inputs)
    if not bool(result.isfinite().all()):
        raise NoStep("the result is not finite")
    if result.numel() and torch.equal(call(*(1.5 * each + 1 for each in inputs)), result):
        raise NoStep("the result does not depend on the inputs")
    return result


def plain_step(
    call: Callable[..., Tensor], inputs: Sequence[object], others: Sequence[object]
) -> Tensor:
    """`call(*inputs)` of a student's function that has no gradients to follow.

    Raises NoStep where `others` give the same. The result may hold NaN: a figure that forgets an
    absent class does, and what stands on it does so rightly.
    """
    result = call(*inputs)
    if matches(call(*others), result):
        raise NoStep("the result does not depend on the inputs")
    return result


# What an oracle may end in whose steps are wrong functions.
UNREACHABLE = (StudentFault, NoStep, RuntimeError, ValueError, IndexError)


def references(
    student: Student, steps: Mapping[str, Step]
) -> list[dict[str, Callable[..., Tensor]]]:
    """The functions of the student's that take part in the oracle: none, one, several."""
    return [
        {name: steps[name](student) for name in names}
        for count in range(len(steps) + 1)
        for names in itertools.combinations(steps, count)
    ]


def expect_followed(
    student: Student,
    got: Tensor,
    expected: Callable[..., Tensor],
    steps: Mapping[str, Step],
    again: Callable[[Student], Tensor],
    *,
    scale: float | None = None,
) -> None:
    """The value of the last call is the expected one, or that with functions of the student's.

    `expected` takes these functions as keywords; `again` makes the call with another student.
    """
    call = student.calls[-1]
    nearest: Tensor | None = None
    for functions in references(student, steps):
        try:
            wanted = expected(**functions).detach()
        except UNREACHABLE:
            continue
        compared, wanted = comparable(got, wanted)
        if matches(compared, wanted, scale) and credits(student, tuple(functions), again, got):
            return
        nearest = wanted if nearest is None else nearest
    assert nearest is not None
    student.calls.append(call)
    expect_close(student, got.to(nearest.dtype), nearest, scale=scale)


class _Through(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, function: Function, extra: tuple[object, ...], *tensors: Tensor
    ) -> Tensor:
        ctx.function, ctx.extra = function.as_step(), extra
        ctx.save_for_backward(*tensors)
        return step(lambda *inputs: function(*inputs, *extra), *(t.detach() for t in tensors))

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        tensors = ctx.saved_tensors
        _, gradients = ctx.function().vjp(
            grad_outputs[0].contiguous(),
            *(t.detach() for t in tensors),
            *ctx.extra,
            wrt=tuple(range(len(tensors))),
        )
        return (None, None, *gradients)


def through(function: Function, *tensors: Tensor, extra: tuple[object, ...] = ()) -> Tensor:
    """`function(*tensors, *extra)` by the student, differentiable on this side.

    Raises NoStep where that is no step (`step`).
    """
    result: Tensor = _Through.apply(function, extra, *tensors)
    return result
