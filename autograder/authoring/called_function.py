"""A function of the contract as declared checks call it, beside its oracle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from autograder.authoring.declared import Arguments, floating_of, in_order, parameters_of
from autograder.authoring.expect import expect_unmodified
from autograder.authoring.follow_through import Step, expect_followed
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
    `numbers` Python's own numbers are. Of a function of the student's that this one may build on
    `right` takes that function as a further keyword, and `steps` say how it calls the student's.
    """

    name: str
    right: Callable[..., object]
    dtype: torch.dtype | None = field(default=None, kw_only=True)
    scale: Callable[..., float] | None = field(default=None, kw_only=True)
    item: tuple[int, int] | None = field(default=None, kw_only=True)
    numbers: bool = field(default=False, kw_only=True)
    steps: Mapping[str, Step] = field(default_factory=dict, kw_only=True)

    def of(self, student: Student) -> Function:
        function: Function = getattr(student, self.name)
        if self.numbers:
            return function.numbers
        return function if self.item is None else function.item(self.item[0], of=self.item[1])

    def call(self, student: Student, case: Arguments) -> Tensor:
        args, kwargs = in_order(case, parameters_of(self.right))
        return self.of(student)(*args, **kwargs)

    def expect_right(self, student: Student, case: Arguments) -> None:
        """The value is that of the oracle, or of the oracle with the student's own functions."""
        got, scale = self.call(student, case), self.scale_of(case)
        if self.steps:
            expected, again = partial(self.expected, case), partial(self.call, case=case)
            expect_followed(student, got, expected, self.steps, again, scale=scale)
        else:
            expect_values(student, got, self.expected(case), scale=scale)

    def expected(self, case: Arguments, **functions: Callable[..., Tensor]) -> Tensor:
        """The right result of a call, in the dtype that it should have."""
        value = self.right_value(case, **functions)
        dtype = self.dtype
        if dtype is None and (floating := floating_of(case)):
            dtype = next(iter(floating.values())).dtype
        return value if dtype is None else value.to(dtype)

    def right_value(self, case: Arguments, **functions: Callable[..., Tensor]) -> Tensor:
        value: object = self.right(**case, **functions)
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
