"""Values and gradients of a candidate, by the first of its references that agrees."""

from __future__ import annotations

from typing import NoReturn, TypeVar

import torch
from torch import Tensor

from autograder.authoring.expect import expect_close, expect_form, expect_gradient, fail, matches
from autograder.authoring.follow_through import credits
from autograder.authoring.gradients import along
from autograder.document.text import Text
from autograder.sandbox.protocol.errors import StudentFault
from autograder.suites.segmentation.unet.unet_candidates import Candidate, Reference

Value = TypeVar("Value")
# What a reference through functions that are wrong may end in.
UNREACHABLE = (StudentFault, RuntimeError, ValueError, IndexError)


def expect_value(candidate: Candidate) -> None:
    """Check the result against the references."""
    student = candidate.student
    got, call = candidate.module(*candidate.inputs), student.calls[-1]
    nearest = None
    for reference in candidate.references:
        try:
            with torch.no_grad():
                expected = reference.evaluate()
        except UNREACHABLE:
            continue
        if matches(got, expected) and credits(student, reference.own, candidate.value, got):
            return
        nearest = expected if nearest is None else nearest
    student.calls.append(call)  # the counterexample is the call that is judged
    expect_close(student, got, _nearest(candidate, nearest))


def expect_gradients(candidate: Candidate) -> None:
    """Check the gradients against the references, or else against the module's own values.

    A module whose values are wrong has lost its points elsewhere; its gradients are right
    where they fit its own values.
    """
    student, named = candidate.student, dict(candidate.tensors())
    generator = torch.Generator().manual_seed(len(named))
    shape = candidate.module(*candidate.inputs).shape
    cotangent = torch.randn(shape, generator=generator, dtype=torch.float64)
    value, gradients = candidate.module.vjp(cotangent, *candidate.inputs, wrt=tuple(named))
    call, nearest = student.calls[-1], None
    for reference in candidate.references:
        try:
            expected, wanted = _differentiate(reference, tuple(named.values()), cotangent)
        except UNREACHABLE:
            continue
        right = matches(value, expected) and all(map(_agree, gradients, wanted))
        if right and credits(student, reference.own, candidate.value, value):
            return
        nearest = (expected, wanted) if nearest is None else nearest
    valued = nearest is not None and matches(value, nearest[0])
    if not valued and gradients and _fits_itself(candidate, cotangent, gradients):
        return
    student.calls.append(call)
    expected, wanted = _nearest(candidate, nearest)
    expect_form(student, value, expected)
    for name, got, want in zip(named, gradients, wanted, strict=True):
        if not _agree(got, want):
            expect_gradient(student, _label(candidate, name), got, want)
    expect_close(student, value, expected)


def _label(candidate: Candidate, name: int | str) -> str:
    if isinstance(name, int):
        return ("x", "skip")[name]
    child, _, index = name.rpartition(".")
    return f"{child}.parameters()[{index}]" if child else f"parameters()[{index}]"


def _differentiate(
    reference: Reference, tensors: tuple[Tensor, ...], cotangent: Tensor
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The value of a reference and the gradients of everything, zero where none flows."""
    for tensor in tensors:
        tensor.requires_grad_()
    expected = reference.evaluate()
    if expected.shape != cotangent.shape:
        return expected.detach(), tuple(map(torch.zeros_like, tensors))
    gradients = torch.autograd.grad(
        along(expected, cotangent), tensors, allow_unused=True, materialize_grads=True
    )
    return expected.detach(), gradients


def _agree(got: Tensor | None, want: Tensor) -> bool:
    return not want.any() if got is None else matches(got, want)


def _fits_itself(
    candidate: Candidate,
    cotangent: Tensor,
    gradients: tuple[Tensor | None, ...],
    step: float = 1e-8,
) -> bool:
    """Whether gradients are those of the module's own values, along a random direction."""
    sums = []
    for each in (step, -step):
        value = candidate.module(*candidate.moved(each))
        if value.shape != cotangent.shape:
            return False
        sums.append(float((value * cotangent).sum()))
    measured = (sums[0] - sums[1]) / (2 * step)
    summed = sum(
        float((gradient * direction).sum())
        for gradient, direction in zip(gradients, candidate.direction(), strict=True)
        if gradient is not None
    )
    # Rounding of the sums leaves about 1e-7 of them in what is measured; a gradient that is
    # cut off leaves far more. Constants have no gradients to be right about.
    return abs(measured) > 1e-3 and abs(measured - summed) <= 1e-5 * abs(measured)


def _nearest(candidate: Candidate, expected: Value | None) -> Value:
    """The first value that a reference gave; where none gave one, the form is wrong."""
    return _fail_by_form(candidate) if expected is None else expected


def _fail_by_form(candidate: Candidate) -> NoReturn:
    own = candidate.module.own
    parts = [
        candidate.module.children.get(name, own)
        for name, of in candidate.fits.items()
        if not of.whole
    ]
    held = "; ".join(
        f"{part.name}: {', '.join(part.layers)}" if part.name else ", ".join(part.layers)
        for part in parts or [own]
    )
    fail(
        candidate.student,
        Text(
            f"The layers are not those that were asked for ({held or '–'}), so the values are "
            "not compared.",
            f"층의 구성이 요구된 것과 다릅니다({held or '–'}). 그래서 값은 비교하지 않습니다.",
        ),
    )
