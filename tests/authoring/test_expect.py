"""What is compared, and in which dtype."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan
from pathlib import Path

import pytest
import torch

from autograder.authoring.expect import CheckFailed, comparable, expect_value_error, matches
from autograder.authoring.invariants import expect_values
from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student

Numbers = Sequence[float]


@pytest.fixture
def student(tmp_path: Path) -> Student:
    return Student(InProcess(tmp_path))


@pytest.mark.parametrize(
    ("got", "dtype", "expected", "of"),
    [
        ([3.7, 1.7], torch.float32, [3, 1], torch.int64),
        ([nan, 1.0], torch.float64, [3, 1], torch.int64),
        ([257, 1], torch.int64, [1, 1], torch.uint8),
        ([255, 1], torch.uint8, [-1, 1], torch.int8),
        ([3, 1], torch.int64, [3.5, 1.0], torch.float32),
        ([1 + 1e-7, 1], torch.float64, [1, 1], torch.int64),
    ],
)
def test_what_differs_is_not_made_equal_by_a_dtype(
    student: Student, got: Numbers, dtype: torch.dtype, expected: Numbers, of: torch.dtype
) -> None:
    mine, right = torch.tensor(got, dtype=dtype), torch.tensor(expected, dtype=of)
    with pytest.raises(CheckFailed, match="differ"):
        expect_values(student, mine, right)
    assert not matches(*comparable(mine, right))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.uint8])
@pytest.mark.parametrize("of", [torch.float32, torch.float64, torch.int64, torch.uint8])
def test_the_same_values_agree_in_any_two_dtypes(
    student: Student, dtype: torch.dtype, of: torch.dtype
) -> None:
    mine, right = torch.tensor([3, 200], dtype=dtype), torch.tensor([3, 200], dtype=of)
    expect_values(student, mine, right)
    assert matches(*comparable(mine, right))


def test_values_in_float64_are_asked_for_all_their_digits(student: Student) -> None:
    third = torch.tensor([1 / 3], dtype=torch.float64)
    with pytest.raises(CheckFailed):
        expect_values(student, third.float(), third)


@pytest.mark.parametrize(
    ("got", "expected", "agree"),
    [
        ([inf, 1.0], [inf, 1.0], True),
        ([-inf, nan], [-inf, nan], True),
        ([inf, 1.0], [-inf, 1.0], False),
        ([inf, 1.0], [1e30, 1.0], False),
        ([1e30, 1.0], [inf, 1.0], False),
        ([inf], [nan], False),
    ],
)
def test_infinity_agrees_with_itself_alone(got: Numbers, expected: Numbers, agree: bool) -> None:
    assert matches(torch.tensor(got), torch.tensor(expected)) is agree


def test_an_invalid_call_of_a_wrong_shape_is_told_that_it_returned(tmp_path: Path) -> None:
    (tmp_path / "unlikely_shape.py").write_text("def f(x): return x.flatten()")
    student = Student(InProcess(tmp_path), right_shape=lambda call: (2, 0))
    student.load("unlikely_shape")
    with pytest.raises(CheckFailed, match="a ValueError that names x is expected") as told:
        expect_value_error(student, lambda: student.f(torch.ones(2, 2)), naming=("x",))
    assert told.value.got is not None
    assert told.value.got.shape == (4,)
