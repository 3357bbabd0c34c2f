"""Without a sandbox: the same answers, and nothing left behind in this process."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import UsedForbidden
from autograder.sandbox.protocol.messages import TRANSPOSED_CONVOLUTION


def test_what_is_forbidden_to_a_submission_works_again_afterwards(tmp_path: Path) -> None:
    (tmp_path / "unlikely_name.py").write_text(
        "import torch.nn.functional as F\ndef f(x): return F.conv_transpose2d(x, x)\n"
    )
    x = torch.ones(1, 1, 2, 2)
    channel = InProcess(tmp_path)
    student = Student(channel)
    student.load("unlikely_name", (), (TRANSPOSED_CONVOLUTION,))
    with pytest.raises(UsedForbidden):
        student.f(x)
    channel.close()
    assert torch.nn.functional.conv_transpose2d(x, x).sum() == 16
