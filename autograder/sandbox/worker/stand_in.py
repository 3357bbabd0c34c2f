"""Values for a function or class that cannot be used: of the right shape, of no meaning.

Grader and worker compute them alike, so a class that puts the stand-in's values where they
belong can be told from one that does not, and nothing of a solution enters the worker.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import groupby
from math import prod
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from autograder.sandbox.protocol.stand_ins import (
    Figures,
    Joined,
    Layer,
    Layers,
    MapLike,
    Mixed,
    Pairs,
    Pooled,
    StandIn,
    Values,
)


def stand_in_values(shape: tuple[int, ...]) -> Tensor:
    """A float32 CPU tensor of `shape`, the same for the same shape everywhere."""
    generator = torch.Generator().manual_seed(sum((i + 1) * n for i, n in enumerate(shape)))
    return torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu")


def stand_in_map(arguments: Mapping[str, object], like: str, size: str | None = None) -> Tensor:
    """A map with the samples, channels, dtype and device of the argument `like`.

    Height and width are those of the argument `size`, or else of `like`. Every argument counts,
    so what was given can be told from something else: whole numbers choose the pattern, which is
    multiplied by `like` (by its mean over each plane, where the size is another) and by the
    means of other maps. Gradients reach every map.
    """
    maps = {name: value for name, value in arguments.items() if isinstance(value, Tensor)}
    means = {name: value.to(maps[like].dtype) for name, value in maps.items()}
    means = {name: value.mean((-2, -1), keepdim=True) for name, value in means.items()}
    given = maps[like] if size is None else means[like]
    height, width = maps[like].shape[-2:] if size is None else pair(arguments[size])
    numbers = sum(value for value in arguments.values() if isinstance(value, int))
    pattern = stand_in_values((*maps[like].shape[:-2], height, width, 1 + numbers))[..., 0]
    total = given + sum(mean for name, mean in means.items() if name != like)
    return pattern.to(total) * total


def stand_in_joined(window: Tensor, whole: Tensor) -> Tensor:
    """The stand-in for a window of one map, of the size of the other map and in front of it."""
    front = stand_in_map({"x": window, "size": tuple(whole.shape[2:])}, "x", "size")
    return torch.cat((front, whole), dim=1)


def stand_in_pairs(arguments: Mapping[str, object], give: Pairs) -> Tensor:
    """(pixels, pixels), whose rows add up to at most 2, so that what is made of them stays small.

    Dtype and device are those of the map, whose mean every number depends on; without a map,
    float64 on the CPU. Every argument counts; ValueError for a number that is not above 0, which
    a width or a side never is: who builds on it may leave that to be found here.
    """
    given = {name: float(str(x)) for name, x in arguments.items() if not isinstance(x, Tensor)}
    for name, number in given.items():
        if number <= 0:
            raise ValueError(f"{name} must be above 0, got {number}")
    image = arguments[give.like] if give.like else torch.zeros(1, dtype=torch.float64, device="cpu")
    assert isinstance(image, Tensor)
    sides = image.shape[-2:] if give.like else [arguments[side] for side in give.size or ()]
    pixels = prod(int(str(side)) for side in sides)
    pattern = stand_in_values((pixels, pixels)).to(image) / (pixels * (1 + sum(given.values())))
    mean = image.mean()
    return pattern * (1 + mean / (1 + mean.abs()))


def stand_in_figures(counts: Tensor) -> Tensor:
    """A float64 figure for each row of a square matrix; NaN where row and column are empty."""
    rows, columns = counts.sum(1).double(), counts.sum(0).double()
    pattern = stand_in_values((len(rows),)).to(rows)
    figures = pattern * (1 + rows) / (1 + rows.sum())
    return figures.masked_fill((rows + columns) == 0, float("nan"))


def stand_in_mixed(arguments: Mapping[str, object], x: str, weight: str) -> Tensor:
    """A map of the size, dtype and device of `x`, its channels mixed as a 1 × 1 convolution does.

    `weight` is (C_out, C_in, kH, kW), of which the mean over each kernel counts. Numbers choose a
    pattern, as in `stand_in_map`; gradients reach the map, the weight and what else is a tensor.
    """
    tensors = {name: each for name, each in arguments.items() if isinstance(each, Tensor)}
    kernel = tensors.pop(weight).mean((2, 3))
    mixed = torch.einsum("ncij,oc->noij", tensors.pop(x), kernel)
    numbers = {name: each for name, each in arguments.items() if isinstance(each, int)}
    return stand_in_map({"x": mixed, **numbers}, "x") + sum(
        each.mean() for each in tensors.values()
    )


def stand_in_pooled(x: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """A map smaller by `size`, and a different place in the plane for each of its values."""
    (sH, sW), (H, W) = size, x.shape[2:]
    values = stand_in_map({"x": x, "size": (H // sH, W // sW)}, "x", "size")
    places = torch.arange(H * W, device=x.device).reshape(H, W)[: H // sH, : W // sW]
    return values, places.expand(values.shape).contiguous()


def pair(value: object) -> tuple[int, int]:
    """(height, width) of any sequence that a student passes, or of one number for both."""
    if isinstance(value, int):
        return value, value
    height, width = (int(side) for side in value)  # type: ignore[attr-defined]
    return height, width


def install(replacement: StandIn, load: Callable[[str], ModuleType]) -> None:
    """Put the stand-in into its module, which `load` gives by its name.

    With `whole_module` the module's own file is never run.
    """
    if replacement.whole_module:
        module = ModuleType(replacement.module)
        sys.modules[replacement.module] = module
    else:
        module = load(replacement.module)
    setattr(module, replacement.function, _implementation(replacement))


def _implementation(replacement: StandIn) -> Callable[..., object]:
    bind, gives = _binder(replacement), replacement.gives
    if isinstance(gives, Layers) and gives.layers[0].child:
        return _module_class(replacement.function, gives, bind)

    def function(*args: object, **kwargs: object) -> object:
        return _value(gives, bind(*args, **kwargs))

    function.__name__ = replacement.function
    return function


def _binder(replacement: StandIn) -> Callable[..., dict[str, Any]]:
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=replacement.defaults.get(name, inspect.Parameter.empty),
        )
        for name in replacement.parameters
    ]
    signature = inspect.Signature(parameters)

    def bind(*args: object, **kwargs: object) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    return bind


def _value(
    gives: Values | MapLike | Joined | Pairs | Figures | Mixed | Pooled | Layers,
    given: dict[str, Any],
) -> object:
    match gives:
        case Values():
            return stand_in_values(tuple(int(str(given[name])) for name in gives.shape))
        case MapLike():
            return stand_in_map(given, gives.like, gives.size)
        case Joined():
            return stand_in_joined(given[gives.window], given[gives.whole])
        case Pairs():
            return stand_in_pairs(given, gives)
        case Figures():
            figures = stand_in_figures(given[gives.counts])
            return figures.nanmean() if gives.mean else figures
        case Mixed():
            return stand_in_mixed(given, gives.x, gives.weight)
        case Pooled():
            return stand_in_pooled(given[gives.x], pair(given[gives.size]))
        case Layers():
            return _layer(gives.layers[0], given)


def _module_class(name: str, gives: Layers, bind: Callable[..., dict[str, Any]]) -> type[nn.Module]:
    class StandInModule(nn.Module):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__()
            given = bind(*args, **kwargs)
            for child, layers in groupby(gives.layers, lambda layer: layer.child):
                self.add_module(child, nn.Sequential(*(_layer(layer, given) for layer in layers)))

        def forward(self, x: Tensor, *others: Tensor) -> Tensor:
            for child, layers in self.named_children():
                x = layers(stand_in_joined(others[0], x) if child == gives.joins else x)
            return x

    StandInModule.__name__ = name
    return StandInModule


def _layer(layer: Layer, given: Mapping[str, Any]) -> nn.Module:
    def number(value: int | str) -> int:
        return int(given[value] if isinstance(value, str) else value)

    def channels(argument: str, divisor: int) -> int:
        first, *attributes = argument.split(".")
        return int(reduce(getattr, attributes, given[first])) // divisor

    kind = nn.Conv2d if layer.family == "Conv2d" else nn.ConvTranspose2d
    return kind(
        channels(*layer.inputs),
        channels(*layer.outputs),
        number(layer.kernel),
        stride=layer.stride,
        padding=number(layer.padding),
    )
