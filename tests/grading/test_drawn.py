"""With the same seed a second submission is asked what the first was, and judged as if alone."""

from __future__ import annotations

import msgspec
import pytest

from autograder.document.result import Check
from autograder.grading import recorder
from autograder.grading.drawn import Drawn
from autograder.sandbox.protocol.errors import Verdict
from tests.support.made_suite import DOUBLING, Run

RIGHT = "def double(x): return x + x"
COUNTING = """
calls = 0
def double(x):
    global calls
    calls += 1
    return x * (2 if calls < {right} else 3)
"""
DRAWING = """
@about("double", 3)
@given(data=st.data())
def test_doubles(student, data):
    x = torch.tensor([data.draw(st.integers(1, 9))])
    expect_close(student, student.double(x), 2 * x)
"""

# A suite that is not settled by its seed: it asks about NUMBERS one after the other.
NUMBERS: list[int] = []
UNSETTLED = """
from hypothesis import example, settings
from tests.grading.test_drawn import NUMBERS

@about("double", 3)
@settings(max_examples=1)
@given(n=st.just(1))
@example(n=1)
def test_doubles(student, n):
    module = student.function("double").make()
    module(torch.ones(1))
    x = torch.full((3,), float(NUMBERS.pop(0)))
    expect_close(student, module(x), 2 * x)
"""
COUNTING_MODULE = """
import torch
class double(torch.nn.Module):
    calls = 0
    def forward(self, x):
        self.calls += 1
        return x * {factor}
"""


def untimed(checks: dict[str, Check]) -> list[Check]:
    return [msgspec.structs.replace(check, seconds=0.0) for check in checks.values()]


def test_a_check_that_passed_is_asked_again_without_drawing(run: Run) -> None:
    drawn = Drawn()
    first = run(DOUBLING, RIGHT, drawn=drawn)
    known = drawn.of("task.doubles")
    assert known is not None
    assert len(known) > 10
    assert all(set(example) == {"n", "m"} for example in known)
    assert untimed(run(DOUBLING, "def double(x): return 2 * x", drawn=drawn)) == untimed(first)


@pytest.mark.parametrize(
    "source",
    [
        "def double(x): return x * 3",
        "def double(x): return x * (3 if x.numel() > 8 else 2)",
        "def double(x): return [x][x.numel() // 9] * 2",
        "def double(x): return x.reshape(-1) * 2",
        "import os\ndef double(x): return os._exit(0) if len(x) > 2 else x * 2",
        # Each call counts: none is made twice, and none is left out.
        *(COUNTING.format(right=right) for right in (2, 7, 30)),
        "import torch\ndef double(x): return x * 2 + (torch.rand(()) > 0.9)",
    ],
)
def test_a_lost_check_is_lost_as_if_it_were_the_first(source: str, run: Run) -> None:
    drawn = Drawn()
    assert {check.verdict for check in run(DOUBLING, RIGHT, drawn=drawn).values()} == {
        Verdict.PASSED
    }
    assert untimed(run(DOUBLING, source, drawn=drawn)) == untimed(run(DOUBLING, source))


def test_what_a_lost_check_drew_is_not_kept(run: Run) -> None:
    drawn = Drawn()
    run(DOUBLING, "def double(x): return x * 3", drawn=drawn)
    assert drawn.of("task.doubles") is None


def test_a_test_that_draws_while_it_runs_draws_again(run: Run) -> None:
    drawn = Drawn()
    for source in (RIGHT, "def double(x): return x * 2"):
        assert run(DRAWING, source, drawn=drawn)["task.doubles"].verdict is Verdict.PASSED
    assert drawn.of("task.doubles") is None


def test_a_check_that_asks_otherwise_makes_its_objects_anew(run: Run) -> None:
    def lost(*numbers: int, drawn: Drawn | None = None) -> list[Check]:
        NUMBERS[:] = numbers
        return untimed(run(UNSETTLED, wrong, drawn=drawn))

    drawn, wrong = Drawn(), COUNTING_MODULE.format(factor=2)
    assert lost(4, 4, drawn=drawn)[0].earned == 3
    wrong = COUNTING_MODULE.format(factor="(1 + self.calls)")
    assert lost(5, 6, 7, drawn=drawn) == lost(7)
    assert not NUMBERS


def test_nothing_is_repeated_of_a_record_that_was_cut_short(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = Drawn()
    NUMBERS[:] = [4] * 100
    run(UNSETTLED, COUNTING_MODULE.format(factor=2), drawn=drawn)
    wrong = COUNTING_MODULE.format(factor="(1 + self.calls)")
    whole = untimed(run(UNSETTLED, wrong))
    for cap in range(0, 80, 4):  # the module is made, then asked, before there is too much
        monkeypatch.setattr(recorder, "RECORD_CAP", cap)
        assert untimed(run(UNSETTLED, wrong, drawn=drawn)) == whole
