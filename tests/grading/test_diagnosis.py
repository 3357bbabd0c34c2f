"""A misconception is named where it alone answers everything as the student's function did."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from torch import Tensor

from autograder.grading import diagnosis
from autograder.grading.diagnosis import Recorder, diagnose
from autograder.grading.marks import Misconception
from autograder.grading.text import Text
from autograder.sandbox.errors import StudentFault
from autograder.sandbox.inprocess import InProcess
from autograder.sandbox.student import Student


def adds_one(x: Tensor) -> Tensor:
    return x + 1


def doubles_but_at_zero(x: Tensor) -> Tensor:
    return torch.where(x == 0, x + 1, 2 * x)


def refuses_the_negative(x: Tensor) -> Tensor:
    if (x < 0).any():
        raise ValueError("x is negative")
    return x + 3


def wrong(implementation: Callable[..., object], function: str = "double") -> Misconception:
    name = implementation.__name__
    return Misconception(name, function, Text(name, name), (), implementation)


KNOWN = (wrong(adds_one), wrong(doubles_but_at_zero), wrong(refuses_the_negative))
Ask = Callable[..., Recorder]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask the functions of a file for their values at these numbers; what was said is recorded."""

    def ask(source: str, *values: float, lost: bool = True) -> Recorder:
        (tmp_path / "asked.py").write_text(dedent(source))
        recorder = Recorder(InProcess(tmp_path))
        student = Student(recorder)
        student.load("asked")
        for value in values:
            with suppress(StudentFault):
                student.double(torch.tensor([value]))
            if lost:
                recorder.note_loss(f"check at {value}")
        return recorder

    return ask


def named(recorder: Recorder, known: tuple[Misconception, ...] = KNOWN) -> str | None:
    found = diagnose(known, "double", recorder)
    return found.name if found else None


PLUS_ONE = "def double(x): return 1 + x"


def test_the_one_that_agrees_with_every_answer_is_named(ask: Ask) -> None:
    assert named(ask(PLUS_ONE, 0, 1, 5)) == "adds_one"


def test_answers_that_two_would_give_name_none(ask: Ask) -> None:
    assert named(ask(PLUS_ONE, 0, 1)) is None  # both give 1 and 2


def test_an_answer_that_none_would_give_names_none(ask: Ask) -> None:
    assert named(ask("def double(x): return x + 1 if x < 5 else x", 0, 1, 2, 5)) is None


def test_answers_to_checks_that_were_passed_count_as_well(ask: Ask) -> None:
    recorder = ask(PLUS_ONE, 0, 1, 5, lost=False)
    assert named(recorder) == "adds_one"


def test_another_dtype_is_another_answer(ask: Ask) -> None:
    assert named(ask("def double(x): return (x + 1).double()", 0, 1, 5)) is None


def test_misconceptions_of_other_functions_are_not_asked(ask: Ask) -> None:
    recorder = ask(PLUS_ONE, 0, 1, 5)
    assert named(recorder, (wrong(adds_one, function="triple"),)) is None


def test_a_check_of_the_arguments_that_was_left_out_besides_does_not_hide_it(ask: Ask) -> None:
    assert named(ask("def double(x): return x + 3", 1, 5, -2)) == "refuses_the_negative"


def test_who_refuses_what_the_misconception_accepts_has_another_one(ask: Ask) -> None:
    refusing = """
        def double(x):
            if x > 3:
                raise ValueError("too large")
            return x + 1
    """
    assert named(ask(refusing, 0, 1, 2, 5)) is None


def test_nothing_is_named_where_the_record_was_cut_short(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "RECORD_CAP", 20)
    recorder = ask(PLUS_ONE, 2, 5, 6)
    assert recorder.exchanges
    assert named(recorder) is None


def test_nothing_is_named_where_nothing_was_answered(ask: Ask) -> None:
    assert named(ask("def double(x): raise TypeError", 1, 2)) is None
