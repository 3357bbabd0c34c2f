"""Floating sums of a grading run taken apart and added in random order."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.authoring import expect
from autograder.sandbox.worker.executor import Executor
from corpus.in_process import grade_in_process
from corpus.paths import solutions_of

PARTS: Final = 8
SMALL: Final = 0.005  # a share of the tolerance that has no line of its own
aten = torch.ops.aten
# Where the terms of a sum stand among the arguments.
TERMS: Final = {
    aten.convolution.default: 1,
    aten.mm.default: 0,
    aten.bmm.default: 0,
    aten.dot.default: 0,
    aten.mv.default: 0,
    aten.sum.default: 0,
    aten.sum.dim_IntList: 0,
    aten.nansum.default: 0,
    aten.mean.default: 0,
    aten.mean.dim: 0,
}
# Those that add to their first argument: a start, to which the others are added.
ADDING: Final = {
    aten.addmm.default: 1,
    aten.addmv.default: 1,
    aten.addbmm.default: 1,
    aten.baddbmm.default: 1,
    aten.scatter_add.default: 3,
    aten.scatter_add_.default: 3,
    aten.index_add.default: 3,
    aten.index_add_.default: 3,
    aten.index_put.default: 2,
    aten.index_put_.default: 2,
    aten.put_.default: 2,
}
# Of those, the ones that scale their start: once, and not with every part.
SCALING: Final = (
    aten.addmm.default,
    aten.addmv.default,
    aten.addbmm.default,
    aten.baddbmm.default,
)
ACCUMULATES: Final = {aten.index_put.default: 3, aten.index_put_.default: 3, aten.put_.default: 3}


# Floating reductions that stay in their usual order, forward and backward.
LEFT: Final = re.compile(
    r"_?("
    r"(adaptive_)?avg_pool\dd|(log_)?softmax|native_(batch|layer|group)_norm|(linalg_vector_)?norm"
    r"|var(_mean)?|std(_mean)?|cumsum|prod|logsumexp|upsample_bi\w+2d|nll_loss(2d)?|mse_loss"
    r"|binary_cross|col2im|max_pool2d_with_indices_backward|scatter_reduce|index_reduce"
    r"|embedding_dense_backward)(_\w+)?"
)


class RandomOrder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds random parts of every sum in random order."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._generator = generator
        self.sums = 0
        self.left: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is aten.convolution_backward.default and args[0].is_floating_point():
            self.sums += 1
            return self._convolution_backward(func, tuple(args))
        place = TERMS.get(func)
        if place is not None and self._has_terms(args, place):
            self.sums += 1
            # A convolution's bias is added once.
            first = func is aten.convolution.default and args[2] is not None
            plain = (*args[:2], None, *args[3:]) if first else tuple(args)
            total = self._sum(
                lambda terms: func(*_with(plain, place, terms), **kwargs), args[place]
            )
            return total + args[2].reshape(-1, *[1] * (total.dim() - 2)) if first else total
        place = ADDING.get(func)
        if place is not None and self._has_terms(args, place) and _accumulates(func, args):
            self.sums += 1
            result, named = args[0], dict(kwargs)
            for terms in self._parts(args[place]):
                result = func(*_with((result, *args[1:]), place, terms), **named)
                if func in SCALING:
                    named["beta"] = 1
            return result
        if LEFT.fullmatch(name := func._schema.name.partition("::")[2]) and _floating(args):
            self.left[name] += 1
        return func(*args, **kwargs)

    def _has_terms(self, args: Sequence[Any], place: int) -> bool:
        terms = args[place] if len(args) > place else None
        return isinstance(terms, Tensor) and terms.is_floating_point() and terms.numel() > 1

    def _parts(self, terms: Tensor) -> Iterator[Tensor]:
        """`terms` with all but a random part of its values 0, for each of some parts."""
        part = torch.randint(PARTS, terms.shape, generator=self._generator)
        for i in range(PARTS):
            yield torch.where(part == i, terms, torch.zeros((), dtype=terms.dtype))

    def _sum(self, compute: Callable[[Tensor], Tensor], terms: Tensor) -> Tensor:
        first, *others = (compute(part) for part in self._parts(terms))
        for other in others:
            first = first + other
        return first

    def _convolution_backward(self, func: Any, args: tuple[Any, ...]) -> list[Tensor | None]:
        """Of the input a sum over the weights, of weight and bias one over positions."""
        *_, (of_input, of_weight, of_bias) = args

        def only(mask: list[bool], i: int, place: int) -> Tensor:
            given = (*args[:-1], mask)
            return self._sum(lambda terms: func(*_with(given, place, terms))[i], args[place])

        return [
            only([True, False, False], 0, 2) if of_input else None,
            only([False, True, False], 1, 0) if of_weight else None,
            only([False, False, True], 2, 0) if of_bias else None,
        ]


def _floating(args: Sequence[Any]) -> bool:
    return isinstance(args[0], Tensor) and args[0].is_floating_point()


def _with(args: tuple[Any, ...], place: Any, value: object) -> tuple[Any, ...]:
    return (*args[:place], value, *args[place + 1 :])


def _accumulates(func: Any, args: Sequence[Any]) -> bool:
    place = ACCUMULATES.get(func)
    return place is None or (len(args) > place and bool(args[place]))


@contextmanager
def watched(mode: RandomOrder | None, shares: dict[str, float]) -> Iterator[None]:
    """Compute what a submission is asked for in `mode`; note each check's share of a tolerance."""
    agreement, handle = expect._agreement, Executor.handle

    def noted(got: Tensor, expected: Tensor, scale: float | None) -> Tensor:
        if expected.is_floating_point() and expected.numel():
            finite = expected[expected.isfinite()]
            size = scale or (float(finite.abs().max()) if finite.numel() else 1.0)
            distance = torch.nan_to_num((got - expected).abs(), nan=0.0, posinf=0.0)
            tolerance = expect.TOLERANCE[expected.dtype] * size
            name = os.environ.get("PYTEST_CURRENT_TEST", "?").rpartition("/")[2].partition(" ")[0]
            share = float(distance.max()) / tolerance if tolerance else 0.0
            # More is what a check tells an answer from; a loss shows as one.
            shares[name] = max(shares[name], share if share <= 1 else 0.0)
        return agreement(got, expected, scale)

    def handled(self: Executor, *args: Any) -> Any:
        with mode:  # type: ignore[union-attr]
            return handle(self, *args)

    expect._agreement = noted
    if mode is not None:
        Executor.handle = handled  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        expect._agreement, Executor.handle = agreement, handle  # type: ignore[method-assign]


