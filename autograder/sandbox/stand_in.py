"""Values for a function that cannot be used: of the right shape, of no meaning.

Grader and worker compute them alike, so a class that puts the stand-in's values where they
belong can be told from one that does not, and nothing of a solution enters the worker.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from types import ModuleType

import torch

from autograder.sandbox.messages import Substitute


def stand_in(shape: tuple[int, ...]) -> torch.Tensor:
    """A float32 CPU tensor of `shape`, the same for the same shape everywhere."""
    generator = torch.Generator().manual_seed(sum((i + 1) * n for i, n in enumerate(shape)))
    return torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu")


def stand_in_map(
    arguments: Mapping[str, object], like: str, size: str | None = None
) -> torch.Tensor:
    """A map with the samples, channels, dtype and device of the argument `like`.

    Height and width are those of the argument `size`, or else of `like`. Every argument counts,
    so what was given can be told from something else: whole numbers choose the pattern, which is
    multiplied by `like` (by its mean over each plane, where the size is another) and by the
    means of other maps. Gradients reach every map.
    """
    maps = {name: value for name, value in arguments.items() if isinstance(value, torch.Tensor)}
    means = {name: value.mean((2, 3), keepdim=True) for name, value in maps.items()}
    given = maps[like] if size is None else means[like]
    height, width = maps[like].shape[2:] if size is None else pair(arguments[size])
    numbers = sum(value for value in arguments.values() if isinstance(value, int))
    pattern = stand_in((*maps[like].shape[:2], height, width, 1 + numbers))[..., 0]
    total = given + sum(mean for name, mean in means.items() if name != like)
    return pattern.to(total) * total


def pair(value: object) -> tuple[int, int]:
    """(height, width) out of whatever sequence a student passes."""
    height, width = (int(side) for side in value)  # type: ignore[attr-defined]
    return height, width


def install(substitute: Substitute, load: Callable[[str], ModuleType]) -> None:
    """Put the stand-in into its module, which `load` gives by its name.

    With `whole_module` the module's own file is never run.
    """
    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for name in substitute.parameters
    ]
    signature = inspect.Signature(parameters)

    def function(*args: object, **kwargs: object) -> torch.Tensor:
        bound = signature.bind(*args, **kwargs).arguments
        if substitute.of_maps:
            return stand_in_map(bound, *substitute.shape)
        return stand_in(tuple(int(str(bound[name])) for name in substitute.shape))

    function.__name__ = substitute.function
    if substitute.whole_module:
        module = ModuleType(substitute.module)
        sys.modules[substitute.module] = module
    else:
        module = load(substitute.module)
    setattr(module, substitute.function, function)
