"""Invariants: properties a result keeps besides its values, and values judged without them.

A value check that also judged the dtype would take all of a file's points for one forgotten
`dtype=`. So values are compared with `expect_values`, and dtype, device and gradients have
checks of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from autograder.authoring.expect import (
    TOLERANCE,
    comparable,
    expect_close,
    expect_form,
    expect_gradient,
    fail,
    matches,
)
from autograder.authoring.maps import with_layout
from autograder.document.text import Text
from autograder.sandbox.grader.calls import FakeCall
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call, Raised


def expect_values(
    student: Student,
    got: Tensor,
    expected: Tensor,
    *,
    scale: float | None = None,
    message: Text | None = None,
) -> None:
    """Shape and values agree; the dtype may differ, and floating values keep all their digits."""
    if got.is_floating_point() and expected.is_floating_point():
        got = got.to(expected.dtype)
    else:
        got, expected = comparable(got, expected)
    expect_close(student, got, expected, scale=scale, message=message)


def expect_consistent(
    student: Student,
    got: Tensor,
    own: Tensor | None,
    judge: Callable[[Call], None],
    *,
    scale: float | None = None,
) -> None:
    """A result agrees with the student's other results, which say it must be `own`.

    Where it is not, at least one of them is wrong. `own` may be wrong itself and is never
    shown: `judge` compares one call with its true value, and the latest that fails is the
    counterexample. Where all of them are right, only rounding was different. `own` is None
    where the shapes of the other results already say that one is wrong.
    """
    if own is not None and matches(got.to(own.dtype), own, scale):
        return
    made = student.calls[:]
    for count in range(len(made), 0, -1):
        student.calls[:] = made[:count]
        if isinstance(made[count - 1].value, Tensor):
            judge(made[count - 1])
    student.calls[:] = made


def expect_device(student: Student, fake: FakeCall, device: str = "cuda") -> None:
    """A call with tensors on a GPU mixed no devices, and its result lies on `device`.

    A call that ended otherwise costs nothing here: another check judges why.
    """
    if fake.mismatch is not None and not fake.backward:
        fail(
            student,
            Text(
                f"With its inputs on a GPU the call stops, since two devices meet: {fake.mismatch}",
                f"입력이 GPU에 있으면 서로 다른 장치의 텐서가 만나 중단됩니다: {fake.mismatch}",
            ),
        )
    if fake.device is not None and fake.device != device:
        fail(
            student,
            Text(
                f"With its inputs on a GPU the result lies on {fake.device}, not on {device}.",
                f"입력이 GPU에 있을 때 결과가 {device}이(가) 아니라 {fake.device}에 있습니다.",
            ),
        )
    if fake.mismatch is not None:
        fail(
            student,
            Text(
                "With its inputs on a GPU the backward pass stops, since two devices meet: "
                f"{fake.mismatch}",
                "입력이 GPU에 있으면 backward에서 서로 다른 장치의 텐서가 만나 중단됩니다: "
                f"{fake.mismatch}",
            ),
        )


def expect_module_device(
    student: Student,
    make: Callable[[], Module],
    inputs: Sequence[Tensor],
) -> None:
    """A module made on a GPU computes there, in either mode."""
    try:
        module = make()
    except Raised:
        return  # it cannot be moved, which is not what is asked here
    for training in (True, False):
        fake = module.train(training).on_fake_cuda(*inputs, wrt=tuple(range(len(inputs))))
        expect_device(student, fake)
        if fake.late:
            return  # the module is gone


def expect_transposed_gradient(
    student: Student,
    name: str,
    returned: tuple[Tensor, tuple[Tensor | None, ...]],
    expected: Tensor | None,
    cotangent: Tensor,
    probe: tuple[Tensor, Tensor],
    *,
    position: int = 0,
    scale: float | None = None,
) -> None:
    """The gradient of a linear function is right, or at least fits the student's own values.

    `returned` is what `vjp` gave and `probe` = (v, the student's result for v). A function
    whose values are wrong has lost its points elsewhere; its gradient is right where it is
    the transpose of what the function does: <f(v), cotangent> = <v, gradient>. `expected` is
    None where the result has not the shape of the right one, which has no such gradient.
    """
    value, gradients = returned
    expect_form(student, value, cotangent)
    gradient = gradients[position]
    v, result = probe
    if gradient is None and not (result if expected is None else expected).any():
        return  # nothing of it reached the result, which may not even be connected to it
    if gradient is not None and expected is not None and matches(gradient, expected, scale):
        return
    if gradient is not None and gradient.shape == v.shape and result.shape == cotangent.shape:
        forward = result.double() * cotangent.double()
        backward = v.double() * gradient.double()
        largest = float(forward.abs().sum() + backward.abs().sum())
        # A function that returns zeros has no gradient to be right about.
        if largest > 0 and abs(float(forward.sum() - backward.sum())) <= (
            TOLERANCE.get(cotangent.dtype, 0.0) * largest
        ):
            return
    if expected is not None:
        expect_gradient(student, name, gradient, expected, scale=scale)
    fail(
        student,
        Text(
            f"The gradient with respect to {name} does not fit the result.",
            f"{name}에 대한 gradient가 결과와 맞지 않습니다.",
        ),
        got=gradient,
    )


def awkward_layouts(x: Tensor) -> tuple[Tensor, ...]:
    """Tensors like `x` that `view` and in-place work cannot be trusted with.

    The last one repeats one sample without copying it, so it holds other values than `x`. Of a
    tensor that is not (N, C, H, W) there are fewer.
    """
    views = [with_layout(x, "transposed")] if x.dim() > 1 else []
    views += [with_layout(x, "sliced")] if x.dim() else []
    views += [x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)] if x.dim() == 4 else []
    return (*views, x[:1].expand(x.shape)) if x.dim() else (x,)