@dataclass
class Found:
    """What runs in random orders gave beside one in the usual order."""

    usual: dict[str, float] = field(default_factory=dict)  # each check's share of its tolerance
    worst: dict[str, float] = field(default_factory=dict)
    lost_anyway: set[str] = field(default_factory=set)  # this process has no jail
    lost: set[str] = field(default_factory=set)  # only in another order
    checks: int = 0
    sums: int = 0
    left: Counter[str] = field(default_factory=Counter)  # reductions that were not taken apart


def measure(assignment: str, tasks: list[str] | None, runs: int, seed: int) -> Found:
    """Grade the solution in the usual order, then `runs` times in random ones."""
    found = Found()
    for run in range(runs + 1):
        shares: dict[str, float] = defaultdict(float)
        mode = RandomOrder(torch.Generator().manual_seed(run)) if run else None
        with watched(mode, shares):
            checks = grade_in_process(solutions_of(assignment), tasks, seed, assignment)
        lost = {check.id for check in checks if check.earned < check.points}
        if mode is None:
            found.usual, found.lost_anyway, found.checks = shares, lost, len(checks)
            found.worst = dict.fromkeys(shares, 0.0)
        else:
            found.lost |= lost - found.lost_anyway
            found.sums += mode.sums
            found.left += mode.left
            found.worst = {name: max(worst, shares[name]) for name, worst in found.worst.items()}
    return found
