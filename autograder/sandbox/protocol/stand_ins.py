"""Stand-ins for functions and classes of a submission, as data."""

from __future__ import annotations

from typing import Literal

import msgspec


class Values(msgspec.Struct, tag="values", frozen=True):
    """`stand_in_values` of a shape: its lengths are the arguments named here."""

    shape: tuple[str, ...]


class MapLike(msgspec.Struct, tag="map", frozen=True):
    """`stand_in_map`: like the argument `like`, of the (height, width) in `size` if named.

    Where `size` is one number, it is both.
    """

    like: str
    size: str | None = None


class Joined(msgspec.Struct, tag="joined", frozen=True):
    """`stand_in_map` of the map `window` in the size of the map `whole`, in front of it."""

    window: str
    whole: str


class Pairs(msgspec.Struct, tag="pairs", frozen=True):
    """`stand_in_pairs`: a number for each two pixels of the map `like`, or of a (height, width)."""

    like: str | None = None
    size: tuple[str, str] | None = None


class Figures(msgspec.Struct, tag="figures", frozen=True):
    """`stand_in_figures`: one float64 figure for each row of the matrix `counts`, or their mean."""

    counts: str
    mean: bool = False


class Mixed(msgspec.Struct, tag="mixed", frozen=True):
    """`stand_in_mixed`: like the map `x`, of as many channels as `weight` gives."""

    x: str
    weight: str


class Pooled(msgspec.Struct, tag="pooled", frozen=True):
    """`stand_in_pooled`: a smaller map than `x` by the windows of `size`, and places in `x`."""

    x: str
    size: str


class Layer(msgspec.Struct, frozen=True):
    """A layer of a stand-in module.

    A number of channels is an argument (or an attribute of one: `linear.out_features`) and what
    it is divided by; kernel and padding are numbers or the arguments that hold them.
    """

    child: str
    family: Literal["Conv2d", "ConvTranspose2d"]
    inputs: tuple[str, int]
    outputs: tuple[str, int]
    kernel: int | str
    stride: int = 1
    padding: int | str = 0


class Layers(msgspec.Struct, tag="layers", frozen=True):
    """A module that applies these layers, and nothing between them.

    Before the child `joins` a second input joins, as `Joined` says. A single layer whose child
    has no name is returned by itself.
    """

    layers: tuple[Layer, ...]
    joins: str | None = None


class StandIn(msgspec.Struct, frozen=True):
    """The replacement of a function or class that cannot be used.

    `function` of `module` is replaced: in a neighbour before the file under test is imported, in
    that file itself once it is imported. It takes `parameters`, the last of them optional as
    `defaults` says, and `gives` what is computed from them.
    With `whole_module` the neighbour's file is not imported at all.
    """

    module: str
    function: str
    parameters: tuple[str, ...]
    gives: Values | MapLike | Joined | Pairs | Figures | Mixed | Pooled | Layers
    defaults: dict[str, int | None] = {}
    whole_module: bool = False
