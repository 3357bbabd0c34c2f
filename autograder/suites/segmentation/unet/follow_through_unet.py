"""Follow-through for the classes of `unet.py`.

`fit` lays the parameters of a case into a module however its inside is arranged; the other
functions are the student's own functions and classes as steps of the oracle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.follow_through import step, through
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault
from autograder.sandbox.protocol.messages import ChildInfo
from autograder.suites.segmentation.unet.oracle import Convolve, Expand, Join, Parameters

# No child of a network that is tried here has more parameters: the largest hold thousands.
LARGEST = 2**20


@dataclass(frozen=True)
class Fit:
    """A child's parameters: `held` in its own order, `known` in the contract's.

    None in `known` is a bias that the child lacks. Where the child is built otherwise, only
    the student's own class can say what it computes: `whole` is false then, and `upconv`
    says whether the transposed convolution of a step up, at least, is the contract's.
    """

    held: tuple[Tensor, ...]
    known: Parameters
    whole: bool
    upconv: bool


def fit(child: ChildInfo, parameters: Parameters) -> Fit:
    """The parameters as this child can hold them.

    A missing bias is left out, and a step up may hold its two parts in either order: what
    that costs is up to the checks of the layers. A child with far more parameters than any
    that is tried holds none.
    """
    shapes = [info.shape for info in child.parameters]
    step_up = len(parameters) == 6
    for order in ((0, 1, 2, 3, 4, 5), (2, 3, 4, 5, 0, 1)) if step_up else (range(len(parameters)),):
        held, known, rest = _match(shapes, parameters, order)
        if not rest and all(p is not None for p in known[::2]):
            return Fit(held, known, whole=True, upconv=step_up)
    generator = torch.Generator().manual_seed(len(shapes))
    held, known, rest = _match(shapes, parameters, range(2)) if step_up else ((), (), shapes)
    if sum(map(math.prod, rest)) > LARGEST:
        return Fit((), (), whole=False, upconv=False)
    normal = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in rest]
    others = tuple(t / max(1, t.numel() / len(t)) ** 0.5 if t.dim() else t for t in normal)
    return Fit((*held, *others), (*known[:2], *others), False, step_up and known[0] is not None)


def _match(
    shapes: Sequence[tuple[int, ...]], parameters: Parameters, order: Sequence[int]
) -> tuple[tuple[Tensor, ...], Parameters, Sequence[tuple[int, ...]]]:
    """(held, known, the shapes that are left over) of shapes met in this order."""
    held: list[Tensor] = []
    known: list[Tensor | None] = [None] * len(parameters)
    for index in order:
        value = parameters[index]
        if value is not None and len(held) < len(shapes) and shapes[len(held)] == value.shape:
            known[index] = value
            held.append(value)
    return tuple(held), tuple(known), shapes[len(held) :]


def crop_fits(student: Student, skip: Tensor, size: tuple[int, ...]) -> bool:
    """Whether what the student crops can be joined, where the margins are odd.

    A `center_crop` that keeps a row too many there has lost points for it, and whatever uses
    it can only stop. All that follows is seen with even margins, too.
    """
    margins = (have - want for have, want in zip(skip.shape[2:], size, strict=True))
    if not any(margin % 2 for margin in margins):
        return True
    try:
        return student.center_crop(skip, size).shape == (*skip.shape[:2], *size)
    except StudentFault:
        return True


# --- the student's own functions and classes as steps of a road


class _Through(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, module: Module, count: int, *tensors: Tensor) -> Tensor:
        ctx.module, ctx.count = module.as_step(), count
        ctx.save_for_backward(*tensors)
        return step(module, *(t.detach() for t in tensors[:count]))

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        tensors, count = ctx.saved_tensors, ctx.count
        wrt = (*range(count), *(f".{i}" for i in range(len(tensors) - count)))
        inputs = (t.detach() for t in tensors[:count])
        _, gradients = ctx.module().vjp(grad_outputs[0].contiguous(), *inputs, wrt=wrt)
        return (None, None, *gradients)


def _through(module: Module, inputs: Sequence[Tensor], parameters: Parameters) -> Tensor:
    held = [p for p in parameters if p is not None]
    module.set_parameters({"": held})
    result: Tensor = _Through.apply(module, len(inputs), *inputs, *held)
    return result


def own_double_conv(student: Student) -> Convolve:
    def convolve(x: Tensor, parameters: Parameters, padding: int) -> Tensor:
        last = parameters[-1] if parameters[-1] is not None else parameters[-2]
        assert last is not None
        return _through(student.DoubleConv.make(x.shape[1], len(last), padding), [x], parameters)

    return convolve


def own_up_block(student: Student) -> Expand:
    def expand(x: Tensor, skip: Tensor, parameters: Parameters, padding: int) -> Tensor:
        return _through(student.UpBlock.make(x.shape[1], padding), [x, skip], parameters)

    return expand


def own_concat(student: Student) -> Join:
    return lambda skip, upsampled: through(student.concat_skip, skip, upsampled)


def own_crop(student: Student) -> Join:
    def join(skip: Tensor, upsampled: Tensor) -> Tensor:
        size = tuple(upsampled.shape[2:])
        return torch.cat((through(student.center_crop, skip, extra=(size,)), upsampled), dim=1)

    return join
