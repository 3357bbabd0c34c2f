"""A student's classes of `unet.py` with parameters set, and what they must give.

What a module gives is compared with references: first the oracle's own, then the oracle with
some of the student's own functions and classes in their places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from autograder.authoring.expect import fail
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault
from autograder.sandbox.protocol.messages import ChildInfo
from autograder.suites.segmentation.unet import oracle
from autograder.suites.segmentation.unet.follow_through_unet import (
    Fit,
    fit,
    own_concat,
    own_crop,
    own_double_conv,
    own_up_block,
)
from autograder.suites.segmentation.unet.oracle import Convolve, Expand, Parameters
from autograder.suites.segmentation.unet.strategies import DOWNS, UPS, Block, Network


@dataclass(frozen=True)
class Reference:
    """A way to the expected value; `own` are the student's functions that it uses."""

    evaluate: Callable[[], Tensor]
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A student's module under test; `fits` go by the child, "" is the module itself.

    `again` tries the same case with another student.
    """

    student: Student
    module: Module
    inputs: tuple[Tensor, ...]
    fits: Mapping[str, Fit]
    references: tuple[Reference, ...]
    again: Callable[[Student], Candidate]

    def value(self, student: Student) -> Tensor:
        """Evaluate the same module of another student."""
        candidate = self.again(student)
        return candidate.module(*candidate.inputs)

    def tensors(self) -> Iterator[tuple[int | str, Tensor]]:
        """The inputs and all parameters, with their names in `vjp`."""
        yield from enumerate(self.inputs)
        for name, each in self.fits.items():
            yield from ((f"{name}.{i}", tensor) for i, tensor in enumerate(each.held))

    def direction(self) -> list[Tensor]:
        """The same random step for all of `tensors`, whenever it is asked for."""
        generator = torch.Generator().manual_seed(1)
        return [torch.randn(t.shape, generator=generator, dtype=t.dtype) for _, t in self.tensors()]

    def moved(self, step: float) -> tuple[Tensor, ...]:
        """Set the parameters so far along `direction`; returns the inputs, moved likewise."""
        named = list(self.tensors())
        moved = [t.detach() + step * d for (_, t), d in zip(named, self.direction(), strict=True)]
        inputs, rest = tuple(moved[: len(self.inputs)]), iter(moved[len(self.inputs) :])
        self.module.set_parameters(
            {name: [next(rest) for _ in each.held] for name, each in self.fits.items() if each.held}
        )
        return inputs


def try_double_conv(student: Student, block: Block) -> Candidate:
    module = student.DoubleConv.make(*block.arguments)
    held = fit(module.own, block.parameters)
    (x,) = block.inputs
    reference = Reference(partial(oracle.double_conv, x, held.known, block.padding))
    references = (reference,) if held.whole else ()
    again = partial(try_double_conv, block=block)
    return _set(Candidate(student, module, block.inputs, {"": held}, references, again))


def try_up_block(student: Student, block: Block) -> Candidate:
    module = student.UpBlock.make(*block.arguments)
    held = fit(module.own, block.parameters)
    x, skip = block.inputs
    joins = (
        (oracle.concat_skip, ()),
        (own_crop(student), ("center_crop",)),
        (own_concat(student), ("concat_skip",)),
    )
    convolves = ((oracle.double_conv, ()), (own_double_conv(student), ("DoubleConv",)))
    references = [
        Reference(
            partial(oracle.up_block, x, skip, held.known, block.padding, join, convolve),
            (*joined, *convolved),
        )
        for convolve, convolved in convolves
        for join, joined in joins
        if held.whole or (held.upconv and convolved)
    ]
    again = partial(try_up_block, block=block)
    return _set(Candidate(student, module, block.inputs, {"": held}, tuple(references), again))


def try_unet(student: Student, case: Network) -> Candidate:
    module = student.UNet.make(*case.arguments)
    for name in case.parameters:
        expect_child(student, module, name)
    fits = {name: fit(module.children[name], p) for name, p in case.parameters.items()}
    known = {name: each.known for name, each in fits.items()}
    # The student's own UpBlock holds its parameters in its own order.
    own = {name: each.held if name in UPS else each.known for name, each in fits.items()}
    downs, ups = (all(fits[name].whole for name in names) for names in (DOWNS, UPS))
    upconvs = all(fits[name].upconv for name in UPS)
    double_conv, own_double, own_up = (
        oracle.double_conv,
        own_double_conv(student),
        own_up_block(student),
    )
    concat, crop = own_concat(student), own_crop(student)
    joining, whole = partial(partial, oracle.up_block), downs and ups
    ways: list[tuple[bool, Mapping[str, Parameters], Convolve, Expand, tuple[str, ...]]] = [
        (whole, known, double_conv, oracle.up_block, ()),
        (whole, known, double_conv, joining(join=crop), ("center_crop",)),
        (whole, known, double_conv, joining(join=concat), ("concat_skip",)),
        (upconvs, known, own_double, joining(convolve=own_double), ("DoubleConv",)),
        (downs, own, double_conv, own_up, ("UpBlock",)),
        (True, own, own_double, own_up, ("DoubleConv", "UpBlock")),
    ]
    references = [
        Reference(
            partial(oracle.unet, case.image, parameters, case.padding, convolve, expand), names
        )
        for possible, parameters, convolve, expand, names in ways
        if possible and fits["head"].whole
    ]
    again = partial(try_unet, case=case)
    return _set(Candidate(student, module, (case.image,), fits, tuple(references), again))


def padded_sizes(student: Student) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two small sizes for padding 1.

    A student's DoubleConv that does not pad has lost its own points for that; what
    builds on it is asked with sizes of which something is left even so.
    """
    x = torch.zeros(1, 1, 8, 9)
    try:
        pads = student.DoubleConv.make(1, 1, 1).no_grad(x).shape == x.shape
    except StudentFault:
        pads = True
    return ((16, 32), (48, 16)) if pads else ((192, 208), (208, 192))


def expect_child(student: Student, module: Module, name: str) -> ChildInfo:
    """The child of that name."""
    if name not in module.children:
        names = ", ".join(module.children) or "–"
        fail(
            student,
            Text(
                f"There is no child named {name}; these are there: {names}.",
                f"{name}(이)라는 child가 없습니다. 있는 것: {names}.",
            ),
        )
    return module.children[name]


def _set(candidate: Candidate) -> Candidate:
    held = {name: each.held for name, each in candidate.fits.items() if each.held}
    candidate.module.set_parameters(held)
    return candidate
