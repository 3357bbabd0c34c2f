"""Values for a neighbour's function that cannot be used: of the right shape, of no meaning.

Grader and worker compute them alike, so a class that puts the stand-in's values where they
belong can be told from one that does not, and nothing of a solution enters the worker.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import ModuleType

import torch

from autograder.sandbox.messages import Substitute


def stand_in(shape: tuple[int, ...]) -> torch.Tensor:
    """A float32 CPU tensor of `shape`, the same for the same shape everywhere."""
    generator = torch.Generator().manual_seed(sum((i + 1) * n for i, n in enumerate(shape)))
    return torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu")


def install(substitute: Substitute, load: Callable[[str], ModuleType]) -> None:
    """Put the stand-in into the neighbouring module before anything imports it.

    With `whole_module` the neighbour's own file is never run.
    """
    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for name in substitute.parameters
    ]
    signature = inspect.Signature(parameters)

    def function(*args: object, **kwargs: object) -> torch.Tensor:
        bound = signature.bind(*args, **kwargs).arguments
        return stand_in(tuple(int(str(bound[name])) for name in substitute.shape))

    function.__name__ = substitute.function
    if substitute.whole_module:
        module = ModuleType(substitute.module)
        sys.modules[substitute.module] = module
    else:
        module = load(substitute.module)
    setattr(module, substitute.function, function)
