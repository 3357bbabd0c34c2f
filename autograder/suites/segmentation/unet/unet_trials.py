"""The classes of `unet.py` with parameters set, and what they must give.

What a module gives is compared with roads to the expected value: first the oracle's own,
then the oracle with some of the student's own functions and classes in their places. The
first road that agrees will do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, TypeVar

import torch
from torch import Tensor

from autograder.authoring.expect import expect_close, expect_form, expect_gradient, fail, matches
from autograder.authoring.follow_through import credits
from autograder.document.text import Text
from autograder.sandbox.grader.student import Module, Student
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

Reached = TypeVar("Reached")
# What a road through functions that are wrong may end in.
DEAD_END = (StudentFault, RuntimeError, ValueError, IndexError)


@dataclass(frozen=True)
class Road:
    """A way to the expected value; `own` are the student's functions that stand on it."""

    walk: Callable[[], Tensor]
    own: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A module of the student's; `fits` go by the child, "" is the module itself.

    `again` tries the same case with another student.
    """

    student: Student
    module: Module
    inputs: tuple[Tensor, ...]
    fits: Mapping[str, Fit]
    roads: tuple[Road, ...]
    again: Callable[[Student], Trial]

    def value(self, student: Student) -> Tensor:
        """What the same module of another student gives."""
        trial = self.again(student)
        return trial.module(*trial.inputs)

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


def try_double_conv(student: Student, block: Block) -> Trial:
    module = student.DoubleConv.make(*block.arguments)
    held = fit(module.own, block.parameters)
    (x,) = block.inputs
    road = Road(partial(oracle.double_conv, x, held.known, block.padding))
    roads = (road,) if held.whole else ()
    again = partial(try_double_conv, block=block)
    return _set(Trial(student, module, block.inputs, {"": held}, roads, again))


def try_up_block(student: Student, block: Block) -> Trial:
    module = student.UpBlock.make(*block.arguments)
    held = fit(module.own, block.parameters)
    x, skip = block.inputs
    joins = (
        (oracle.concat_skip, ()),
        (own_crop(student), ("center_crop",)),
        (own_concat(student), ("concat_skip",)),
    )
    convolves = ((oracle.double_conv, ()), (own_double_conv(student), ("DoubleConv",)))
    roads = [
        Road(
            partial(oracle.up_block, x, skip, held.known, block.padding, join, convolve),
            (*joined, *convolved),
        )
        for convolve, convolved in convolves
        for join, joined in joins
        if held.whole or (held.upconv and convolved)
    ]
    again = partial(try_up_block, block=block)
    return _set(Trial(student, module, block.inputs, {"": held}, tuple(roads), again))


def try_unet(student: Student, case: Network) -> Trial:
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
    roads = [
        Road(partial(oracle.unet, case.image, parameters, case.padding, convolve, expand), names)
        for possible, parameters, convolve, expand, names in ways
        if possible and fits["head"].whole
    ]
    again = partial(try_unet, case=case)
    return _set(Trial(student, module, (case.image,), fits, tuple(roads), again))


def padded_sizes(student: Student) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two small sizes for padding 1.

    A DoubleConv of the student's that does not pad has lost its own points for that; what
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


def _set(trial: Trial) -> Trial:
    held = {name: each.held for name, each in trial.fits.items() if each.held}
    trial.module.set_parameters(held)
    return trial


def expect_value(trial: Trial) -> None:
    """The result is that of one of the roads."""
    student = trial.student
    got, call = trial.module(*trial.inputs), student.calls[-1]
    nearest = None
    for road in trial.roads:
        try:
            with torch.no_grad():
                reached = road.walk()
        except DEAD_END:
            continue
        if matches(got, reached) and credits(student, road.own, trial.value, got):
            return
        nearest = reached if nearest is None else nearest
    student.calls.append(call)  # the counterexample is the call that is judged
    expect_close(student, got, _nearest(trial, nearest))


def expect_gradients(trial: Trial) -> None:
    """All gradients are those of one of the roads, or else those of what is computed.

    A module whose values are wrong has lost its points elsewhere; its gradients are right
    where they fit its own values.
    """
    student, named = trial.student, dict(trial.tensors())
    generator = torch.Generator().manual_seed(len(named))
    shape = trial.module(*trial.inputs).shape
    cotangent = torch.randn(shape, generator=generator, dtype=torch.float64)
    value, gradients = trial.module.vjp(cotangent, *trial.inputs, wrt=tuple(named))
    call, nearest = student.calls[-1], None
    for road in trial.roads:
        try:
            reached, wanted = _differentiate(road, tuple(named.values()), cotangent)
        except DEAD_END:
            continue
        right = matches(value, reached) and all(map(_agree, gradients, wanted))
        if right and credits(student, road.own, trial.value, value):
            return
        nearest = (reached, wanted) if nearest is None else nearest
    valued = nearest is not None and matches(value, nearest[0])
    if not valued and gradients and _fits_itself(trial, cotangent, gradients):
        return
    student.calls.append(call)
    reached, wanted = _nearest(trial, nearest)
    expect_form(student, value, reached)
    for name, got, want in zip(named, gradients, wanted, strict=True):
        if not _agree(got, want):
            expect_gradient(student, _label(trial, name), got, want)
    expect_close(student, value, reached)


def _label(trial: Trial, name: int | str) -> str:
    if isinstance(name, int):
        return ("x", "skip")[name]
    child, _, index = name.rpartition(".")
    return f"{child}.parameters()[{index}]" if child else f"parameters()[{index}]"


def _differentiate(
    road: Road, tensors: tuple[Tensor, ...], cotangent: Tensor
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The value at the end of a road and the gradients of everything, zero where none flows."""
    for tensor in tensors:
        tensor.requires_grad_()
    reached = road.walk()
    if reached.shape != cotangent.shape:
        return reached.detach(), tuple(map(torch.zeros_like, tensors))
    gradients = torch.autograd.grad(
        reached, tensors, cotangent, allow_unused=True, materialize_grads=True
    )
    return reached.detach(), gradients


