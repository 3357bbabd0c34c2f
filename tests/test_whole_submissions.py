"""Whole submissions through the door that everybody uses, in one prepared sandbox."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from autograder.authoring.manifest import Assignment
from autograder.document.result import Result
from autograder.grading.drawn import Drawn
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.protocol.errors import Verdict
from corpus.paths import SOLUTIONS

SEEDS = 5  # more by `python -m quality.variants`, which is not in every run
DRAWN = Drawn()  # what one was asked, the next is asked without drawing it again
HANG = "def nearest_unpool2d(x, scale):\n    while True: pass\n"


@pytest.fixture
def prepared(prepared: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """With the limits that grading has, but the one that a file which never ends is waited for."""
    monkeypatch.setattr(prepared, "limits", replace(prepared.limits, call_seconds=4.0))
    return prepared


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    folder = tmp_path / "submission"
    folder.mkdir()
    for file in SOLUTIONS.glob("*.py"):
        shutil.copy(file, folder)
    return folder


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_reference_solution_passes_on_every_seed(
    seed: int, assignment: Assignment, prepared: Sandbox
) -> None:
    result = grade(SOLUTIONS, GradingRun.of(assignment, seed=seed), prepared)
    assert [check.id for check in result.checks if check.earned < check.points] == []


def lost(result: Result) -> dict[str, set[Verdict]]:
    """The verdicts of the files that have not all their points."""
    return {
        task.name: {check.verdict for check in result.checks if check.task == task.name}
        for task in result.tasks
        if task.earned < task.points
    }


@pytest.mark.parametrize(
    ("name", "content", "verdicts"),
    [
        ("unpooling", "def nearest_unpool2d(x, scale)\n    return x\n", {Verdict.ERROR}),
        ("transposed_conv", None, {Verdict.MISSING}),
        ("unet", "while True: pass\n", {Verdict.TIMEOUT}),
        ("iou", "import os\nos._exit(0)\n", {Verdict.CRASH}),
        ("fcn8s", "x = bytearray(10 * 1024**3)\n", {Verdict.MEMORY}),
        ("unet", "import torch\nx = torch.zeros(10 * 1024**3 // 4)\n", {Verdict.MEMORY}),
        ("unpooling", "import sys\nsys.exit()\n", {Verdict.ERROR}),
        ("iou", "import sys\nsys.exit(0)\n", {Verdict.ERROR}),
        ("unpooling", HANG, {Verdict.TIMEOUT, Verdict.MISSING}),
    ],
)
def test_one_broken_file_costs_its_own_points_and_no_others(
    name: str,
    content: str | None,
    verdicts: set[Verdict],
    submission: Path,
    assignment: Assignment,
    prepared: Sandbox,
) -> None:
    (submission / f"{name}.py").unlink()
    if content is not None:
        (submission / f"{name}.py").write_text(content)
    result = grade(submission, GradingRun.of(assignment, seed=3, drawn=DRAWN), prepared)
    assert lost(result) == {name: verdicts}


@pytest.mark.parametrize(
    "transposed_conv",
    [
        "raise RuntimeError('half written')",
        "def transposed_conv2d(x): return x",
        "def bilinear_kernel(channels, kernel_size): raise NotImplementedError",
        "import torch\ndef bilinear_kernel(channels, kernel_size): return torch.zeros(3)",
        "import torch\ndef bilinear_kernel(channels, kernel_size):\n"
        "    return torch.ones(channels, channels, kernel_size, kernel_size)",
        "while True: pass",
        None,
    ],
)
def test_fcn8s_keeps_its_points_whatever_became_of_its_neighbour(
    transposed_conv: str | None, submission: Path, assignment: Assignment, prepared: Sandbox
) -> None:
    (submission / "transposed_conv.py").unlink()
    if transposed_conv is not None:
        (submission / "transposed_conv.py").write_text(transposed_conv)
    tasks = [task for task in assignment.tasks if task.name == "fcn8s"]
    result = grade(submission, GradingRun.of(assignment, seed=4, tasks=tasks), prepared)
    assert [check.id for check in result.checks if check.earned < check.points] == []


def test_another_broken_neighbour_is_named(
    submission: Path, assignment: Assignment, prepared: Sandbox
) -> None:
    with (submission / "unet.py").open("a") as unet:
        unet.write("\nimport iou\n")
    (submission / "iou.py").write_text("undefined_name\n")
    tasks = [task for task in assignment.tasks if task.name == "unet"]
    result = grade(submission, GradingRun.of(assignment, seed=5, tasks=tasks), prepared)
    assert result.earned == 0
    said = "unet.py does not import because of iou.py: NameError"
    assert all(check.message and said in check.message.en for check in result.checks)


def test_what_ran_before_changes_nothing(
    submission: Path, assignment: Assignment, prepared: Sandbox
) -> None:
    (submission / "iou.py").write_text("def predict_labels(scores): return scores.argmax(-1)\n")

    def said() -> list[object]:
        result = grade(submission, GradingRun.of(assignment, seed=6), prepared)
        return [(c.id, c.verdict, c.message, c.counterexample) for c in result.checks]

    first = said()
    grade(SOLUTIONS, GradingRun.of(assignment, seed=7), prepared)
    assert said() == first
