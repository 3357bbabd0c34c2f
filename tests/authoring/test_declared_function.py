"""A declared function: each way of being wrong loses its own check and no other."""

from __future__ import annotations

import pytest

from tests.support.made_suite import Run, lost_by_itself

SUITE = """
from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.maps import tensors

def right(x, weight, by=1):
    return (x * x).roll(by, -1) * weight

@st.composite
def cases(draw):
    x = draw(tensors((2, 3, 2, draw(st.integers(2, 4)))))
    return {"x": x, "weight": torch.tensor([0.5, 2.0]).reshape(2, 1, 1, 1), "by": 1}

X = torch.arange(1.0, 13).reshape(2, 1, 2, 3)
WEIGHT = torch.tensor([0.5, 2.0]).reshape(2, 1, 1, 1)
SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
ROLL = DeclaredFunction(
    "rolled", right, cases=cases(), examples=({"x": X, "weight": WEIGHT, "by": (1)},)
)
test_values = ROLL.values(points=1, **SAID)
test_form = ROLL.keeps_dtype_and_device(points=1)
test_gradients = ROLL.gradients(points=1, to=("x", "weight"))
test_calls = ROLL.takes_any_call(points=1)
test_errors = ROLL.refuses(
    points=1, naming=("by",), invalid=({"x": X, "weight": WEIGHT, "by": -1},), **SAID
)
"""
CHECK = 'if by < 0: raise ValueError("by must not be negative")'
RETURN = "return (x * x).roll(by, -1) * weight"
ALL = {"values", "form", "gradients", "calls", "errors"}


def submission(body: str, parameters: str = "x, weight, by=1") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"import torch\ndef rolled({parameters}):\n{lines}\n"


