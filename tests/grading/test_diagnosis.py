"""A misconception is named under a check where it alone answers as the student's function did."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from torch import Tensor

from autograder.authoring.manifest import Knowledge
from autograder.authoring.marks import Misconception
from autograder.document.text import Text
from autograder.grading import recorder as recording
from autograder.grading.diagnosis import Diagnosis
from autograder.grading.recorder import Recorder
from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault


def double(x: Tensor) -> Tensor:
    if (x < 0).any():
        raise ValueError("x is negative")
    return 2 * x


def adds_one(x: Tensor) -> Tensor:
    return double(x) - x + 1


def doubles_but_at_zero(x: Tensor) -> Tensor:
    return torch.where(x == 0, x + 1, double(x))


def nine_at_zero(x: Tensor) -> Tensor:
    return torch.where(x == 0, x + 9, double(x))


def refuses_the_negative(x: Tensor) -> Tensor:
    if (x < 0).any():
        raise ValueError("x is negative")
    return x + 3


def wrong(implementation: Callable[..., object], function: str = "double") -> Misconception:
    name = implementation.__name__
    return Misconception(name, function, Text(name, name), (), implementation)


KNOWN = (wrong(adds_one), wrong(doubles_but_at_zero), wrong(refuses_the_negative))
RIGHT = {"double": double}
Ask = Callable[..., Recorder]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask the functions of a file for their values at these numbers, each in a lost check."""

    def ask(source: str, *values: float, lost: bool = True) -> Recorder:
        (tmp_path / "asked.py").write_text(dedent(source))
        recorder = Recorder(InProcess(tmp_path))
        student = Student(recorder)
        student.load("asked")
        for value in values:
            recorder.begin(f"check at {value}")
            with suppress(StudentFault):
                student.double(torch.tensor([value]))
            if lost:
                recorder.note_loss(f"check at {value}")
        return recorder

    return ask


def named(
    recorder: Recorder, at: float = 5, known: tuple[Misconception, ...] = KNOWN
) -> str | None:
    """What is named under the check that asked for this value."""
    found = Diagnosis(Knowledge(known, RIGHT), "double", recorder).named(f"check at {at}")
    return found.name if found else None


PLUS_ONE = "def double(x): return 1 + x"


def test_the_one_that_agrees_with_every_answer_is_named(ask: Ask) -> None:
    assert named(ask(PLUS_ONE, 0, 2, 5)) == "adds_one"


def test_answers_that_two_would_give_name_none(ask: Ask) -> None:
    assert named(ask(PLUS_ONE, 0), at=0) is None  # both give 1


def test_an_answer_that_none_would_give_names_none(ask: Ask) -> None:
    assert named(ask("def double(x): return x + 1 if x < 5 else x", 0, 2, 5)) is None


def test_it_does_not_stand_under_a_check_where_it_is_right(ask: Ask) -> None:
    recorder = ask("def double(x): return x + 1 if x >= 0 else x", 1, 5, -2)
    assert named(recorder, at=1) is None  # 1 + 1 is 2 · 1


def test_it_does_not_stand_under_a_check_it_did_not_lose(ask: Ask) -> None:
    unchecked = ask("def double(x): return x + 3 if x > 0 else 2 * x", 1, 5, -2)
    assert named(unchecked, at=5) == "refuses_the_negative"
    assert named(unchecked, at=-2) is None


def test_a_right_answer_where_it_is_wrong_speaks_against_it(ask: Ask) -> None:
    assert named(ask("def double(x): return x + 1 if x > 4 else 2 * x", 3, 5)) is None


def test_two_in_one_function_each_stand_under_their_own_check(ask: Ask) -> None:
    known = (wrong(nine_at_zero), wrong(refuses_the_negative))
    both = ask("def double(x): return x + 9 if x == 0 else x + 3", 0, 5)
    assert named(both, at=0, known=known) == "nine_at_zero"
    assert named(both, at=5, known=known) == "refuses_the_negative"


def test_what_no_other_explains_speaks_against_it(ask: Ask) -> None:
    assert named(ask("def double(x): return x + 1 if x > 4 else x + 7", 3, 5)) is None


def test_another_dtype_is_another_answer(ask: Ask) -> None:
    assert named(ask("def double(x): return (x + 1).double()", 0, 2, 5)) is None


def test_misconceptions_of_other_functions_are_not_asked(ask: Ask) -> None:
    recorder = ask(PLUS_ONE, 0, 2, 5)
    assert named(recorder, known=(wrong(adds_one, function="triple"),)) is None


def test_a_misconception_is_found_without_its_check_of_arguments(ask: Ask) -> None:
    assert named(ask("def double(x): return x + 3", 1, 5, -2)) == "refuses_the_negative"


def test_nothing_is_named_where_the_record_was_cut_short(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "RECORD_CAP", 20)
    recorder = ask(PLUS_ONE, 2, 5, 6)
    assert recorder.exchanges
    assert Diagnosis(Knowledge(KNOWN), "double", recorder).of("check at 5") is None


def test_the_same_image_fills_the_record_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = torch.arange(2.0 * recording.ONCE / 4)
    monkeypatch.setattr(recording, "RECORD_CAP", 3 * image.nbytes)
    (tmp_path / "asked.py").write_text("def double(x): return 1 + x")
    recorder = Recorder(InProcess(tmp_path))
    student = Student(recorder)
    student.load("asked")
    for _ in range(5):
        student.double(image)
    assert recorder.whole
    student.double(image + 1)
    student.double(image + 2)
    assert not recorder.whole
    held = sum(map(len, recorder._buffers.values()))
    for more in range(3, 9):
        student.double(image + more)
    assert sum(map(len, recorder._buffers.values())) == held


def test_nothing_is_named_where_nothing_was_answered(ask: Ask) -> None:
    assert named(ask("def double(x): raise TypeError", 1, 5)) is None
