"""What a student's code does on the way back, where `torch.autograd` calls it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised, UsedForbidden
from tests.support.loading import Load

SOURCE = """
import torch
from torch.nn import functional as F
class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return 2 * x
    @staticmethod
    def backward(ctx, g):
        try:
            return F.interpolate(g, scale_factor=1.0)
        except RuntimeError:
            if {caught}: return g
            raise
class Broken(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return 2 * x
    @staticmethod
    def backward(ctx, g): raise KeyError("no gradient")
def doubled(x): return Doubled.apply(x)
def broken(x): return Broken.apply(x)
"""
X = torch.ones(1, 1, 2, 3)
EXCLUDED = ("upsample_*",)


@pytest.fixture(params=["worker", "in process"])
def student(request: pytest.FixtureRequest, load: Load, tmp_path: Path) -> Iterator[Student]:
    source = SOURCE.format(caught=False)
    if request.param == "worker":
        yield load(source, forbidden=EXCLUDED)
        return
    (tmp_path / "unlikely_backward.py").write_text(source)
    channel = InProcess(tmp_path)
    student = Student(channel)
    student.load("unlikely_backward", (), EXCLUDED)
    yield student
    channel.close()


def test_an_excluded_operation_on_the_way_back_is_not_allowed(student: Student) -> None:
    assert torch.equal(student.doubled(X), 2 * X)
    with pytest.raises(UsedForbidden, match="upsample_nearest2d") as told:
        student.doubled.vjp(X, X, wrt=(0,))
    assert told.value.frames[-1].function == "backward"


def test_an_exception_on_the_way_back_stays_one(student: Student) -> None:
    with pytest.raises(Raised, match="no gradient"):
        student.broken.vjp(X, X, wrt=(0,))


def test_an_excluded_operation_that_is_caught_counts_as_well(load: Load) -> None:
    student = load(SOURCE.format(caught=True), forbidden=EXCLUDED)
    with pytest.raises(UsedForbidden):
        student.doubled.vjp(X, X, wrt=(0,))


def test_what_was_refused_on_the_way_back_is_no_device(load: Load) -> None:
    fake = load(SOURCE.format(caught=False), forbidden=EXCLUDED)
    with pytest.raises(UsedForbidden):
        fake.doubled.on_fake_cuda(X, wrt=(0,))
