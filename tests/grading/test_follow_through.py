"""A mistake costs its own function's points: what stands on it is judged given that mistake."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.grader.student import Student
from corpus.idle import Idleness
from corpus.paths import SOLUTIONS


@pytest.mark.parametrize(
    ("function", "right", "wrong", "told_by"),
    [
        (
            "transposed_conv.bilinear_kernel",
            "torch.arange(kernel_size, ",
            "1 + torch.arange(kernel_size, ",
            {"FCN8s"},
        ),
        (
            "fcn8s.fuse_skip",
            "return coarse + skip[:, :, offset : offset + h, offset : offset + w]",
            "return coarse + 2 * skip[:, :, offset : offset + h, offset : offset + w]",
            {"FCN8s"},
        ),
        (
            "unet.center_crop",
            "x[:, :, top : top + h, left : left + w]",
            "x[:, :, :h, :w]",
            {"concat_skip", "UpBlock", "UNet"},
        ),
        (  # of no use to the others: maps of another shape, which nothing can be composed with
            "unet.center_crop",
            "x[:, :, top : top + h, left : left + w]",
            "x[:, :, left : left + w, top : top + h]",
            {"concat_skip", "UpBlock", "UNet"},
        ),
        (  # the same: it raises wherever the network calls it
            "fcn8s.fuse_skip",
            "return coarse + skip[:, :, offset : offset + h, offset : offset + w]",
            "return coarse + skip[:, :, offset:-offset, offset:-offset]",
            {"FCN8s"},
        ),
        (
            "unet.concat_skip",
            "torch.cat([center_crop(skip, (h, w)), upsampled]",
            "torch.cat([upsampled, center_crop(skip, (h, w))]",
            {"UpBlock", "UNet"},
        ),
        (
            "unet.DoubleConv",
            "return self.layers(x)",
            "return self.layers[:3](x)",
            {"UpBlock", "UNet"},
        ),
        (
            "unet.UpBlock",
            "return self.conv(concat_skip(skip, self.upconv(x)))",
            "return self.conv(concat_skip(skip, self.upconv(x).relu()))",
            {"UNet"},
        ),
        (
            "iou.iou_per_class",
            "return intersection.double() / union.double()",
            "return 2 * intersection.double() / (union + intersection).double()",
            {"mean_iou"},
        ),
    ],
)
def test_what_stands_on_a_wrong_function_keeps_its_points_and_says_so(
    function: str,
    right: str,
    wrong: str,
    told_by: set[str],
    assignment: Assignment,
    prepared: Sandbox,
    tmp_path: Path,
) -> None:
    module, name = function.split(".")
    for file in SOLUTIONS.glob("*.py"):
        shutil.copy(file, tmp_path)
    source = (SOLUTIONS / f"{module}.py").read_text()
    assert source.count(right) == 1
    (tmp_path / f"{module}.py").write_text(source.replace(right, wrong))
    asked = {module, "fcn8s"} if name == "bilinear_kernel" else {module}
    tasks = [task for task in assignment.tasks if task.name in asked]
    result = grade(tmp_path, GradingRun.of(assignment, seed=8, tasks=tasks), prepared)
    assert {check.function for check in result.checks if check.earned < check.points} == {name}
    told = [check for check in result.checks if check.earned and check.message]
    assert {check.function for check in told} == told_by
    assert all(check.message and name in check.message.en for check in told)


def test_a_copy_of_a_mistake_is_no_use_of_the_function(
    assignment: Assignment, prepared: Sandbox, tmp_path: Path
) -> None:
    source = (SOLUTIONS / "unet.py").read_text()
    for right, wrong in (
        ("x[:, :, top : top + h, left : left + w]", "x[:, :, :h, :w]"),
        ("[center_crop(skip, (h, w)), upsampled]", "[skip[:, :, :h, :w], upsampled]"),
    ):
        assert source.count(right) == 1
        source = source.replace(right, wrong)
    (tmp_path / "unet.py").write_text(source)
    tasks = [task for task in assignment.tasks if task.name == "unet"]
    result = grade(tmp_path, GradingRun.of(assignment, seed=8, tasks=tasks), prepared)
    lost = {check.function for check in result.checks if check.earned < check.points}
    assert lost == {"center_crop", "concat_skip"}
    told = [check.message.en for check in result.checks if check.earned and check.message]
    assert told
    assert all("concat_skip" in said and "center_crop" not in said for said in told)


def test_values_are_not_asked_for_after_a_wrong_form(
    assignment: Assignment, prepared: Sandbox, tmp_path: Path
) -> None:
    """Batch normalisation after each convolution is named; float64 parameters do no harm."""
    source = (SOLUTIONS / "unet.py").read_text()
    relu = "nn.ReLU(inplace=True),"
    assert source.count(relu) == 2
    normalised = f"nn.BatchNorm2d(out_channels),\n            {relu}"
    (tmp_path / "unet.py").write_text(source.replace(relu, normalised))
    tasks = [task for task in assignment.tasks if task.name == "unet"]
    result = grade(tmp_path, GradingRun.of(assignment, seed=8, tasks=tasks), prepared)
    lost = [check for check in result.checks if check.earned < check.points]
    assert {check.function for check in lost} == {"DoubleConv"}
    named = [check for check in lost if check.message and "BatchNorm2d" in check.message.en]
    # The gradients are asked beside a right value.
    assert {check.id for check in lost if check not in named} == {"unet.double_conv_gradients"}
    assert not any(check.message and "expected scalar type" in check.message.en for check in lost)


def test_a_function_wrong_by_itself_gains_nothing_by_a_wrong_one_below(
    assignment: Assignment, prepared: Sandbox, tmp_path: Path
) -> None:
    source = (SOLUTIONS / "unet.py").read_text()
    for right, wrong in (
        ("x[:, :, top : top + h, left : left + w]", "x[:, :, left : left + w, top : top + h]"),
        (
            "[center_crop(skip, (h, w)), upsampled]",
            "[center_crop(skip.detach(), (h, w)), upsampled]",
        ),
        ("return self.head(up1)", "return self.head(up1).relu()"),
    ):
        assert source.count(right) == 1
        source = source.replace(right, wrong)
    (tmp_path / "unet.py").write_text(source)
    tasks = [task for task in assignment.tasks if task.name == "unet"]
    result = grade(tmp_path, GradingRun.of(assignment, seed=8, tasks=tasks), prepared)
    lost = {check.id for check in result.checks if check.earned < check.points}
    assert {"unet.gradients_reach_both", "unet.unpadded_network", "unet.padded_network"} <= lost
    kept = {check.id for check in result.checks} - lost
    assert {"unet.skip_comes_first", "unet.step_up"} <= kept


def test_what_was_graded_is_let_go(assignment: Assignment, prepared: Sandbox) -> None:
    idle = Idleness("unet", {"DoubleConv": "noise"}, whole=False)
    submitted = SubmissionFiles({name: text.encode() for name, text in idle.files().items()})
    tasks = [task for task in assignment.tasks if task.name == "unet"]
    before = students()
    grade(submitted, GradingRun.of(assignment, seed=1, tasks=tasks), prepared)
    assert students() <= before


def students() -> set[int]:
    """All that are held by anything; other tests may hold some of theirs."""
    gc.collect()
    return {id(each) for each in gc.get_objects() if type(each) is Student}


def test_far_too_many_parameters_are_named_and_not_drawn(
    assignment: Assignment, prepared: Sandbox
) -> None:
    source = (SOLUTIONS / "unet.py").read_text() + HUGE
    tasks = [task for task in assignment.tasks if task.name == "unet"]
    submitted = SubmissionFiles({"unet.py": source.encode()})
    result = grade(submitted, GradingRun.of(assignment, seed=1, tasks=tasks), prepared)
    lost = {check.id: check.message for check in result.checks if check.earned < check.points}
    message = lost["unet.double_conv"]
    assert message is not None
    assert "The layers are not those that were asked for (Module)" in message.en


HUGE = """
class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels, padding=0):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1).expand(2**14, 2**13))

    def forward(self, x):
        return x
"""
