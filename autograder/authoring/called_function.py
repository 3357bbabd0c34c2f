"""A function of the contract as declared checks call it, beside its oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from autograder.authoring.declared import (
    Arguments,
    cast,
    contiguous,
    floating_of,
    full_range,
    in_order,
    parameters_of,
    places_of,
    tensors_of,
)
from autograder.authoring.expect import (
    comparable,
    expect_close,
    expect_form,
    expect_unmodified,
    fail,
    matches,
)
from autograder.authoring.fitting_gradients import expect_fitting_gradients
from autograder.authoring.follow_through import Step, expect_followed
from autograder.authoring.invariants import (
    awkward_layouts,
    expect_consistent,
    expect_device,
    expect_values,
)
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Function
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call


@dataclass(frozen=True, eq=False)
class CalledFunction:
    """`name` of the contract; `right` is the oracle, with the contract's parameters.

    `right` may compute in any floating dtype: its result is turned into `dtype`, by default that
    of the first floating argument, and of numbers the kind of the oracle's. `scale` gives the
    largest magnitude behind a result, to which rounding is relative. `item` is (index, of) where
    one of several tensors is returned; with `numbers` Python's own numbers are. Of a function of
    the student's that this one may build on `right` takes that function as a further keyword, and
    `steps` say how it calls the student's. `as_drawn` says that values other than the drawn ones
    would not be valid, such as probabilities.
    """

    name: str
    right: Callable[..., object]
    dtype: torch.dtype | None = field(default=None, kw_only=True)
    scale: Callable[..., float] | None = field(default=None, kw_only=True)
    item: tuple[int, int] | None = field(default=None, kw_only=True)
    numbers: bool = field(default=False, kw_only=True)
    steps: Mapping[str, Step] = field(default_factory=dict, kw_only=True)
    as_drawn: bool = field(default=False, kw_only=True)

    def of(self, student: Student) -> Function:
        function = student.function(self.name)
        if self.numbers:
            return function.numbers
        return function if self.item is None else function.item(self.item[0], of=self.item[1])

    def call(self, student: Student, case: Arguments) -> Tensor:
        args, kwargs = in_order(case, self.right)
        return self.of(student)(*args, **kwargs)

    def expect_right(self, student: Student, case: Arguments) -> None:
        """The value is that of the oracle, or of the oracle with the student's own functions."""
        case = contiguous(case)
        got, scale = self.call(student, case), self.scale_of(case)
        if self.steps:
            expected, again = partial(self.expected, case), partial(self.call, case=case)
            expect_followed(student, got, expected, self.steps, again, scale=scale)
            return
        value = self.expected(case)
        if self.numbers and self.dtype is None:
            self._expect_kind(student, got, value)  # no other check takes points for 13.0
            expect_close(student, got, value)
        else:
            expect_values(student, *comparable(got, value), scale=scale)

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
        args, kwargs = in_order(case, self.right)
        call = self.of(student).call(*args, **kwargs)
        expect_unmodified(student, call)
        assert isinstance(call.value, Tensor)
        return call.value

    def expect_dtype(
        self,
        student: Student,
        case: Arguments,
        *,
        dtypes: Sequence[torch.dtype],
        like: Sequence[str],
    ) -> None:
        case, names = contiguous(case), like or tuple(floating_of(case))
        plain, expected = self.call(student, case), self.expected(case)
        self._expect_kind(student, plain, expected)
        right = matches(plain.to(expected.dtype), expected, self.scale_of(case))
        for dtype in dtypes if names else ():
            fill = Tensor.to if self.as_drawn else full_range
            given = {
                name: fill(value, dtype) if name in names and isinstance(value, Tensor) else value
                for name, value in case.items()
            }
            got = self.call(student, given)
            wanted = self.right_value(given).to(self.dtype or dtype)
            expect_form(student, got, wanted if right else got.to(wanted.dtype))
            if right:
                expect_close(student, got, wanted, scale=self.scale_of(given))
        if not names:
            expect_form(student, plain, expected if right else plain.to(expected.dtype))

    def _expect_kind(self, student: Student, got: Tensor, expected: Tensor) -> None:
        """Numbers are ints or floats as they should be: who returned no tensor knows no dtype."""
        if not self.numbers or got.dtype == expected.dtype or got.shape != expected.shape:
            return
        came, belong = ("float", "int") if got.is_floating_point() else ("int", "float")
        message = Text(
            f"The call returned a number of type {came} where {belong} belongs.",
            f"함수가 {belong}이어야 할 자리에 {came}인 수를 반환했습니다.",
        )
        fail(student, message, got=got, expected=expected)

    def expect_device(self, student: Student, case: Arguments) -> None:
        args, kwargs = in_order(case, self.right)
        floats = places_of(tuple(floating_of(case)), case, self.right)
        wrt = floats if self.dtype is None else ()
        fake = self.of(student).on_fake_cuda(*args, wrt=wrt, **kwargs)
        expect_device(student, fake, "cuda" if tensors_of(case) else "cpu")

    def expect_gradients(self, student: Student, case: Arguments, *, to: Sequence[str]) -> None:
        case = contiguous(case)
        wrt = places_of(to, case, self.right)

        def vjp(
            cotangent: Tensor, tensors: Mapping[str, Tensor]
        ) -> tuple[Tensor, tuple[Tensor | None, ...]]:
            dtype = next(iter(tensors.values())).dtype
            given = {**cast(case, dtype), **tensors}
            args, kwargs = in_order(given, self.right)
            return self.of(student).vjp(cotangent, *args, wrt=wrt, **kwargs)

        self.call(student, case)  # a function that is not written says so
        expect_fitting_gradients(
            student,
            vjp,
            {name: tensors_of(case)[name] for name in to},
            lambda tensors: self.right_value({**cast(case, torch.float64), **tensors}),
            scale=self.scale_of(case),
        )

    def expect_any_call(self, student: Student, case: Arguments, *, pairs: Sequence[str]) -> None:
        self.expect_any_layout(student, case)
        self.expect_any_argument(student, case, pairs=pairs)

    def expect_any_layout(self, student: Student, case: Arguments) -> None:
        judge, scale = partial(self.judge, student), self.scale_of(case)
        for name, x in tensors_of(case).items():
            for awkward in awkward_layouts(x):
                plain = self.left_alone(student, {**case, name: awkward.contiguous()})
                got = self.left_alone(student, {**case, name: awkward})
                expect_consistent(student, got, plain, judge, scale=scale)
        value = self.left_alone(student, case)
        args, kwargs = in_order(case, self.right)
        without = self.of(student).no_grad(*args, **kwargs)
        expect_consistent(student, without, value, judge, scale=scale)

    def expect_any_argument(
        self, student: Student, case: Arguments, *, pairs: Sequence[str]
    ) -> None:
        judge, scale = partial(self.judge, student), self.scale_of(case)
        value = self.call(student, case)
        expect_consistent(student, self.of(student)(**case), value, judge, scale=scale)
        for other in _other_forms(case, pairs):
            expect_consistent(student, self.call(student, other), value, judge, scale=scale)


def _other_forms(case: Arguments, pairs: Sequence[str]) -> Iterator[Arguments]:
    """The same call with lists for tuples, and pairs for numbers that may be pairs."""
    lists = {name: list(value) for name, value in case.items() if isinstance(value, tuple)}
    if lists:
        yield {**case, **lists}
    doubled = {name: (case[name], case[name]) for name in pairs if isinstance(case.get(name), int)}
    if doubled:
        yield {**case, **doubled}
        yield {**case, **{name: list(pair) for name, pair in doubled.items()}}
