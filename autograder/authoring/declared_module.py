"""A module of the contract, declared once: how it is made, what it holds and what is right.

    PYRAMID = DeclaredModule(
        "PyramidPooling", layers, oracle.pyramid_pooling, cases=pyramids(), examples=(...)
    )
    test_layers = PYRAMID.layers(points=1, title=Text(...), hint=Text(...))
    test_pyramid = PYRAMID.values(points=3, title=Text(...), hint=Text(...))
    test_gradients = PYRAMID.gradients(points=1)
    test_keeps_what_it_is_given = PYRAMID.keeps_what_it_is_given(points=1)

Numbers are compared in float64 on narrow modules, with parameters that the check sets child by
child; so how the inside of a child is arranged does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.called_module import Built, CalledModule, Parameters
from autograder.authoring.declared import Arguments, Test, made_test
from autograder.authoring.expect import expect_form, expect_unmodified, expect_value_error, matches
from autograder.authoring.fitting_gradients import expect_fitting_gradients
from autograder.authoring.follow_through import UNREACHABLE
from autograder.authoring.invariants import awkward_layouts, expect_module_device, expect_values
from autograder.authoring.maps import FLOATS
from autograder.authoring.marks import Aspect
from autograder.authoring.titles import MODULE, MODULE_HINT, flow_to
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student


@dataclass(frozen=True, eq=False)
class DeclaredModule(CalledModule):
    """A class, the modules and inputs that it is asked with, and its checks."""

    cases: st.SearchStrategy[Built]
    examples: tuple[Built, ...]

    def __post_init__(self) -> None:
        if not self.examples:
            raise ValueError(f"{self.name}: there must be an example at least")

    def layers(
        self,
        *,
        points: float,
        title: Text,
        hint: Text,
        made_with: Sequence[Arguments] = (),
    ) -> Test:
        """The named children are there, and hold parameters of the right shapes and all of them."""

        def body(student: Student, case: Arguments) -> None:
            module = self.wide(student, case)
            self.expect_children(student, module, case)
            self.expect_no_others(student, module, case)

        cases = [*made_with, *(each.made_with for each in self.examples)]
        return self._check(
            body, points, title, hint, "layers", st.sampled_from(cases), cases, max_examples=1
        )

    def values(
        self,
        *,
        points: float,
        title: Text,
        hint: Text,
        cases: st.SearchStrategy[Built] | None = None,
        examples: Sequence[Built] | None = None,
        max_examples: int = 8,
    ) -> Test:
        """With given parameters the result is the right one."""
        chosen = self.cases if cases is None else cases
        fixed = self.examples if examples is None else examples
        return self._check(
            self.expect_value, points, title, hint, "values", chosen, fixed, max_examples
        )

    def gradients(
        self,
        *,
        points: float,
        title: Text | None = None,
        hint: Text = MODULE_HINT,
        max_examples: int = 4,
    ) -> Test:
        """Gradients reach the inputs and every parameter."""
        named = flow_to(self.names, parameters=True)
        return self._check(
            self._expect_gradients,
            points,
            named if title is None else title,
            hint,
            "form",
            self.cases,
            self.examples,
            max_examples,
        )

    def keeps_what_it_is_given(
        self,
        *,
        points: float,
        title: Text = MODULE,
        hint: Text = MODULE_HINT,
        max_examples: int = 2,
    ) -> Test:
        """dtype and device are kept, views are read, inputs stay as they were."""
        return self._check(
            self._expect_kept,
            points,
            title,
            hint,
            "form",
            self.cases,
            self.examples[:1],
            max_examples,
        )

    def refuses_to_be_made(
        self,
        *,
        points: float,
        naming: Sequence[str],
        title: Text,
        hint: Text,
        invalid: Sequence[Arguments],
    ) -> Test:
        """The constructor raises a ValueError that names an argument."""

        def body(student: Student, case: Arguments) -> None:
            self.of(student).make(**self.examples[0].made_with)
            expect_value_error(student, lambda: self.of(student).make(**case), naming=naming)

        cases = st.sampled_from(list(invalid))
        return self._check(body, points, title, hint, "errors", cases, invalid, max_examples=1)

    def refuses(
        self,
        *,
        points: float,
        title: Text,
        hint: Text,
        invalid: Sequence[Built],
        naming: Sequence[str] = (),
        numbers: Callable[[Built], Sequence[int]] | None = None,
    ) -> Test:
        """`forward` raises a ValueError that names an argument, or one of these numbers."""

        def body(student: Student, case: Built) -> None:
            made = self.of(student).make(**self.examples[0].made_with).eval()
            made(**_in_float32(self.examples[0].inputs))
            module = self.of(student).make(**case.made_with).eval()
            expect_value_error(
                student,
                lambda: module(**_in_float32(case.inputs)),
                naming=naming,
                numbers=() if numbers is None else numbers(case),
            )

        cases = st.sampled_from(list(invalid))
        return self._check(body, points, title, hint, "errors", cases, invalid, max_examples=1)

    # --- what they ask

    def _check(
        self,
        body: Callable[[Student, Any], None],
        points: float,
        title: Text,
        hint: Text,
        about: Aspect,
        cases: st.SearchStrategy[Any],
        examples: Sequence[Any],
        max_examples: int,
    ) -> Test:
        return made_test(
            body,
            self.name,
            points=points,
            title=title,
            hint=hint,
            about=about,
            cases=cases,
            examples=examples,
            max_examples=max_examples,
        )

    def _expect_gradients(self, student: Student, case: Built) -> None:
        module, parameters = self.make(student, case)
        inputs = {name: x.double() for name, x in case.inputs.items()}
        named = {
            f"{child}.{i}": value
            for child, values in parameters.items()
            for i, value in enumerate(values)
        }
        names = tuple(inputs)

        def vjp(
            cotangent: Tensor, tensors: Mapping[str, Tensor]
        ) -> tuple[Tensor, tuple[Tensor | None, ...]]:
            module.set_parameters(_by_child(parameters, tensors))
            given = [tensors[name] for name in names]
            wrt = (*range(len(names)), *named)
            return module.vjp(cotangent, *given, wrt=wrt)

        own = next(
            (f for f in self.references(student) if self._agrees(student, case, parameters, f)), {}
        )

        def right(tensors: Mapping[str, Tensor]) -> Tensor:
            moved = replace(case, inputs={name: tensors[name] for name in names})
            return self.expected(_by_child(parameters, tensors), moved, **own)

        expect_fitting_gradients(student, vjp, {**inputs, **named}, right)

    def _agrees(
        self,
        student: Student,
        case: Built,
        parameters: Parameters,
        functions: Mapping[str, Callable[..., Tensor]],
    ) -> bool:
        try:
            expected = self.expected(parameters, case, **functions).detach()
        except UNREACHABLE:
            return False
        got = self.make(student, case)[0](**case.inputs)
        return matches(got.to(expected.dtype), expected)

    def _expect_kept(self, student: Student, case: Built) -> None:
        module, parameters = self.make(student, case)
        for dtype in FLOATS:
            module.set_parameters(
                {child: [each.to(dtype) for each in of] for child, of in parameters.items()}
            )
            given = {name: x.to(dtype) for name, x in case.inputs.items()}
            plain = module.call(*given.values())
            expect_unmodified(student, plain)
            assert isinstance(plain.value, Tensor)
            expect_form(student, plain.value, plain.value.to(dtype))
        own, large = module(**case.inputs), 10 * max(1.0, *map(_largest, case.inputs.values()))
        expect_values(student, module.no_grad(**case.inputs), own, scale=large)
        for name, x in case.inputs.items():
            for awkward in awkward_layouts(x):
                plain_value = module(**{**case.inputs, name: awkward.contiguous()})
                call = module.call(**{**case.inputs, name: awkward})
                expect_unmodified(student, call)
                assert isinstance(call.value, Tensor)
                expect_values(student, call.value, plain_value, scale=large)
        make = partial(self.of(student).make_on_fake_cuda, **self.examples[0].made_with)
        inputs = [x.float() for x in self.examples[0].inputs.values()]
        expect_module_device(student, make, inputs)


def _by_child(parameters: Parameters, tensors: Mapping[str, Tensor]) -> Parameters:
    """The parameters by their children, out of tensors that are called `child.index`."""
    return {
        child: [tensors[f"{child}.{i}"] for i in range(len(of))] for child, of in parameters.items()
    }


def _in_float32(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: x.float() for name, x in inputs.items()}


def _largest(x: Tensor) -> float:
    return float(x.abs().max()) if x.numel() else 0.0
