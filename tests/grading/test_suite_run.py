"""From a suite's tests to checks: points, verdicts, counterexamples, and no guessing."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.authoring.manifest import Assignment, Function, Knowledge, StandInSpec, Task
from autograder.document.faults import Fault, SuiteError
from autograder.grading.attempts import SHRINK_EXAMPLES
from autograder.grading.grading_run import GradingRun
from autograder.grading.suite_run import run_suites
from autograder.sandbox.grader.calls import Shape
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call, Verdict
from autograder.sandbox.protocol.stand_ins import Values
from tests.support.made_suite import DOUBLING, Run


class NoWorkers:
    """Nothing is to be run."""

    def connect(self, task: Task) -> Channel:
        raise AssertionError(task)

    def finish(self, task: Task) -> None:
        raise AssertionError(task)


def test_a_right_function_earns_every_point(run: Run) -> None:
    checks = run(DOUBLING, "def double(x): return x + x")
    assert [check.earned for check in checks.values()] == [2, 1]
    assert {check.verdict for check in checks.values()} == {Verdict.PASSED}


def test_a_lost_check_shows_the_smallest_call(run: Run) -> None:
    lost = run(DOUBLING, "def double(x): return x * 3")["task.doubles"]
    assert (lost.earned, lost.verdict) == (0, Verdict.FAILED)
    assert lost.counterexample is not None
    assert lost.counterexample.call == "double(x)"
    assert lost.counterexample.inputs[0].values == (0, 1)
    assert lost.counterexample.got is not None
    assert lost.counterexample.got.values == (0, 3)
    assert lost.counterexample.expected is not None
    assert lost.counterexample.expected.values == (0, 2)


def test_an_exception_costs_its_check_and_shows_the_line(run: Run) -> None:
    checks = run(
        DOUBLING,
        """
        def double(x):
            if x.numel() > 5: raise RuntimeError("too many")
            return x * 2
        """,
    )
    lost = checks["task.doubles"]
    assert lost.verdict is Verdict.ERROR
    assert lost.message is not None
    assert "too many" in lost.message.en
    assert lost.traceback[-1].source == 'if x.numel() > 5: raise RuntimeError("too many")'
    assert checks["task.keeps_zero"].earned == 1


def test_a_crash_is_made_small_too(run: Run) -> None:
    lost = run(DOUBLING, "import os\ndef double(x): return os._exit(0) if len(x) > 2 else x * 2")[
        "task.doubles"
    ]
    assert lost.verdict is Verdict.CRASH
    assert lost.counterexample is not None
    assert lost.counterexample.inputs[0].shape == (3, 1)


def test_after_a_timeout_the_function_is_not_called_again(run: Run, tmp_path: Path) -> None:
    suite = (
        DOUBLING
        + """
@about("other", 1)
def test_other(student):
    expect_close(student, student.other(torch.zeros(2)), torch.zeros(2))
"""
    )
    checks = run(
        suite,
        """
        def double(x):
            while True: pass
        def other(x): return x
        """,
        points=4,
    )
    assert checks["task.doubles"].verdict is Verdict.TIMEOUT
    assert checks["task.keeps_zero"].verdict is Verdict.TIMEOUT
    assert checks["task.keeps_zero"].seconds < checks["task.doubles"].seconds
    assert checks["task.other"].verdict is Verdict.PASSED


def test_a_file_that_cannot_be_imported_gives_every_check_its_reason(run: Run) -> None:
    checks = run(DOUBLING, "def double(x) return x")
    assert {check.verdict for check in checks.values()} == {Verdict.ERROR}
    assert all(check.message and "SyntaxError" in check.message.en for check in checks.values())


def test_an_endless_import_is_tried_once(run: Run) -> None:
    checks = run(DOUBLING, "while True: pass")
    assert {check.verdict for check in checks.values()} == {Verdict.TIMEOUT}
    assert checks["task.keeps_zero"].seconds < 1 < checks["task.doubles"].seconds


def test_a_function_that_answers_differently_each_time_does_not_pass(run: Run) -> None:
    source = """
        count = 0
        def double(x):
            global count
            count += 1
            return x * 2 if count % 3 else x * 5 + 1
        """
    assert run(DOUBLING, source)["task.doubles"].verdict is Verdict.FAILED


def test_the_search_for_a_smaller_example_ends(run: Run) -> None:
    suite = """
@about("double", 3)
@given(values=st.lists(st.integers(0, 100), min_size=30, max_size=40))
def test_doubles(student, values):
    x = torch.tensor(values)
    got = student.double(x)
    expect_close(student, got, 2 * x)
"""
    source = """
        calls = 0
        def double(x):
            global calls
            calls += 1
            assert calls < 200
            return x
        """
    assert SHRINK_EXAMPLES < 150
    assert run(suite, source)["task.doubles"].verdict is Verdict.FAILED


def test_the_same_seed_draws_the_same_inputs(run: Run) -> None:
    suite = """
@about("double", 3)
@given(seed=st.integers(0, 10**9))
def test_doubles(student, seed):
    if seed > 1000:
        x = torch.tensor([seed])
        expect_close(student, student.double(x), x)
