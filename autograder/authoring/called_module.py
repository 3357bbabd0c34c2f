"""A module of the contract as declared checks build and call it, beside its oracle."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from autograder.authoring.declared import Arguments, parameters_of
from autograder.authoring.expect import fail
from autograder.authoring.follow_through import Step, expect_followed, references
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Function, Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised

Shapes = Sequence[tuple[int, ...]]
Parameters = Mapping[str, Sequence[Tensor]]


@dataclass(frozen=True)
class Built:
    """A module and an input: constructor's arguments, `forward`'s tensors, a seed of parameters."""

    made_with: Arguments
    inputs: Mapping[str, Tensor]
    seed: int = 0


@dataclass(frozen=True, eq=False)
class CalledModule:
    """`name` of the contract, in eval mode.

    `children` gives the shapes of the parameters of each named child in their order, "" for those
    of the module as a whole, from the constructor's arguments. `right(parameters, made_with,
    **inputs)` is the oracle; of a function of the student's that the class may build on it takes
    that function as a keyword, and `steps` say how the oracle calls the student's. `draw` gives
    parameters for a seed, where plain random numbers would make every map zero or too large.
    """

    name: str
    children: Callable[..., Mapping[str, Shapes]]
    right: Callable[..., Tensor]
    steps: Mapping[str, Step] = field(default_factory=dict, kw_only=True)
    draw: Callable[[Built], Parameters] | None = field(default=None, kw_only=True)

    def of(self, student: Student) -> Function:
        return student.function(self.name)

    def make(self, student: Student, case: Built) -> tuple[Module, Parameters]:
        """The student's module in eval mode, with parameters set; in float64."""
        module = self.of(student).make(**case.made_with)
        self.expect_children(student, module, case.made_with)
        parameters = self.parameters(case)
        module.set_parameters(parameters)
        return module.eval(), parameters

    def parameters(self, case: Built) -> Parameters:
        if self.draw is not None:
            return self.draw(case)
        generator = torch.Generator().manual_seed(case.seed)
        return {
            child: [drawn(shape, generator) for shape in shapes]
            for child, shapes in self.children(**case.made_with).items()
        }

    def expect_children(self, student: Student, module: Module, made_with: Arguments) -> None:
        """Every child is there, can be called, and holds parameters of these shapes."""
        for name, shapes in self.children(**made_with).items():
            child = module.own if not name else module.children.get(name)
            if child is None:
                known = ", ".join(module.children) or "–"
                fail(
                    student,
                    Text(
                        f"There is no child called {name}; there are {known}.",
                        f"{name}(이)라는 자식 모듈이 없습니다. 있는 것: {known}.",
                    ),
                )
            if not child.is_callable:
                fail(
                    student,
                    Text(
                        f"{name} cannot be called: it has no forward.",
                        f"{name}은(는) 호출할 수 없습니다: forward가 없습니다.",
                    ),
                )
            held = [info.shape for info in child.parameters]
            if held != [tuple(shape) for shape in shapes]:
                label = name or self.name
                fail(
                    student,
                    Text(
                        f"{label} holds parameters of shapes {_list(held)}; they should be "
                        f"{_list(shapes)}.",
                        f"{label}의 파라미터 shape: {_list(held)}. 올바른 shape: {_list(shapes)}.",
                    ),
                )

    def expect_no_others(self, student: Student, module: Module, made_with: Arguments) -> None:
        """The named children hold all parameters; a layer of two names counts once."""
        held, named = len(module.own.parameters), self.children(**made_with)
        right = sum(map(len, named.values()))
        if held != right:
            fail(
                student,
                Text(
                    f"There are {held} parameters (weights and biases); the children that the "
                    f"assignment names hold {right}.",
                    f"파라미터(weight와 bias)가 {held}개입니다. 과제가 정한 자식 모듈의 파라미터는 "
                    f"{right}개입니다.",
                ),
            )

    def expected(
        self, parameters: Parameters, case: Built, **functions: Callable[..., Tensor]
    ) -> Tensor:
        return self.right(parameters, case.made_with, **case.inputs, **functions)

    def references(self, student: Student) -> list[dict[str, Callable[..., Tensor]]]:
        """The functions of the student's that take part in the oracle: none, one, several."""
        return references(student, self.steps)

    def expect_value(self, student: Student, case: Built) -> None:
        """The value is that of the oracle, or of the oracle with the student's own functions."""
        module, parameters = self.make(student, case)
        expected = partial(self.expected, parameters, case)
        again = partial(self._value, case=case)
        expect_followed(student, module(**case.inputs), expected, self.steps, again)

    def _value(self, student: Student, case: Built) -> Tensor:
        return self.make(student, case)[0](**case.inputs)

    def wide(self, student: Student, made_with: Arguments) -> Module:
        """A module whose values do not matter, on the meta device where that can be."""
        function = self.of(student)
        try:
            return function.make_on_meta(**made_with)
        except Raised:  # a constructor that looks at its weights, as an initialisation may
            return function.make(**made_with)

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs of `forward`, in their order."""
        return tuple(n for n in parameters_of(self.right)[2:] if n not in self.steps)


def drawn(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """A parameter in float64 that neither drowns nor inflates what it is multiplied with.

    Weights are normal, divided by the root of the number of products that are added up; biases
    and scales lie between 0.3 and 1 away from zero.
    """
    normal = torch.randn(shape, generator=generator, dtype=torch.float64)
    if len(shape) > 1:
        return normal / math.sqrt(max(1, math.prod(shape[1:])))
    return normal.sign() * (0.3 + 0.7 * torch.rand(shape, generator=generator, dtype=torch.float64))


def _list(shapes: Shapes) -> str:
    return ", ".join(str(tuple(shape)) for shape in shapes) or "–"
