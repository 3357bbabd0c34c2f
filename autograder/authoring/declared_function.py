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

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from hypothesis import strategies as st

from autograder.authoring.called_function import CalledFunction
from autograder.authoring.declared import Arguments, Test, made_test
from autograder.authoring.expect import expect_value_error
from autograder.authoring.maps import FLOATS
from autograder.authoring.marks import Aspect
from autograder.authoring.titles import (
    ARGUMENTS,
    ARGUMENTS_HINT,
    CALLS,
    CALLS_HINT,
    DEVICE,
    DEVICE_HINT,
    DTYPE,
    FLOW_HINT,
    FORM,
    LAYOUTS,
    MODULE,
    flow_to,
    form_hint,
)
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
            self.expect_right,
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
        hint: Text | None = None,
        max_examples: int = 3,
    ) -> Test:
        """Results have the dtype and device of their inputs, and the digits of that dtype.

        The tensors `like`, by default all floating ones, come in each of `dtypes`; integers run
        inwards from the ends of their range, which a detour by way of floating numbers rounds.
        """
        return self._form(
            partial(self._expect_dtype_and_device, dtypes=dtypes, like=like),
            points,
            title,
            hint or self._form_hint(dtypes),
            max_examples,
        )

    def keeps_dtype(
        self,
        *,
        points: float,
        dtypes: Sequence[torch.dtype] = FLOATS,
        like: Sequence[str] = (),
        title: Text = DTYPE,
        hint: Text | None = None,
        max_examples: int = 3,
    ) -> Test:
        """The half of `keeps_dtype_and_device` that is about dtypes."""
        return self._form(
            partial(self.expect_dtype, dtypes=dtypes, like=like),
            points,
            title,
            hint or self._form_hint(dtypes),
            max_examples,
        )

    def keeps_device(
        self,
        *,
        points: float,
        examples: Sequence[Arguments] = (),
        title: Text = DEVICE,
        hint: Text = DEVICE_HINT,
    ) -> Test:
        """The other half: with inputs on a GPU that does not exist no two devices meet.

        Asked of `examples`, by default the first two.
        """
        few = examples or self.examples[:2]
        if not few:
            raise ValueError(f"{self.name}: keeps_device asks of examples, and there are none")
        if self.numbers:
            raise ValueError(f"{self.name}: numbers lie on no device")

        def body(student: Student, case: Arguments) -> None:
            self.call(student, case)  # on no GPU anything that the code raises says nothing
            self.expect_device(student, case)

        return made_test(
            body,
            self.name,
            points=points,
            title=title,
            hint=hint,
            about="form",
            cases=st.sampled_from(list(few)),
            examples=few,
            max_examples=1,
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
        return self._form(partial(self.expect_gradients, to=to), points, named, hint, max_examples)

    def takes_any_layout(
        self,
        *,
        points: float,
        title: Text = LAYOUTS,
        hint: Text = CALLS_HINT,
        max_examples: int = 3,
    ) -> Test:
        """The half of `takes_any_call` that is about memory, and about what is left alone."""
        return self._form(self.expect_any_layout, points, title, hint, max_examples)

    def takes_any_argument(
        self,
        *,
        points: float,
        pairs: Sequence[str] = (),
        title: Text = ARGUMENTS,
        hint: Text = ARGUMENTS_HINT,
        max_examples: int = 2,
    ) -> Test:
        """The other half: arguments by name, lists for tuples, pairs for numbers."""
        return self._form(
            partial(self.expect_any_argument, pairs=pairs), points, title, hint, max_examples
        )

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
            partial(self.expect_any_call, pairs=pairs), points, title, hint, max_examples
        )

    def keeps_what_it_is_given(
        self,
        *,
        points: float,
        dtypes: Sequence[torch.dtype] = FLOATS,
        like: Sequence[str] = (),
        title: Text = MODULE,
        hint: Text | None = None,
        max_examples: int = 2,
    ) -> Test:
        """`keeps_dtype_and_device` and `takes_any_call` as one check."""

        def body(student: Student, case: Arguments) -> None:
            self._expect_dtype_and_device(student, case, dtypes=dtypes, like=like)
            self.expect_any_layout(student, case)
            self.expect_any_argument(student, case, pairs=())

        return self._form(body, points, title, hint or self._form_hint(dtypes), max_examples)

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

    def _form_hint(self, dtypes: Sequence[torch.dtype]) -> Text:
        return form_hint(dtypes if self.dtype is None else (*dtypes, self.dtype))

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

    def _expect_dtype_and_device(
        self,
        student: Student,
        case: Arguments,
        *,
        dtypes: Sequence[torch.dtype],
        like: Sequence[str],
    ) -> None:
        self.expect_dtype(student, case, dtypes=dtypes, like=like)
        if not self.numbers:
            self.expect_device(student, self.examples[0] if self.examples else case)
