"""Gradients beside the true ones, or else beside the student's own values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from autograder.authoring.declared import normal_like
from autograder.authoring.expect import expect_form, expect_gradient, fail, matches
from autograder.authoring.gradients import along
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault

# (cotangent, tensors by name) to the value and its gradients in these tensors.
Vjp = Callable[[Tensor, Mapping[str, Tensor]], tuple[Tensor, tuple[Tensor | None, ...]]]


def gradients_of(
    right: Callable[[Mapping[str, Tensor]], Tensor], tensors: Mapping[str, Tensor]
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """(value, a cotangent, gradients) of a right function, in float64; zero where none flows."""
    leaves = {name: x.double().requires_grad_() for name, x in tensors.items()}
    value = right(leaves)
    cotangent = normal_like(value.detach(), 3)
    found = torch.autograd.grad(
        along(value, cotangent), list(leaves.values()), allow_unused=True, materialize_grads=True
    )
    return value.detach(), cotangent, list(found)


def expect_fitting_gradients(
    student: Student,
    vjp: Vjp,
    tensors: Mapping[str, Tensor],
    right: Callable[[Mapping[str, Tensor]], Tensor],
    *,
    scale: float | None = None,
) -> None:
    """The gradients in `tensors` are right, or at least fit the student's own values.

    A function whose values are wrong has lost its points elsewhere: its gradients are right where
    they are those of what it does compute, as differences of its own values say. All is computed
    in float64 and compared as in float32: terms that cancel leave what is rounded far behind, and
    how exact a dtype is has a check of its own.
    """
    tensors = {name: x.double() for name, x in tensors.items()}
    expected, cotangent, wanted = gradients_of(right, tensors)
    value, gradients = vjp(cotangent, tensors)
    if not value.is_floating_point():
        expect_form(student, value, expected)
    if value.dtype != expected.dtype:  # which another check takes points for
        expected = expected.to(value.dtype)
        value, gradients = vjp(cotangent.to(value.dtype), tensors)
    call = student.calls[-1]
    valued = matches(value.float(), expected.float(), scale)
    if not valued and fits_itself(vjp, tensors):
        return
    student.calls.append(call)
    expect_form(student, value, expected)
    for name, got, want in zip(tensors, gradients, wanted, strict=True):
        largest = max(float(want.abs().max()) if want.numel() else 0.0, 1e-3)
        if got is None and not want.any():
            continue
        if valued or got is None:
            rounded = None if got is None else got.float()
            expect_gradient(student, name, rounded, want.float(), scale=largest)
    if not valued:
        fail(
            student,
            Text(
                f"The gradient with respect to {' and '.join(tensors)} does not fit the result.",
                f"{', '.join(tensors)}에 대한 gradient가 결과와 맞지 않습니다.",
            ),
        )


# How far apart two values are that are subtracted, and how well the difference fits a gradient.
# Rounding costs about 1e-16 / 1e-6 in float64 and 1e-7 / 1e-3 in float32, and sums more of it; a
# gradient that is cut off is further away.
STEPS = {torch.float32: (1e-3, 1e-2), torch.float64: (1e-6, 1e-5)}


def fits_itself(vjp: Vjp, tensors: Mapping[str, Tensor]) -> bool:
    """Whether gradients are those of the function's own values, along a random direction.

    The inputs are float64; the values may be float32 all the same. Constants have no gradient to
    be right about; a direction along which little happens by chance is followed by another one.
    """
    here = {name: x.double() for name, x in tensors.items()}
    try:
        value, _ = vjp(torch.zeros(0), here)
        if value.dtype not in STEPS:
            return False
        step, tolerance = STEPS[value.dtype]
        cotangent = normal_like(value, 7)
        _, gradients = vjp(cotangent, here)
        for seed in (5, 50, 500):
            way = {name: normal_like(x, seed + i) for i, (name, x) in enumerate(here.items())}
            sums = [_sum(vjp, cotangent, _moved(here, way, each)) for each in (step, -step)]
            measured = (sums[0] - sums[1]) / (2 * step)
            if abs(measured) > 1e-3:
                break
    except StudentFault:
        return False
    if len(gradients) != len(here) or any(each != each for each in sums):
        return False
    summed = sum(
        float((gradient * direction).sum())
        for gradient, direction in zip(gradients, way.values(), strict=True)
        if gradient is not None and gradient.shape == direction.shape
    )
    return abs(measured) > 1e-3 and abs(measured - summed) <= tolerance * abs(measured)


def _moved(here: Mapping[str, Tensor], way: Mapping[str, Tensor], step: float) -> dict[str, Tensor]:
    return {name: x + step * way[name] for name, x in here.items()}


def _sum(vjp: Vjp, cotangent: Tensor, tensors: Mapping[str, Tensor]) -> float:
    value, _ = vjp(cotangent, tensors)
    if value.shape != cotangent.shape:
        return float("nan")
    return float((value.double() * cotangent.double()).sum())
