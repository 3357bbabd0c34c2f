"""An oracle or a right answer that does what students may not is found by running it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from autograder.authoring.called_module import Built
from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.declared_module import DeclaredModule
from tests.support.linted_suite import Made, missing, notes, twice


def maps(count: int) -> dict[str, object]:
    return {"x": torch.ones(count, 3)}


def function(right: Callable[..., object]) -> DeclaredFunction:
    cases = st.integers(1, 4).map(maps)
    return DeclaredFunction("double", right, cases, (maps(2),))


def test_right_answers_by_allowed_roads_are_left_alone(made: Callable[..., Made]) -> None:
    assert missing(made(declared=(function(twice),), right={"double": twice})) == []


def test_an_oracle_by_a_forbidden_road_is_found(made: Callable[..., Made]) -> None:
    suite = made(declared=(function(lambda x: torch.mul(x, 2)),), right={"double": twice})
    (found,) = missing(suite)
    assert found.startswith("made: the oracle of double reaches mul")


def test_a_right_answer_by_a_forbidden_road_is_found(made: Callable[..., Made]) -> None:
    suite = made(declared=(function(twice),), right={"double": lambda x: x * 2})
    (found,) = missing(suite)
    assert found.startswith("made: the right answer of double reaches mul")


def test_a_forbidden_road_that_only_drawn_cases_take_is_found(made: Callable[..., Made]) -> None:
    def right(x: Tensor) -> Tensor:
        return x + x if len(x) == 2 else x * 2

    (found,) = missing(made(declared=(function(right),)))
    assert "the oracle of double reaches mul" in found


def test_a_module_by_a_forbidden_road_is_found(made: Callable[..., Made]) -> None:
    class Double(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.mul(x, 2)

    def right(parameters: object, made_with: object, x: Tensor) -> Tensor:
        return torch.mul(x, 2)

    case = Built({}, {"x": torch.ones(2, 3)})
    module = DeclaredModule("double", lambda: {}, right, st.just(case), (case,))
    found = missing(made(declared=(module,), right={"double": Double}))
    assert [line.partition(" reaches ")[0] for line in found] == [
        "made: the oracle of double",
        "made: the right answer of double",
    ]


def test_a_function_whose_oracle_was_not_run_has_a_note(made: Callable[..., Made]) -> None:
    assert notes(made()) == ["made: double is not declared: its oracle was not run"]
    assert notes(made(declared=(function(twice),))) == []
