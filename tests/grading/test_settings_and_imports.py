"""What a submission pays for the settings it changes and for what it imports."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.authoring.manifest import Assignment
from autograder.document.result import Check, Result
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.protocol.errors import Verdict
from corpus.paths import SOLUTIONS

INTEGERS = """
import torch
from torch.nn.functional import conv_transpose2d


def bed_of_nails_unpool2d(x, scale):
    if scale < 1:
        raise ValueError(f"scale must be at least 1, not {scale}")
    c = x.shape[1]
    nail = torch.zeros(c, 1, scale, scale, dtype=x.dtype, device=x.device)
    nail[:, :, 0, 0] = 1
    return conv_transpose2d(x, nail, stride=scale, groups=c)  # no integers in torch
"""
LEFT_OVER = """
import matplotlib.pyplot as plt  # left from a picture drawn while debugging
import torch


def predict_labels(scores):
    return scores.argmax(dim=1)
"""


class Grader:
    """Grades one file, as the solution with something added or in another's words."""

    def __init__(self, assignment: Assignment, sandbox: Sandbox, folder: Path) -> None:
        self._assignment, self._sandbox, self._folder = assignment, sandbox, folder
        folder.mkdir()
        for file in SOLUTIONS.glob("*.py"):
            shutil.copy(file, folder)

    def add(self, name: str, source: str) -> None:
        with (self._folder / f"{name}.py").open("a") as file:
            file.write(source)

    def instead(self, name: str, content: bytes) -> None:
        (self._folder / f"{name}.py").write_bytes(content)

    def grade(self, name: str) -> Result:
        tasks = [task for task in self._assignment.tasks if task.name == name]
        run = GradingRun.of(self._assignment, seed=3, tasks=tasks)
        return grade(self._folder, run, self._sandbox)


@pytest.fixture
def grader(assignment: Assignment, prepared: Sandbox, tmp_path: Path) -> Grader:
    return Grader(assignment, prepared, tmp_path / "submission")


def lost(result: Result) -> list[Check]:
    return [check for check in result.checks if check.earned < check.points]


def around(function: str, statement: str) -> str:
    return dedent(f"""
        _original = {function}
        def {function}(*args, **kwargs):
            {statement}
            return _original(*args, **kwargs)
        """)


def test_a_setting_changed_at_import_costs_each_function(grader: Grader) -> None:
    grader.add("iou", "\ntorch.set_default_dtype(torch.float64)\n")
    checks = lost(grader.grade("iou"))
    assert {check.function for check in checks} == {
        "predict_labels",
        "confusion_matrix",
        "iou_per_class",
        "mean_iou",
    }
    assert all("default dtype" in check.message.en for check in checks if check.message)


def test_gradients_switched_off_at_import_are_lost_and_why_is_told(grader: Grader) -> None:
    grader.add("unpooling", "\ntorch.set_grad_enabled(False)\n")
    checks = [check for check in lost(grader.grade("unpooling")) if "gradient" in check.id]
    assert len(checks) == 3
    assert all("gradient mode" in check.message.ko for check in checks if check.message)


@pytest.mark.parametrize(
    ("name", "function"),
    [("unpooling", "nearest_unpool2d"), ("iou", "iou_per_class"), ("iou", "confusion_matrix")],
)
def test_a_setting_changed_in_a_call_costs_that_function_alone(
    grader: Grader, name: str, function: str
) -> None:
    grader.add(name, around(function, "torch.set_default_dtype(torch.float64)"))
    checks = lost(grader.grade(name))
    assert [(check.function, check.points) for check in checks] == [(function, 0.5)]
    assert checks[0].message is not None
    assert "default dtype" in checks[0].message.en


def test_what_a_neighbours_call_changes_costs_the_network_nothing(grader: Grader) -> None:
    grader.add(
        "transposed_conv", around("bilinear_kernel", "torch.set_default_dtype(torch.float64)")
    )
    assert lost(grader.grade("fcn8s")) == []


def test_what_torch_has_not_implemented_is_an_error_of_the_students(grader: Grader) -> None:
    grader.instead("unpooling", INTEGERS.encode())
    checks = lost(grader.grade("unpooling"))
    mine = [check for check in checks if check.function == "bed_of_nails_unpool2d"]
    assert [check.verdict for check in mine] == [Verdict.ERROR]
    assert mine[0].message is not None
    assert "not implemented for" in mine[0].message.en
    assert "conv_transpose2d(x, nail" in mine[0].traceback[-1].source
    assert mine[0].counterexample is not None
    assert mine[0].counterexample.inputs[0].dtype.startswith("int")


def test_what_is_left_over_from_the_notebook_costs_nothing(grader: Grader) -> None:
    grader.instead("iou", LEFT_OVER.encode())
    checks = lost(grader.grade("iou"))
    assert "predict_labels" not in {check.function for check in checks}


@pytest.mark.parametrize(
    ("content", "en", "ko"),
    [
        (b"import scipy\n", "may import the standard library", "표준 라이브러리"),
        ("# 배경\n".encode("cp949"), "iou.py is not UTF-8 text (byte 0xb9 in line 1)", "UTF-8로"),
    ],
)
def test_why_a_file_may_not_import_is_told_in_both_languages(
    grader: Grader, content: bytes, en: str, ko: str
) -> None:
    grader.instead("iou", content)
    message = lost(grader.grade("iou"))[0].message
    assert message is not None
    assert en in message.en
    assert ko in message.ko
