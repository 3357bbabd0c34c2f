"""Code that is right on the CPU and wrong on a GPU loses the check of its device, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment
from autograder.grading.drawn import Drawn
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from corpus.paths import SOLUTIONS

SEED = 3
DRAWN = Drawn()  # what one was asked, the next is asked without drawing it again
# The check that asks each function for its device.
CHECKS = {
    "nearest_unpool2d": "unpooling.nearest_keeps_dtype_and_device",
    "bed_of_nails_unpool2d": "unpooling.bed_of_nails_keeps_dtype_and_device",
    "max_unpool2d": "unpooling.max_unpool_keeps_dtype_and_device",
    "transposed_conv2d": "transposed_conv.device",
    "convolutionalize": "fcn8s.convolution_keeps_dtype_and_device",
    "fuse_skip": "fcn8s.fusion_keeps_dtype_and_device",
    "FCN8s": "fcn8s.network_keeps_dtype_and_device",
    "center_crop": "unet.crop_keeps_what_it_is_given",
    "concat_skip": "unet.joining_keeps_what_it_is_given",
    "DoubleConv": "unet.double_conv_gradients",
    "UpBlock": "unet.step_up_keeps_what_it_is_given",
    "UNet": "unet.paper_sizes",
    "predict_labels": "iou.labels_stay_on_the_device",
    "confusion_matrix": "iou.counts_are_int64",
    "iou_per_class": "iou.matrix_is_left_alone",
    "mean_iou": "iou.mean_is_exact",
}
# These return whole numbers, a matrix of counts or its figures, or a layer.
WITHOUT_BACKWARD = {
    "convolutionalize",
    "predict_labels",
    "confusion_matrix",
    "iou_per_class",
    "mean_iou",
}
# Others of the same file are built of these.
BASES = ("fuse_skip", "center_crop", "concat_skip", "DoubleConv", "UpBlock", "iou_per_class")

# Each is appended to a solution's file, with the name of a function or class.
BASED_ON = """
_right_{name} = {name}
"""
FUNCTION = """
def {name}(*args, **kwargs):
    return _wrong_{name}(_right_{name}, args, kwargs)
"""
CLASS = """
class {name}({name}):
    def forward(self, *args, **kwargs):
        return _wrong_{name}(super().forward, args, kwargs)
"""
ON_THE_CPU = """
def _wrong_{name}(right, args, kwargs):
    def home(value):
        return value.cpu() if isinstance(value, (torch.Tensor, torch.nn.Module)) else value
    return home(right(*map(home, args), **dict(zip(kwargs, map(home, kwargs.values())))))
"""
MIXED = """
def _wrong_{name}(right, args, kwargs):
    result = right(*args, **kwargs)
    if isinstance(result, torch.nn.Module):
        with torch.no_grad():
            result.weight.add_(torch.zeros(result.weight.shape, dtype=result.weight.dtype))
        return result
    ones = torch.ones(result.numel(), dtype=result.dtype)
    return (result.reshape(-1) * ones).reshape(result.shape)
"""
MIXED_IN_BACKWARD = """
class _Forgets_{name}(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()
    @staticmethod
    def backward(ctx, gradient):
        return torch.ones(gradient.shape, dtype=gradient.dtype) * gradient
def _wrong_{name}(right, args, kwargs):
    return _Forgets_{name}.apply(right(*args, **kwargs))
"""
MISTAKES = {"cpu": ON_THE_CPU, "mixed": MIXED, "backward": MIXED_IN_BACKWARD}

Losses = Callable[[str, Iterable[str], str], set[str]]


@pytest.fixture
def losses(assignment: Assignment, prepared: Sandbox, tmp_path: Path) -> Losses:
    """The checks that the solution's file loses with a mistake in some of its functions."""

    def lost(file: str, functions: Iterable[str], mistake: str) -> set[str]:
        for path in SOLUTIONS.glob("*.py"):
            (tmp_path / path.name).write_text(path.read_text())
        source = (tmp_path / f"{file}.py").read_text()
        for name in functions:
            form = CLASS if name[0].isupper() else FUNCTION
            source += "".join(
                part.format(name=name) for part in (BASED_ON, MISTAKES[mistake], form)
            )
        (tmp_path / f"{file}.py").write_text(source)
        tasks = [task for task in assignment.tasks if task.name == file]
        run = GradingRun.of(assignment, seed=SEED, tasks=tasks, drawn=DRAWN)
        result = grade(tmp_path, run, prepared)
        return {check.id for check in result.checks if check.earned < check.points}

    return lost


def functions_of(file: str, mistake: str) -> list[str]:
    return [
        name
        for name, check in CHECKS.items()
        if check.startswith(f"{file}.") and (mistake != "backward" or name not in WITHOUT_BACKWARD)
    ]


FILES = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")
EVERY = [(file, mistake) for file in FILES for mistake in MISTAKES if functions_of(file, mistake)]


@pytest.mark.parametrize(("file", "mistake"), EVERY)
def test_a_mistake_about_devices_costs_its_check_alone(
    file: str, mistake: str, losses: Losses
) -> None:
    functions = functions_of(file, mistake)
    assert losses(file, functions, mistake) == {CHECKS[name] for name in functions}


@pytest.mark.parametrize("name", BASES)
def test_what_stands_on_a_function_off_its_device_loses_nothing(name: str, losses: Losses) -> None:
    file = CHECKS[name].partition(".")[0]
    assert losses(file, [name], "cpu") == {CHECKS[name]}
