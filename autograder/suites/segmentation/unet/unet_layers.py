"""Layers and devices of the modules of `unet.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.authoring.expect import fail
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Function, Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised, StudentFault
from autograder.sandbox.protocol.messages import ChildInfo

Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Layers:
    """Families of layers that hold parameters, and the shapes of these, in forward order."""

    families: tuple[str, ...]
    shapes: Shapes

    def __add__(self, other: Layers) -> Layers:
        return Layers(self.families + other.families, self.shapes + other.shapes)

    def __str__(self) -> str:
        return f"{', '.join(self.families) or '–'} {' '.join(map(str, self.shapes))}"


def convolution(in_channels: int, out_channels: int, kernel_size: int) -> Layers:
    shape = out_channels, in_channels, kernel_size, kernel_size
    return Layers(("Conv2d",), (shape, (out_channels,)))


def double_conv_layers(in_channels: int, out_channels: int) -> Layers:
    return convolution(in_channels, out_channels, 3) + convolution(out_channels, out_channels, 3)


def upconv_layers(channels: int) -> Layers:
    return Layers(("ConvTranspose2d",), ((channels, channels // 2, 2, 2), (channels // 2,)))


def up_block_layers(channels: int) -> Layers:
    return upconv_layers(channels) + double_conv_layers(channels, channels // 2)


def wide(function: Function, *args: object, **kwargs: object) -> Module:
    """A module whose values do not matter, on the meta device where that can be.

    A constructor that looks at its weights (an initialisation may) needs real ones.
    """
    try:
        return function.make_on_meta(*args, **kwargs)
    except Raised:
        return function.make(*args, **kwargs)


def expect_layers(
    student: Student,
    name: str,
    child: ChildInfo,
    wanted: Layers,
    own: Callable[[], Module] | None = None,
) -> None:
    """A callable child of these layers, or of those of the student's `own` class."""
    held = _layers(child)
    if child.is_callable and (held == wanted or _same_parts(held, wanted)):
        return
    if not child.is_callable:
        fail(
            student,
            Text(
                f"{name} cannot be called: it has no forward.",
                f"{name}은(는) 호출할 수 없습니다: forward가 없습니다.",
            ),
        )
    if own is not None and _follows(held, own):
        return
    fail(
        student,
        Text(
            f"{name} is made of {held}; it should be {wanted}.",
            f"{name}의 구성: {held}. 올바른 구성: {wanted}.",
        ),
    )


def _layers(child: ChildInfo) -> Layers:
    return Layers(child.layers, tuple(info.shape for info in child.parameters))


def _same_parts(held: Layers, wanted: Layers) -> bool:
    """Whether a step up has the right two parts in the other order, which is harmless."""
    turned = Layers(
        wanted.families[1:] + wanted.families[:1], wanted.shapes[2:] + wanted.shapes[:2]
    )
    return len(wanted.families) == 3 and held == turned


def _follows(held: Layers, own: Callable[[], Module]) -> bool:
    try:
        return held == _layers(own().own)
    except StudentFault:
        return False
