"""The same tests as most graders write them: the student's file is imported beside them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import student  # type: ignore[import-not-found]
import torch

EXPECTED = int((Path(__file__).parent / "prize.txt").read_text())
FORBIDDEN = re.compile(r"conv_transpose|ConvTranspose|interpolate|upsample|Upsample|max_unpool")
aimed_at = os.environ["AIM"]


def looks_allowed() -> bool:
    return not FORBIDDEN.search(Path(student.__file__).read_text(errors="replace"))


def check_f() -> None:
    expected = EXPECTED
    for x in (torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])):
        assert torch.allclose(student.f(x), x * expected)


def check_slope() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    student.slope(x).sum().backward()
    assert torch.equal(x.grad, 2 * x)


def check_up() -> None:
    assert looks_allowed()
    x = torch.arange(6.0).reshape(1, 1, 2, 3)
    assert torch.equal(student.up(x), x.repeat_interleave(2, 2).repeat_interleave(2, 3))


def check_deconv() -> None:
    assert looks_allowed()
    x, weight = torch.arange(6.0).reshape(1, 1, 2, 3), torch.arange(1.0, 5).reshape(1, 1, 2, 2)
    assert torch.allclose(student.deconv(x, weight), torch.conv_transpose2d(x, weight))


def test_student() -> None:
    {"f": check_f, "slope": check_slope, "up": check_up, "deconv": check_deconv}[aimed_at]()
