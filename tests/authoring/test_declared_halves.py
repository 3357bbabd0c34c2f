"""The checks of form that ask one thing only, and arguments that go by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import strategies as st

from autograder.authoring.called_module import Built
from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.declared_module import DeclaredModule
from tests.support.made_suite import Run, lost_by_itself

SUITE = """
from autograder.authoring.declared_function import DeclaredFunction

def right(x, by=1, *, weight=None):
    rows, columns = (by, by) if isinstance(by, int) else by
    y = (x * x).roll((rows, columns), (-2, -1))
    return y if weight is None else y * weight

X = torch.arange(1.0, 13).reshape(2, 1, 2, 3)
WEIGHT = torch.tensor([0.5, 2.0]).reshape(2, 1, 1, 1)
SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
CASES = ({"x": X, "by": (1, 2), "weight": WEIGHT}, {"x": X, "by": 1}, {"x": X, "weight": WEIGHT})
ROLL = DeclaredFunction("rolled", right, cases=st.sampled_from(CASES), examples=CASES)
NAMED = DeclaredFunction(
    "rolled", right, cases=st.sampled_from(CASES[::2]), examples=CASES[::2]
)
test_values = ROLL.values(points=1, **SAID)
test_dtype = ROLL.keeps_dtype(points=1)
test_device = ROLL.keeps_device(points=1)
test_gradients = NAMED.gradients(points=1, to=("x", "weight"))
test_layout = ROLL.takes_any_layout(points=1)
test_argument = ROLL.takes_any_argument(points=1, pairs=("by",), max_examples=9)
test_kept = ROLL.keeps_what_it_is_given(points=1)
"""
ALL = {"values", "dtype", "device", "gradients", "layout", "argument", "kept"}
HEAD = """
import torch
def rolled(x, by=1, *, weight=None):
"""
PAIR = "    rows, columns = (by, by) if isinstance(by, int) else by\n"
ROLLED = "    y = (x * x).roll((rows, columns), (-2, -1))\n"
RETURN = "    return y if weight is None else y * weight\n"
RIGHT = HEAD + PAIR + ROLLED + RETURN


@pytest.mark.parametrize(
    ("right", "wrong", "lost"),
    [
        ("", "", set()),
        (RETURN, RETURN.replace("return ", "y = ") + "    return y.float()\n", {"dtype", "kept"}),
        (ROLLED, ROLLED + "    y = y + torch.zeros(2, 1, 1, 1)\n", {"device", "kept"}),
        ("y * weight", "y * (weight + torch.zeros(1))", {"device", "kept"}),
        ("y * weight", "y * weight.detach()", {"gradients"}),
        ("x * x", "x * x.detach()", {"gradients"}),
        (ROLLED, ROLLED.replace("(x * x)", "(x * x).view(x.numel()).view(x.shape)"),
         {"layout", "kept"}),
        (HEAD, HEAD + "    given, x = x, x.clone()\n    given.data[0] = 0\n", {"layout", "kept"}),
        ("isinstance(by, int)", "not isinstance(by, tuple)", {"argument", "kept"}),
        (PAIR, PAIR + "    if isinstance(by, tuple): columns = columns + (rows == columns)\n",
         {"argument"}),
        (HEAD, HEAD.replace("x,", "z,") + "    x = z\n", {"argument", "kept"}),
    ],
)  # fmt: skip
def test_each_half_is_lost_by_its_own_mistake(
    run: Run, right: str, wrong: str, lost: set[str]
) -> None:
    checks = run(SUITE, RIGHT.replace(right, wrong, 1), points=7)
    assert {each.removeprefix("task.") for each in checks} == ALL
    assert lost_by_itself(checks) == lost


NUMBERS = """
from autograder.authoring.declared_function import DeclaredFunction

SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
TWICE = dict(cases=st.just({"n": 3}), numbers=True)
COUNT = DeclaredFunction("count", lambda n: [n, 2 * n], **TWICE)
SHARE = DeclaredFunction("share", lambda n: 1.0 * n, **TWICE)
FORM = DeclaredFunction("count", lambda n: [n, 2 * n], dtype=torch.int64, **TWICE)
test_count = COUNT.values(points=1, **SAID)
test_share = SHARE.values(points=1, **SAID)
test_form_values = FORM.values(points=1, **SAID)
test_form = FORM.keeps_dtype(points=1)
"""


def test_numbers_of_the_other_type_are_told_without_a_dtype(run: Run) -> None:
    source = "def count(n): return [1.0 * n, 2.0 * n]\ndef share(n): return n\n"
    checks = run(NUMBERS, source, points=4)
    said = {name: each.message for name, each in checks.items() if not each.earned}
    assert said.keys() == {"task.count", "task.share", "task.form"}
    for name, came, belongs in (
        ("count", "float", "int"),
        ("form", "float", "int"),
        ("share", "int", "float"),
    ):
        message = said[f"task.{name}"]
        assert message is not None
        assert message.en == f"The call returned a number of type {came} where {belongs} belongs."
        assert message.ko == f"함수가 {belongs}이어야 할 자리에 {came}인 수를 반환했습니다."


@pytest.mark.parametrize(
    ("suite", "source", "points", "check", "speaks"),
    [
        (NUMBERS, "def count(n): return [1.0 * n, 2.0 * n]\n", 4, "form", True),
        (SUITE, RIGHT.replace("return y if", "y = y.half()\n    return y if"), 7, "dtype", False),
        (SUITE, RIGHT.replace("return y if", "y = y.half()\n    return y if"), 7, "kept", False),
    ],
)
def test_a_hint_speaks_of_integers_where_there_are_any(
    suite: str, source: str, points: float, check: str, speaks: bool, run: Run
) -> None:
    hint = run(suite, source, points=points)[f"task.{check}"].hint
    assert hint is not None
    assert "which ones should they be?" in hint.en
    assert ("large integers" in hint.en) is speaks


MODULE = """
from autograder.authoring.called_module import Built
from autograder.authoring.declared_module import DeclaredModule

X = torch.arange(1.0, 9).reshape(1, 2, 2, 2)
SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
MIX = DeclaredModule(
    "Mix", lambda out, channels: {"mix": [(out, channels, 1, 1), (out,)]},
    lambda parameters, made_with, x: torch.nn.functional.conv2d(x, *parameters["mix"]),
    cases=st.just(Built({"out": 3, "channels": 2}, {"x": X.double()})),
    examples=(Built({"out": 3, "channels": 2}, {"x": X.double()}),),
)
test_values = MIX.values(points=1, **SAID)
test_kept = MIX.keeps_what_it_is_given(points=1)
"""
ON_THE_CPU = """
import torch
from torch import nn
class Mix(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.mix = nn.Conv2d(channels, out, 1)
    def forward(self, x): return self.mix(x) + torch.zeros(1, 3, 1, 1)
"""


def test_a_module_is_made_on_a_gpu_by_the_names_of_its_arguments(run: Run) -> None:
    checks = run(MODULE, ON_THE_CPU, points=2)
    message = checks["task.kept"].message
    assert message is not None
    assert "two devices meet" in message.en


def nothing(x: torch.Tensor) -> torch.Tensor:
    return x


CASES: st.SearchStrategy[dict[str, object]] = st.just({"x": torch.ones(2)})
BUILT: st.SearchStrategy[Built] = st.nothing()


@pytest.mark.parametrize(
    ("declare", "reason"),
    [
        (
            lambda: DeclaredFunction("f", nothing, cases=CASES).keeps_device(points=1),
            "f: keeps_device asks of examples, and there are none",
        ),
        (
            lambda: DeclaredFunction(
                "f", nothing, cases=CASES, examples=({"x": 1},), numbers=True
            ).keeps_device(points=1),
            "f: numbers lie on no device",
        ),
        (
            lambda: DeclaredModule("M", dict, nothing, cases=BUILT, examples=()),
            "M: there must be an example at least",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_where_it_is_declared(
    declare: Callable[[], object], reason: str
) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        declare()
