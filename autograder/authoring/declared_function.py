"""A function of the contract, declared once: what it is asked with and what is right.

    BLOCKS = DeclaredFunction("nearest_unpool2d", oracle.nearest_unpool2d, cases=maps())
    test_fills_blocks = BLOCKS.values(points=1, title=Text(...), hint=Text(...))
    test_keeps_dtype_and_device = BLOCKS.keeps_dtype_and_device(points=0.5)
    test_gradient = BLOCKS.gradients(points=0.5)
    test_takes_any_call = BLOCKS.takes_any_call(points=0.5)
    test_refuses_scale = BLOCKS.refuses(points=0.5, naming=("scale",), invalid=(...))

Each line is a check of its own, like any other test of a suite; what is special to a function
stays an ordinary test beside them. All but `values` and `refuses` judge the form of results, so
each lets a wrong value pass that another check takes points for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.called_function import CalledFunction
from autograder.authoring.declared import (
    Arguments,
    Test,
    cast,
    contiguous,
    floating_of,
    full_range,
    in_order,
    made_test,
    parameters_of,
    tensors_of,
)
from autograder.authoring.expect import (
    expect_close,
    expect_form,
    expect_value_error,
    matches,
)
from autograder.authoring.fitting_gradients import expect_fitting_gradients
from autograder.authoring.invariants import (
    CALLS,
    CALLS_HINT,
    FLOW_HINT,
    FORM,
    FORM_HINT,
    awkward_layouts,
    expect_consistent,
    expect_device,
    flow_to,
)
from autograder.authoring.maps import FLOATS
from autograder.authoring.marks import Aspect
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student


@dataclass(frozen=True, eq=False)
class DeclaredFunction(CalledFunction):
    """A function, the calls that it is asked with, and its checks.

    `cases` draws the arguments of calls and `examples` are fixed ones, small enough to follow on
    paper; the first is what the call on a pretended GPU gets, where an operation takes ten times
    as long.
    """

    cases: st.SearchStrategy[dict[str, object]]
    examples: tuple[Arguments, ...] = ()

    # --- checks

    def values(
        self,
        *,
        points: float,
        title: Text,
        hint: Text,
        cases: st.SearchStrategy[dict[str, object]] | None = None,
        examples: Sequence[Arguments] | None = None,
        max_examples: int = 15,
        about: Aspect = "values",
    ) -> Test:
        """The result is the right one; `cases` and `examples` may narrow to one idea."""
        return made_test(
            self._expect_right,
            self.name,
            points=points,
            title=title,
            hint=hint,
            about=about,
            cases=self.cases if cases is None else cases,
            examples=self.examples if examples is None else examples,
            max_examples=max_examples,
        )

    def keeps_dtype_and_device(
        self,
        *,
        points: float,
        dtypes: Sequence[torch.dtype] = FLOATS,
        like: Sequence[str] = (),
        title: Text = FORM,
        hint: Text = FORM_HINT,
        max_examples: int = 3,
    ) -> Test:
        """Results have the dtype and device of their inputs, and the digits of that dtype.

        The tensors `like`, by default all floating ones, come in each of `dtypes`; integers run
        inwards from the ends of their range, which a detour by way of floating numbers rounds.
        """
        return self._form(
            partial(self._expect_form, dtypes=dtypes, like=like), points, title, hint, max_examples
        )

    def gradients(
        self,
        *,
        points: float,
        to: Sequence[str] = ("x",),
        title: Text | None = None,
        hint: Text = FLOW_HINT,
        max_examples: int = 6,
    ) -> Test:
        """The gradients with respect to the arguments `to`, beside those of the oracle."""
        named = flow_to(to) if title is None else title
        return self._form(partial(self._expect_gradients, to=to), points, named, hint, max_examples)

    def takes_any_call(
        self,
        *,
        points: float,
        pairs: Sequence[str] = (),
        title: Text = CALLS,
        hint: Text = CALLS_HINT,
        max_examples: int = 3,
    ) -> Test:
        """Memory layout, keywords, no_grad and a list for a tuple change nothing.

        The arguments `pairs` may be a number or two of them: a number is given as a pair, too.
        """
        return self._form(
            partial(self._expect_any_call, pairs=pairs), points, title, hint, max_examples
        )

    def refuses(
        self,
        *,
        points: float,
        naming: Sequence[str],
        title: Text,
        hint: Text,
        invalid: Sequence[Arguments],
        valid: Sequence[Arguments] | None = None,
        numbers: Sequence[int] = (),
    ) -> Test:
        """Each of `invalid` is a ValueError that names an argument; what is `valid` is not.

        `valid` is by default the first example; what is just valid serves best.
        """

        def refuses(student: Student, case: Arguments) -> None:
            for each in self.examples[:1] if valid is None else valid:
                self.call(student, each)
            expect_value_error(
                student, lambda: self.call(student, case), naming=naming, numbers=numbers
            )

        return made_test(
            refuses,
            self.name,
            points=points,
            title=title,
            hint=hint,
            about="errors",
            cases=st.sampled_from(list(invalid)),
            examples=invalid,
            max_examples=1,  # every invalid call is a fixed example
        )

    # --- what they ask

    def _form(
        self,
        body: Callable[[Student, Arguments], None],
        points: float,
        title: Text,
        hint: Text,
        max_examples: int,
    ) -> Test:
        return made_test(
            body,
            self.name,
            points=points,
            title=title,
            hint=hint,
            about="form",
            cases=self.cases,
            examples=self.examples[:2],  # form does not hang on regimes of values
            max_examples=max_examples,
        )

    def _expect_right(self, student: Student, case: Arguments) -> None:
        self.expect_right(student, contiguous(case))

    def _expect_form(
        self,
        student: Student,
        case: Arguments,
        *,
        dtypes: Sequence[torch.dtype],
        like: Sequence[str],
    ) -> None:
        case, names = contiguous(case), like or tuple(floating_of(case))
        plain, expected = self.call(student, case), self.expected(case)
        right = matches(plain.to(expected.dtype), expected, self.scale_of(case))
        for dtype in dtypes if names else ():
            given = {
                name: full_range(value, dtype)
                if name in names and isinstance(value, Tensor)
                else value
                for name, value in case.items()
            }
            got = self.call(student, given)
            wanted = self.right_value(given).to(self.dtype or dtype)
            expect_form(student, got, wanted if right else got.to(wanted.dtype))
            if right:
                expect_close(student, got, wanted, scale=self.scale_of(given))
        if not names:
            expect_form(student, plain, expected if right else plain.to(expected.dtype))
        if not self.numbers:
            self._expect_device(student, self.examples[0] if self.examples else case)

    def _expect_device(self, student: Student, case: Arguments) -> None:
        args, kwargs = in_order(case, parameters_of(self.right))
        floats = tuple(
            i for i, x in enumerate(args) if isinstance(x, Tensor) and x.is_floating_point()
        )
        wrt = floats if self.dtype is None else ()
        expect_device(student, self.of(student).on_fake_cuda(*args, wrt=wrt, **kwargs))

    def _expect_gradients(self, student: Student, case: Arguments, *, to: Sequence[str]) -> None:
        case, names = contiguous(case), parameters_of(self.right)
        wrt = tuple(names.index(name) for name in to)

        def vjp(
            cotangent: Tensor, tensors: Mapping[str, Tensor]
        ) -> tuple[Tensor, tuple[Tensor | None, ...]]:
            dtype = next(iter(tensors.values())).dtype
            given = {**cast(case, dtype), **tensors}
            args, kwargs = in_order(given, names)
            return self.of(student).vjp(cotangent, *args, wrt=wrt, **kwargs)

        expect_fitting_gradients(
            student,
            vjp,
            {name: tensors_of(case)[name] for name in to},
            lambda tensors: self.right_value({**cast(case, torch.float64), **tensors}),
            scale=self.scale_of(case),
        )

    def _expect_any_call(self, student: Student, case: Arguments, *, pairs: Sequence[str]) -> None:
        judge, scale = partial(self.judge, student), self.scale_of(case)
        for name, x in tensors_of(case).items():
            for awkward in awkward_layouts(x):
                plain = self.left_alone(student, {**case, name: awkward.contiguous()})
                got = self.left_alone(student, {**case, name: awkward})
                expect_consistent(student, got, plain, judge, scale=scale)
        function, value = self.of(student), self.call(student, case)
        args, kwargs = in_order(case, parameters_of(self.right))
        expect_consistent(student, function(**case), value, judge, scale=scale)
        expect_consistent(student, function.no_grad(*args, **kwargs), value, judge, scale=scale)
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