"""
    source = "def double(x): return x * 0"
    first = run(suite, source, seed=5)["task.doubles"].counterexample
    again = run(suite, source, seed=5)["task.doubles"].counterexample
    assert first == again
    assert first is not None


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        (DOUBLING + "\ndef test_unmarked(student):\n    pass\n", "not marked"),
        (DOUBLING + "\n@about('double')\ndef test_more(student):\n    pass\n", "add up to 4"),
        ("this is no python", "SyntaxError"),
        ("", "no tests|ended with"),
    ],
)
def test_a_fault_of_the_suite_gives_no_grade(run: Run, suite: str, said: str) -> None:
    with pytest.raises(SuiteError, match=said):
        run(suite, "def double(x): return x + x")


STUMBLING = (
    DOUBLING
    + """
@about("double", 1)
@given(n=st.integers(1, 6))
def test_largest(student, n):
    x = torch.ones(n, 2)
    if student.double(x).abs().max() + torch.ones(n, 2).sum(0)[1] - n != 2:
        raise AssertionError

@about("double", 1)
def test_adds_up(student):
    x = torch.ones(3, 2)
    expect_close(student, student.double(x) + x, 3 * x)
"""
)


def same_shape(call: Call) -> Shape:
    x = call.args[0]
    assert isinstance(x, torch.Tensor)
    return tuple(x.shape)


@pytest.mark.parametrize(
    ("result", "shape"),
    [
        ("x[:0]", (0, 2)),
        ("x[0, 0]", ()),
        ("x[None]", (1, 3, 2)),
        ("x.T", (2, 3)),  # stumbles in the check's own sum
    ],
)
def test_a_check_that_stumbles_over_a_shape_is_lost(
    run: Run, result: str, shape: tuple[int, ...]
) -> None:
    source = f"def double(x): return {result}"
    knowledge = Knowledge(right_shape=same_shape)
    lost = run(STUMBLING, source, points=5, knowledge=lambda: knowledge)["task.adds_up"]
    assert lost.verdict is Verdict.FAILED
    assert lost.message is not None
    assert lost.message.en == f"The shape is {shape}, it should be (3, 2)."
    assert lost.counterexample is not None
    assert lost.counterexample.got is not None
    assert lost.counterexample.got.shape == shape


def test_a_check_that_fails_by_itself_is_undecided_alone(run: Run) -> None:
    faults: list[Fault] = []
    suite = DOUBLING + "\n@about('double')\ndef test_bug(student):\n    1 / 0\n"
    checks = run(suite, "def double(x): return x + x", points=4, on_fault=faults.append)
    assert [check.verdict for check in checks.values()] == [
        Verdict.PASSED,
        Verdict.PASSED,
        Verdict.UNDECIDED,
    ]
    undecided = checks["task.bug"]
    assert (undecided.earned, undecided.traceback) == (0, ())
    assert undecided.message is not None
    assert "ZeroDivision" not in undecided.message.en
    assert [fault.check for fault in faults] == ["task.bug"]
    assert "ZeroDivisionError: division by zero" in faults[0].traceback


def test_an_example_that_fails_by_itself_is_undecided(run: Run) -> None:
    faults: list[Fault] = []
    checks = run(STUMBLING, "def double(x): return x + x", points=5, on_fault=faults.append)
    assert checks["task.largest"].verdict is Verdict.PASSED
    checks = run(STUMBLING, "def double(x): return x * 3", points=5, on_fault=faults.append)
    assert checks["task.largest"].verdict is Verdict.UNDECIDED
    assert [fault.check for fault in faults] == ["task.largest"]


NEIGHBOURLY = """
@about("double", 3)
def test_uses_its_neighbour(student):
    got = student.double(torch.zeros(2, 3))
    assert got.shape == (2, 3)
    from autograder.sandbox.worker.stand_in import stand_in_values
    right, replaced = torch.ones(2, 3), stand_in_values((2, 3))
    expect_close(student, got, replaced if torch.equal(got, replaced) else right)
"""


@pytest.mark.parametrize(
    "neighbour",
    [
        "import torch\ndef kernel(rows, columns): return torch.ones(rows, columns)",
        "import torch\ndef kernel(rows, columns): return torch.zeros(rows, columns)",
        "import torch\ndef kernel(rows, columns): return torch.zeros(columns)",
        "def kernel(rows, columns): raise NotImplementedError",
        "def kernel(rows, columns):\n    while True: pass",
        "def other(): pass",
        "syntax error",
        "import os; os._exit(0)",
    ],
)
def test_a_broken_neighbour_costs_nothing_here(run: Run, neighbour: str) -> None:
    def is_right(student: Student) -> bool:
        return torch.equal(student.kernel(4, 3), torch.ones(4, 3))

    needed = StandInSpec("kernel", Values(("rows", "columns")), module="neighbour")
    source = "from neighbour import kernel\ndef double(x): return kernel(2, columns=3)"
    checks = run(
        NEIGHBOURLY,
        source,
        needs=(needed,),
        knowledge=lambda: Knowledge(usable={"kernel": is_right}),
        neighbour=neighbour,
    )
    assert checks["task.uses_its_neighbour"].verdict is Verdict.PASSED


def test_a_task_without_modules_runs_nothing_else(tmp_path: Path) -> None:
    assignment = Assignment("none", "1", (Task("iou", 1.0, (Function("f"),)),))
    with pytest.raises(SuiteError, match="none names no modules with checks"):
        run_suites(GradingRun.of(assignment, seed=0), NoWorkers())
