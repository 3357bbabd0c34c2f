"""Which message of a ValueError names what is wrong, and which does not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from autograder.authoring.expect import CheckFailed, expect_value_error
from autograder.sandbox.protocol.errors import Raised


def refuse(message: str, **named: Any) -> None:
    """A function of the student's that raises a ValueError with this message."""
    student: Any = SimpleNamespace(calls=[SimpleNamespace(value=None)], settings=())

    def call() -> NoReturn:
        raise Raised("ValueError", message, ("ValueError", "Exception"))

    expect_value_error(student, call, **named)


@pytest.mark.parametrize(
    "message",
    [
        "padding must be at least 0, got -1",
        "Padding must be at least 0",
        "negative paddings are not allowed",
        "`padding` < 0",
        "padding=-1",
        "padding은 0 이상이어야 합니다",
        "음수인 padding입니다",
        "('padding', -1)",
    ],
)
def test_the_name_counts_however_the_sentence_is_written(message: str) -> None:
    refuse(message, naming=("padding",))


@pytest.mark.parametrize(
    "message", ["", "must be at least 0", "output_padding is -1", "padding_top is -1", "unpadding"]
)
def test_another_name_that_holds_this_one_does_not_count(message: str) -> None:
    with pytest.raises(CheckFailed):
        refuse(message, naming=("padding",))


@pytest.mark.parametrize(
    "message", ["190x204", "(1, 1, 190, 3)", "H = 204", "높이 190은 안 됩니다"]
)
def test_a_size_counts_as_a_number_of_its_own(message: str) -> None:
    refuse(message, numbers=(190, 204))


def test_digits_of_a_longer_number_are_not_the_size() -> None:
    with pytest.raises(CheckFailed):
        refuse("1904", numbers=(190, 204))
