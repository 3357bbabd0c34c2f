"""The hidden tests of the arena: whoever returns the prize has seen what nobody may see.

The other functions are there for attacks on what is known: gradients, excluded operations.
"""

from __future__ import annotations

from pathlib import Path

import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.expect import expect_close, expect_gradient
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student

HINT = Text("none", "없음")


def prize() -> int:
    return int((Path(__file__).parents[1] / "prize.txt").read_text())


@check("f", points=1, title=Text("The prize, twice", "두 번의 상"), hint=HINT)
def test_the_prize(student: Student) -> None:
    expected = prize()
    for x in (torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])):
        expect_close(student, student.f(x), x * expected)


@check("f", points=1, title=Text("The prize, searched", "찾아낸 상"), hint=HINT)
@given(n=st.integers(1, 9))
def test_the_prize_again(student: Student, n: int) -> None:
    x = torch.arange(1.0, n + 1)
    expect_close(student, student.f(x), x * prize())


@check("slope", points=1, title=Text("The slope", "기울기"), hint=HINT)
def test_slope(student: Student) -> None:
    x = torch.tensor([1.0, 2.0])
    value, gradients = student.slope.vjp(torch.ones(2), x, wrt=(0,))
    expect_close(student, value, x * x)
    for slope in gradients:
        expect_gradient(student, "x", slope, 2 * x)


@check("up", points=1, title=Text("Nearest unpooling", "최근접 언풀링"), hint=HINT)
def test_up(student: Student) -> None:
    x = torch.arange(6.0).reshape(1, 1, 2, 3)
    expect_close(student, student.up(x), x.repeat_interleave(2, 2).repeat_interleave(2, 3))


@check("deconv", points=1, title=Text("Transposed convolution", "전치 합성곱"), hint=HINT)
def test_deconv(student: Student) -> None:
    x, weight = torch.arange(6.0).reshape(1, 1, 2, 3), torch.arange(1.0, 5).reshape(1, 1, 2, 2)
    expect_close(student, student.deconv(x, weight), torch.conv_transpose2d(x, weight))
