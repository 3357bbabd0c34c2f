"""How an input lies in memory is told where it matters, and can be made again from what is told."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from autograder.authoring.expect import CheckFailed
from autograder.authoring.invariants import awkward_layouts
from autograder.authoring.manifest import Function, Task
from autograder.document.text import Text
from autograder.grading.explain import counterexample
from autograder.grading.layouts import layout
from autograder.sandbox.protocol.errors import Call

X = torch.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
VIEWS = {
    "transposed": X.transpose(-1, -2),
    "every second column": X[..., ::2],
    "every second row": X[:, :, ::2],
    "channels last": X.contiguous(memory_format=torch.channels_last),
    "one sample for all": X[:1].expand(X.shape),
    "one channel for all": X[:, :1].expand(X.shape),
    "one value for all": X[:1, :1, :1, :1].clone().expand(X.shape),
    "permuted": X.permute(3, 1, 0, 2),
    "a margin cut off": X[..., 1:],
    "integers": X.to(torch.int64)[..., 1:],
    "a vector": X[0, 0, :, 0],
}


def made_again(told: str, x: Tensor) -> Tensor:
    """What the line in the sentence makes of a plain tensor with the same values."""
    names = {"torch": torch, "x": x.clone(memory_format=torch.contiguous_format)}
    exec(told.partition("plain tensor: ")[2], names)
    made = names["x"]
    assert isinstance(made, Tensor)
    return made


@pytest.mark.parametrize("name", VIEWS)
def test_the_line_that_is_told_makes_the_same_tensor(name: str) -> None:
    view = VIEWS[name]
    told = layout("x", view)
    assert told is not None
    again = made_again(told.en, view)
    assert again.stride() == view.stride()
    assert torch.equal(again, view)
    assert again.dtype == view.dtype


@pytest.mark.parametrize("number", range(4))
def test_every_layout_that_the_suites_use_can_be_made_again(number: int) -> None:
    view = awkward_layouts(X)[number]
    told = layout("x", view)
    assert told is not None
    assert made_again(told.en, view).stride() == view.stride()


def test_both_languages_hold_the_stride_and_the_line() -> None:
    told = layout("skip", X.transpose(-1, -2))
    assert told is not None
    for text in (told.en, told.ko):
        assert "(60, 20, 1, 5)" in text
        assert text.endswith("skip = skip.transpose(-1, -2).contiguous().transpose(-1, -2)")


def test_a_stride_that_no_line_makes_is_told_alone() -> None:
    told = layout("x", X.permute(3, 1, 0, 2)[:1].expand(5, 3, 2, 4))
    assert told == Text(
        "x is not contiguous in memory: its stride is (0, 20, 60, 5).",
        "x은(는) 메모리에 연속으로 놓여 있지 않습니다. stride가 (0, 20, 60, 5)입니다.",
    )


@pytest.mark.parametrize("plain", [X, X[:1], X[:, :, :0], torch.tensor(1.0)])
def test_nothing_is_said_of_a_plain_tensor(plain: Tensor) -> None:
    assert layout("x", plain) is None


FUSE_SKIP = Function("fuse_skip", ("coarse", "skip", "offset"))


def test_a_counterexample_tells_how_its_inputs_lie_in_memory() -> None:
    call = Call("fuse_skip", (X, X.transpose(-1, -2)), {"offset": 0})
    ending = CheckFailed(Text("a", "b"), call=call, got=X.mT, expected=X)
    found = counterexample(ending, Task("fcn8s", 1, (FUSE_SKIP,)))
    assert found is not None
    coarse, skip = found.inputs
    assert coarse.layout is None
    assert skip.layout == layout("skip", X.transpose(-1, -2))
    assert found.got is not None
    assert found.got.layout is None
