"""Excluded operations while a file is imported: no offence, and no use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import ImportFailed, Raised, UsedForbidden, WrongKind
from autograder.sandbox.protocol.messages import TRANSPOSED_CONVOLUTION, Loaded
from autograder.sandbox.protocol.messages import Load as LoadRequest
from autograder.sandbox.worker.executor import Executor

Load = Callable[..., Student]
X = torch.arange(6.0).reshape(1, 1, 2, 3)
FORBIDDEN = (TRANSPOSED_CONVOLUTION, "upsample_*[0-9]d")
HEAD = """\
from __future__ import annotations
import numpy as np, torch
from torch.nn import functional as F
def f(x): return x.repeat_interleave(2, 2).repeat_interleave(2, 3)
a = torch.arange(6.0).reshape(1, 1, 2, 3)
"""
COMPARISONS = (
    "assert torch.allclose(f(a), F.interpolate(a, scale_factor=2))",
    "b = F.interpolate(a, scale_factor=2)\nassert torch.allclose(f(a), b)\nprint(b.shape)",
    "b = F.interpolate(a, scale_factor=2)\ntorch.testing.assert_close(f(a), b)",
    "b = F.interpolate(a, scale_factor=2).numpy()\nnp.testing.assert_allclose(f(a).numpy(), b)",
    "b = F.interpolate(a, scale_factor=2)\nprint(f'{b} {b.shape}', (f(a) - b).abs().max().item())",
    "def check():\n    assert (F.interpolate(a, scale_factor=2) == f(a)).all()\ncheck()",
    "b = None\ntry: b = F.interpolate(a, scale_factor=2)\nexcept RuntimeError: pass\n"
    "assert b.shape == f(a).shape",
    "for scale in (1, 2):\n    assert F.interpolate(a, scale_factor=scale).numel()",
    "class Check:\n    made = F.interpolate(a, scale_factor=2)\nassert Check.made.numel() == 24",
    "if F.interpolate(a, scale_factor=2).equal(f(a)):\n    print('right')",
)


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_a_comparison_with_the_library_at_import_costs_nothing(load: Load, comparison: str) -> None:
    student = load(f"{HEAD}{comparison}\ndef g(x): return f(x) + 1", forbidden=FORBIDDEN)
    right = X.repeat_interleave(2, 2).repeat_interleave(2, 3)
    assert torch.equal(student.f(X), right)
    assert torch.equal(student.g(X), right + 1)


@pytest.mark.parametrize("comparison", COMPARISONS[:2])
def test_a_helper_file_may_compare_itself_as_well(load: Load, comparison: str) -> None:
    student = load("from helper import f", forbidden=FORBIDDEN, helper=HEAD + comparison)
    assert student.f(X).shape == (1, 1, 4, 6)


@pytest.mark.parametrize(
    ("more", "touched"),
    [
        ("", ()),
        (COMPARISONS[0], ("excluded operation at import",)),
        (COMPARISONS[6], ("excluded operation at import",)),
        ("import ctypes", ("ctypes",)),
    ],
)
def test_the_staff_is_told_what_an_import_reached(
    tmp_path: Path, more: str, touched: tuple[str, ...]
) -> None:
    (tmp_path / "another_unlikely_name.py").write_text(HEAD + more)
    executor = Executor(tmp_path, 1 << 20)
    reply, _ = executor.handle(LoadRequest(1, "another_unlikely_name", (), FORBIDDEN), b"")
    executor.close()
    assert isinstance(reply, Loaded)
    assert reply.touched == touched


@pytest.mark.parametrize(
    "use",
    [
        "torch.gather(x.flatten(), 0, made.flatten()).reshape(1, 1, 4, 6)",
        "x.flatten()[made]",
        "made + x.sum()",
        "torch.as_tensor(made)",
        "torch.from_numpy(np.asarray(made))",
        "max(x.sum(), made)",
        "torch.stack([x, *made])",
    ],
)
def test_what_an_excluded_operation_made_at_import_is_of_no_use(load: Load, use: str) -> None:
    source = f"{HEAD}made = F.interpolate(a, scale_factor=2).long()\ndef g(x): return {use}"
    student = load(source, forbidden=FORBIDDEN)
    with pytest.raises(UsedForbidden):
        student.g(X)


def test_what_is_handed_on_unused_is_no_tensor(load: Load) -> None:
    source = f"{HEAD}made = F.interpolate(a, scale_factor=2)\ndef g(x): return made"
    with pytest.raises(WrongKind):
        load(source, forbidden=FORBIDDEN).g(X)


def test_a_default_made_by_one_costs_that_function_alone(load: Load) -> None:
    source = f"{HEAD}def g(x, made=F.interpolate(a, scale_factor=2)): return made"
    student = load(source, forbidden=FORBIDDEN)
    assert student.f(X).shape == (1, 1, 4, 6)
    with pytest.raises(UsedForbidden):
        student.g(X)


@pytest.mark.parametrize("wrong", ["import nothing_of_that_name", "class A(a_name): pass"])
def test_a_definition_that_fails_by_itself_is_still_an_error(load: Load, wrong: str) -> None:
    with pytest.raises(ImportFailed):
        load(f"{HEAD}{COMPARISONS[0]}\n{wrong}", forbidden=FORBIDDEN)


def test_a_line_that_fails_before_any_comparison_is_still_an_error(load: Load) -> None:
    with pytest.raises(ImportFailed):
        load(f"{HEAD}assert a is None\n{COMPARISONS[0]}", forbidden=FORBIDDEN)


def test_an_error_after_a_comparison_names_its_own_line(load: Load) -> None:
    source = f"{HEAD}{COMPARISONS[0]}\ndef g(x):\n    raise LookupError"
    student = load(source, forbidden=FORBIDDEN)
    with pytest.raises(Raised) as caught:
        student.g(X)
    assert caught.value.frames[-1].line == source.count("\n") + 1