WRONG = {
    "nothing": (f"{CHECK}\n{RETURN}", set()),
    "another way": (f"{CHECK}\nreturn torch.einsum('n...,n->n...', x.pow(2), weight.flatten())"
                    ".roll(by, 3)", set()),
    "values": (f"{CHECK}\nreturn (x * x).roll(by, -2) * weight", {"values"}),
    "zeros": (f"{CHECK}\nreturn 0 * x * weight", {"values", "gradients"}),
    "detached": (f"{CHECK}\nreturn (x * x).roll(by, -1) * weight.detach()", {"gradients"}),
    "a gradient of its own": (f"{CHECK}\nreturn (x * x.detach()).roll(by, -1) * weight",
                              {"gradients"}),
    "single precision": (f"{CHECK}\nreturn ((x.float() * x).roll(by, -1) * weight).to(x.dtype)",
                         {"form"}),
    "float32 only": (f"{CHECK}\nreturn ((x * x).roll(by, -1) * weight).float()", {"form"}),
    "on the CPU": (f"{CHECK}\nreturn (x * x).roll(by, -1) * weight + torch.zeros(2, 1, 1, 1)",
                   {"form"}),
    "writes to x": (f"{CHECK}\ny = (x.clone() ** 2).roll(by, -1) * weight\nx.data.zero_()\n"
                    "return y", {"calls"}),
    "keeps a layout": (f"{CHECK}\nreturn (x * x).roll(by, -1) * weight if x.is_contiguous() else "
                       "x.reshape(-1).view(x.shape) * weight", {"calls"}),
    "unchecked": (RETURN, {"errors"}),
    "says nothing": (f"if by < 0: raise ValueError('no')\n{RETURN}", {"errors"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_each_mistake_loses_its_own_check(run: Run, name: str) -> None:
    body, lost = WRONG[name]
    checks = run(SUITE, submission(body), points=5)
    assert {each.removeprefix("task.") for each in checks} == ALL
    assert lost_by_itself(checks) == lost


def test_another_name_of_an_argument_is_lost_under_calls(run: Run) -> None:
    source = submission(f"{CHECK}\n{RETURN}".replace("weight", "w"), "x, w, by=1")
    checks = run(SUITE, source, points=5)
    assert lost_by_itself(checks) == {"calls"}


NUMBERS = """
from autograder.authoring.declared_function import DeclaredFunction

def reach(layers):
    return sum(kernel - 1 for kernel, _ in layers) + 1

def pair(x):
    return x.flatten().sort().values, x.flatten().sort().indices

SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
X = torch.tensor([[3.0, 1.0, 2.0]])
cases = st.just({"x": X})
LAYERS = st.just({"layers": [(3, 1), (5, 2)]})
REACH = DeclaredFunction("reach", reach, cases=LAYERS, numbers=True, dtype=torch.int64)
COUNT = DeclaredFunction("reach", reach, cases=LAYERS, numbers=True)
SORTED = DeclaredFunction("pair", pair, cases=cases, item=(0, 2))
PLACES = DeclaredFunction("pair", pair, cases=cases, item=(1, 2), dtype=torch.int64)
test_reach = REACH.values(points=1, **SAID)
test_reach_is_a_number = REACH.keeps_dtype_and_device(points=1)
test_count = COUNT.values(points=1, **SAID)
test_sorted = SORTED.values(points=1, **SAID)
test_gradients = SORTED.gradients(points=1)
test_places = PLACES.values(points=1, **SAID)
test_places_are_int64 = PLACES.keeps_dtype_and_device(points=1)
"""
RIGHT = """
import torch
def reach(layers): return sum(kernel - 1 for kernel, _ in layers) + 1
def pair(x): return torch.sort(x.flatten())
"""


@pytest.mark.parametrize(
    ("wrong", "lost"),
    [
        (RIGHT, set()),
        (RIGHT.replace("+ 1", "+ 2"), {"reach", "count"}),
        (RIGHT.replace("+ 1", "+ 1.0"), {"reach_is_a_number", "count"}),
        (RIGHT.replace("+ 1", "+ 1.7"), {"reach", "count", "reach_is_a_number"}),
        (
            RIGHT.replace("torch.sort(x.flatten())", "torch.sort(x.flatten())[::-1]"),
            {"sorted", "gradients", "places", "places_are_int64"},
        ),
        (
            RIGHT.replace("return torch.sort(x.flatten())", "return x.flatten().sort()[0]"),
            {"sorted", "gradients", "places", "places_are_int64"},
        ),
    ],
)
def test_numbers_and_items_of_a_tuple_are_declared(run: Run, wrong: str, lost: set[str]) -> None:
    checks = run(NUMBERS, wrong, points=7)
    assert len(checks) == 7
    assert lost_by_itself(checks) == lost


STEPS = """
from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.follow_through import through

def double(x):
    return 2 * x

def shifted(x, by=1, double=double):
    return double(x) + by

SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
CASES = dict(cases=st.just({"x": torch.tensor([[3.0, 1.0, 2.0]])}))
DOUBLE = DeclaredFunction("double", double, **CASES)
SHIFTED = DeclaredFunction(
    "shifted", shifted, steps={"double": lambda s: lambda x: through(s.double, x)}, **CASES
)
test_double = DOUBLE.values(points=1, **SAID)
test_shifted = SHIFTED.values(points=1, **SAID)
test_gradients = SHIFTED.gradients(points=1)
test_calls = SHIFTED.takes_any_call(points=1)
"""
BUILT = "def double(x): return 2 * x\ndef shifted(x, by=1): return double(x) + by\n"


@pytest.mark.parametrize(
    ("right", "wrong", "lost"),
    [
        ("", "", set()),
        ("2 * x", "3 * x", {"double"}),
        ("2 * x", "x.flip(1)", {"double"}),
        ("2 * x", "0 * x", {"double", "shifted", "gradients"}),
        ("2 * x", "1 / 0", {"double", "shifted", "gradients", "calls"}),
        ("+ by", "- by", {"shifted"}),
        ("+ by", "+ by + (x - x.detach())", {"gradients"}),
    ],
)
def test_a_function_built_on_a_wrong_one_is_right(
    run: Run, right: str, wrong: str, lost: set[str]
) -> None:
    checks = run(STEPS, BUILT.replace(right, wrong), points=4)
    assert lost_by_itself(checks) == lost


ROOT = """
from autograder.authoring.declared_function import DeclaredFunction

SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
X = torch.tensor([2.0, 3.0])
ROOT = DeclaredFunction("root", lambda x: x.sqrt(), cases=st.just({"x": X}), as_drawn=True)
HALF = DeclaredFunction(
    "half", lambda n: torch.tensor([n / 3], dtype=torch.float64), cases=st.just({"n": 1}),
    dtype=torch.float64,
)
test_root = ROOT.values(points=1, **SAID)
test_root_form = ROOT.keeps_dtype_and_device(points=1)
test_half = HALF.values(points=1, **SAID)
test_half_form = HALF.keeps_dtype_and_device(points=1)
"""
ROOTS = """
import torch
def root(x):
    if x.min() < 0: raise RuntimeError("not drawn")
    return x.sqrt()
def half(n): return torch.tensor([n / 3], dtype=torch.float64)
"""


@pytest.mark.parametrize(
    ("right", "wrong", "lost"),
    [
        ("", "", set()),
        ("x.sqrt()", "x.float().sqrt().to(x.dtype)", {"root_form"}),
        ("x.sqrt()", "x.double().sqrt()", {"root_form"}),
        (", dtype=torch.float64", "", {"half_form"}),
        ("n / 3", "n / 2", {"half"}),
    ],
)
def test_values_hold_in_a_wrong_dtype_and_form_in_drawn_values(
    run: Run, right: str, wrong: str, lost: set[str]
) -> None:
    checks = run(ROOT, ROOTS.replace(right, wrong), points=4)
    assert lost_by_itself(checks) == lost


def test_an_input_that_was_changed_is_counted_from_one(run: Run) -> None:
    body = (
        f"{CHECK}\ny = x.clone() ** 2 * weight.clone()\nweight.data.zero_()\nreturn y.roll(by, -1)"
    )
    message = run(SUITE, submission(body), points=5)["task.calls"].message
    assert message is not None
    assert message.en == "The call changed its own input (argument 2)."
