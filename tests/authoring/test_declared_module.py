"""A declared module: each way of being wrong loses its own check and no other."""

from __future__ import annotations

import pytest

from tests.support.made_suite import Run, lost_by_itself

SUITE = """
from autograder.authoring.called_module import Built
from autograder.authoring.declared_module import DeclaredModule
from autograder.authoring.maps import fill

def children(channels, out, steps=1):
    return {"mix": [(out, channels, 1, 1), (out,)], "gain": []}

def right(parameters, made_with, x):
    weight, bias = parameters["mix"]
    return torch.nn.functional.conv2d(x, weight, bias).clamp(min=0)

def built(channels, out, height, seed):
    x = fill((2, channels, height, height + 1), "normal", seed, torch.float64)
    return Built({"channels": channels, "out": out}, {"x": x}, seed)

SAID = dict(title=Text("t", "t"), hint=Text("h", "h"))
MIX = DeclaredModule(
    "Mix", children, right, cases=st.builds(built, st.just(2), st.integers(3, 4), st.just(2),
    st.integers(0, 99)), examples=(built(2, 3, 2, 1),)
)
test_layers = MIX.layers(points=1, **SAID)
test_values = MIX.values(points=1, **SAID)
test_gradients = MIX.gradients(points=1)
test_kept = MIX.keeps_what_it_is_given(points=1)
test_made = MIX.refuses_to_be_made(
    points=1, naming=("steps",), invalid=({"channels": 2, "out": 3, "steps": 0},), **SAID
)
test_sizes = MIX.refuses(
    points=1, invalid=(built(2, 3, 9, 1),), numbers=lambda case: (9, 10), **SAID
)
"""
RIGHT = """
import torch
from torch import nn

class Mix(nn.Module):
    def __init__(self, channels, out, steps=1):
        super().__init__()
        if steps < 1: raise ValueError("steps")
        self.mix, self.gain = nn.Conv2d(channels, out, 1), nn.Identity()

    def forward(self, x):
        if x.shape[2] > 8: raise ValueError(f"{x.shape[2]} is too high")
        return self.mix(x).relu()
"""
CONV = "nn.Conv2d(channels, out, 1), nn.Identity()"
OUT = "return self.mix(x).relu()"
WRONG: list[tuple[str, str, set[str]]] = [
    ("", "", set()),
    (OUT, "return nn.functional.conv2d(x, self.mix.weight, self.mix.bias).clamp(min=0)", set()),
    ("1), nn", "1, bias=False), nn", {"layers", "values", "gradients", "kept"}),
    ("self.mix, ", "self.blend, ", {"layers", "values", "gradients", "kept", "sizes"}),
    ("nn.Identity()", "nn.Identity(); self.more = nn.Linear(2, 3)", {"layers"}),
    ("nn.Identity()", "nn.Identity(); self.again = nn.ModuleList([self.mix])", set()),
    (".relu()", "", {"values"}),
    (".relu()", ".relu().detach()", {"gradients"}),
    (OUT, "return self.mix(x).relu().float()", {"kept"}),
    (OUT, "return self.mix(x).relu() + torch.zeros(2, 1, 1, 1)", {"kept"}),
    (OUT, "y = self.mix(x.clone()).relu()\n        x.data.zero_()\n        return y", {"kept"}),
    ('raise ValueError("steps")', "pass", {"made"}),
    ("is too high", "", set()),
    ('f"{x.shape[2]} is too high"', '"too high"', {"sizes"}),
]


@pytest.mark.parametrize(("right", "wrong", "lost"), WRONG)
def test_each_mistake_loses_its_own_check(run: Run, right: str, wrong: str, lost: set[str]) -> None:
    checks = run(SUITE, RIGHT.replace(right, wrong), points=6)
    assert len(checks) == 6
    assert lost_by_itself(checks) == lost
