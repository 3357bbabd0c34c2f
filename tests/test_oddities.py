"""Odd results cost their own function's points, and never a grade.

A part of `python -m quality.oddities`: the functions and classes that others stand on, and the
twists that a check's own code would stumble over.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment
from autograder.document.faults import Fault
from autograder.grading.drawn import Drawn
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun, Progress
from autograder.sandbox.grader.client import Sandbox
from corpus.oddities import Oddity, oddities
from corpus.twists import TWISTS

SEED = 3
DRAWN = Drawn()  # what one was asked, the next is asked without drawing it again
BASES = ("bilinear_kernel", "fuse_skip", "center_crop", "concat_skip", "DoubleConv", "UpBlock",
         "iou_per_class")  # fmt: skip
TRIED = {
    **dict.fromkeys(BASES, ("a ValueError", "None", "NotImplementedError", "an axis less")),
    "transposed_conv2d": ("a column short", "empty", "flattened", "NaN now and then", "its sum"),
    "nearest_unpool2d": ("no sample", "a row short", "sparse", "its sum"),
    "max_unpool2d": ("an axis more", "half", "a KeyError now and then"),
    "convolutionalize": ("a column more", "complex", "a tuple"),
    "FCN8s": ("empty", "a row more now and then", "one NaN"),
    "UNet": ("no sample", "flattened", "a recursion without end"),
    "predict_labels": ("the last axis alone", "bool", "SystemExit"),
    "confusion_matrix": ("its sum", "a column short", "an array"),
    "mean_iou": ("the last axis alone", "an exception without words", "a number"),
}


def tried() -> list[Oddity]:
    every = {(each.function, each.task, each.twists[0]): each for each in _single()}
    return [
        oddity for (function, _, twist), oddity in every.items() if twist in TRIED.get(function, ())
    ]


def _single() -> list[Oddity]:
    tasks = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")
    return list(oddities(tasks, [(name,) for name in TWISTS]))


def test_the_twists_that_are_tried_exist() -> None:
    assert {(each.function, each.twists[0]) for each in tried()} == {
        (function, twist) for function, twists in TRIED.items() for twist in twists
    }


@pytest.mark.parametrize("oddity", tried(), ids=str)
def test_an_odd_result_costs_its_own_function_alone(
    oddity: Oddity, assignment: Assignment, prepared: Sandbox, tmp_path: Path
) -> None:
    for name, source in oddity.files().items():
        (tmp_path / name).write_text(source)
    tasks = [task for task in assignment.tasks if task.name == oddity.task]
    faults: list[Fault] = []
    progress = Progress(on_fault=faults.append)
    run = GradingRun.of(assignment, seed=SEED, tasks=tasks, progress=progress, drawn=DRAWN)
    result = grade(tmp_path, run, prepared)
    assert faults == []
    lost = {check.function for check in result.checks if check.earned < check.points}
    assert lost == ({oddity.function} if oddity.task == oddity.home else set())
