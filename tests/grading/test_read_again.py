"""Who lost a check is sent to where the assignment explains it."""

from __future__ import annotations

import pytest

from autograder.authoring.manifest import Assignment, Function, Task, WorkedExample
from autograder.document.result import Check, Counterexample, Grid, Section
from autograder.document.text import Text
from autograder.grading.read_again import add_sections
from autograder.sandbox.protocol.errors import Verdict


def section(name: str) -> Section:
    return Section("README.md", name, Text(name, name))


OF_F, ALLOWED, ERRATUM = section("f"), section("allowed"), section("erratum")
ASSIGNMENT = Assignment(
    "made",
    "1",
    (Task("task", 1, (Function("f", section=OF_F, example=WorkedExample((1, 2), ERRATUM)),)),),
    sections={Verdict.FORBIDDEN: ALLOWED},
)


def sections(
    verdict: Verdict, function: str = "f", expected: tuple[float, ...] | None = None
) -> tuple[Section, ...]:
    shown = Grid("expected", (2,), "float32", expected)
    check = Check(
        id="task.a",
        task="task",
        function=function,
        title=Text("t", "t"),
        points=1,
        earned=0,
        verdict=verdict,
        counterexample=Counterexample("f(x)", (), expected=shown) if expected else None,
    )
    (found,) = add_sections([check], ASSIGNMENT)
    return found.read_again


@pytest.mark.parametrize(
    ("verdict", "found"),
    [
        (Verdict.PASSED, ()),
        (Verdict.FAILED, (OF_F,)),
        (Verdict.FORBIDDEN, (ALLOWED, OF_F)),
    ],
)
def test_a_lost_check_names_what_explains_its_verdict_and_its_function(
    verdict: Verdict, found: tuple[Section, ...]
) -> None:
    assert sections(verdict) == found


def test_the_section_of_a_worked_example_comes_first() -> None:
    assert sections(Verdict.FAILED, expected=(1.0, 2.0)) == (ERRATUM, OF_F)
    assert sections(Verdict.FAILED, expected=(1.0, 3.0)) == (OF_F,)


def test_a_function_nobody_wrote_about_has_no_section() -> None:
    assert sections(Verdict.FAILED, "other") == ()
