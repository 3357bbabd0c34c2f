"""A function of the contract as declared checks call it, beside its oracle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from autograder.authoring.declared import Arguments, floating_of, in_order, parameters_of
from autograder.authoring.expect import expect_unmodified
from autograder.authoring.invariants import expect_values
from autograder.sandbox.grader.functions import Function
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call


@dataclass(frozen=True, eq=False)
class CalledFunction:
    """`name` of the contract; `right` is the oracle, with the contract's parameters.

    `right` may compute in any floating dtype: its result is turned into `dtype`, by default that
    of the first floating argument. `scale` gives the largest magnitude behind a result, to which
    rounding is relative. `item` is (index, of) where one of several tensors is returned; with
    `numbers` Python's own numbers are.
    """

    name: str
    right: Callable[..., object]
    dtype: torch.dtype | None = field(default=None, kw_only=True)
    scale: Callable[..., float] | None = field(default=None, kw_only=True)
    item: tuple[int, int] | None = field(default=None, kw_only=True)
    numbers: bool = field(default=False, kw_only=True)

    def of(self, student: Student) -> Function:
        function: Function = getattr(student, self.name)
        if self.numbers:
            return function.numbers
        return function if self.item is None else function.item(self.item[0], of=self.item[1])

    def call(self, student: Student, case: Arguments) -> Tensor:
        args, kwargs = in_order(case, parameters_of(self.right))
        return self.of(student)(*args, **kwargs)

    def expected(self, case: Arguments) -> Tensor:
        """The right result of a call, in the dtype that it should have."""
        value = self.right_value(case)
        dtype = self.dtype
        if dtype is None and (floating := floating_of(case)):
            dtype = next(iter(floating.values())).dtype
        return value if dtype is None else value.to(dtype)

    def right_value(self, case: Arguments) -> Tensor:
        value: object = self.right(**case)
        if self.item is not None:
            assert isinstance(value, tuple)
            value = value[self.item[0]]
        return value if isinstance(value, Tensor) else torch.tensor(value)

    def scale_of(self, case: Arguments) -> float | None:
        return None if self.scale is None else self.scale(**case)

    def judge(self, student: Student, call: Call) -> None:
        assert isinstance(call.value, Tensor)
        case = {**dict(zip(parameters_of(self.right), call.args, strict=False)), **call.kwargs}
        expect_values(student, call.value, self.expected(case), scale=self.scale_of(case))

    def left_alone(self, student: Student, case: Arguments) -> Tensor:
        args, kwargs = in_order(case, parameters_of(self.right))
        call = self.of(student).call(*args, **kwargs)
        expect_unmodified(student, call)
        assert isinstance(call.value, Tensor)
        return call.value