def _agree(got: Tensor | None, want: Tensor) -> bool:
    return not want.any() if got is None else matches(got, want)


def _fits_itself(
    trial: Trial, cotangent: Tensor, gradients: tuple[Tensor | None, ...], step: float = 1e-8
) -> bool:
    """Whether gradients are those of the module's own values, along a random direction."""
    sums = []
    for each in (step, -step):
        value = trial.module(*trial.moved(each))
        if value.shape != cotangent.shape:
            return False
        sums.append(float((value * cotangent).sum()))
    measured = (sums[0] - sums[1]) / (2 * step)
    expected = sum(
        float((gradient * direction).sum())
        for gradient, direction in zip(gradients, trial.direction(), strict=True)
        if gradient is not None
    )
    # Rounding of the sums leaves about 1e-7 of them in what is measured; a gradient that is
    # cut off leaves far more. Constants have no gradients to be right about.
    return abs(measured) > 1e-3 and abs(measured - expected) <= 1e-5 * abs(measured)


def _nearest(trial: Trial, reached: Reached | None) -> Reached:
    """The end of the first road that led anywhere; where none did, the form is what is wrong."""
    return _fail_by_form(trial) if reached is None else reached


def _fail_by_form(trial: Trial) -> NoReturn:
    own = trial.module.own
    parts = [
        trial.module.children.get(name, own) for name, of in trial.fits.items() if not of.whole
    ]
    held = "; ".join(
        f"{part.name}: {', '.join(part.layers)}" if part.name else ", ".join(part.layers)
        for part in parts or [own]
    )
    fail(
        trial.student,
        Text(
            f"The layers are not those that were asked for ({held or '–'}), so the values are "
            "not compared.",
            f"층의 구성이 요구된 것과 다릅니다({held or '–'}). 그래서 값은 비교하지 않습니다.",
        ),
    )
