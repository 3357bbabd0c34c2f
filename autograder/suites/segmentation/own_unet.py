"""The classes of `unet.py` with parameters set, judged with follow-through.

A `Trial` is a student's module with known parameters and inputs. What it gives is compared
with roads to the expected value: first the oracle's own, then the oracle with some of the
student's own functions and classes in their places. The first road that agrees will do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.grading.expect import expect_close, expect_form, expect_gradient, fail, matches
from autograder.grading.text import Text
from autograder.sandbox.errors import StudentFault
from autograder.sandbox.messages import ChildInfo
from autograder.sandbox.student import Function, Module, Student
from autograder.suites.follow_through import through
from autograder.suites.segmentation.oracles import unet as oracle
from autograder.suites.segmentation.oracles.unet import Parameters
from autograder.suites.segmentation.strategies.unet import Block, Network, child_arguments

Road = Callable[[], Tensor]
# A road through the student's functions may end in any of these where those are wrong.
DEAD_END = (StudentFault, RuntimeError, ValueError, IndexError)


@dataclass(frozen=True)
class Fit:
    """A child's parameters: `held` in the child's order, `known` in the contract's.

    None in `known` is a bias that the child lacks; without `known` the child is built
    otherwise, and only the student's own class can say what it computes.
    """

    held: tuple[Tensor, ...]
    known: Parameters | None


def fit(child: ChildInfo, parameters: Parameters) -> Fit:
    """The parameters as this child can hold them.

    A missing bias is left out, and a step up may hold its two parts in either order: what
    that costs is the business of the checks of the layers.
    """
    shapes = [info.shape for info in child.parameters]
    for order in _orders(len(parameters)):
        rest, held, known = list(shapes), [], [None] * len(parameters)
        for index in order:
            value = parameters[index]
            assert value is not None
            if rest and rest[0] == value.shape:
                rest.pop(0)
                held.append(value)
                known[index] = value
            elif value.dim() > 1:
                break
        else:
            if not rest:
                return Fit(tuple(held), tuple(known))
    generator = torch.Generator().manual_seed(len(shapes))
    other = [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]
    return Fit(tuple(t / max(1, t[0].numel()) ** 0.5 for t in other), None)


def _orders(count: int) -> Sequence[Sequence[int]]:
    return ((0, 1, 2, 3, 4, 5), (2, 3, 4, 5, 0, 1)) if count == 6 else (range(count),)
