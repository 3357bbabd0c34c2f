"""Two mistakes in one function: what is said of one does not stand under the other's check."""

from __future__ import annotations

from pathlib import Path

from corpus.in_process import grade_in_process
from corpus.paths import SOLUTIONS

# ignore_index is never looked at, and shapes are never compared: a mask drops what is no class.
SOURCE = """
import torch


def confusion_matrix(prediction, target, num_classes, ignore_index=255):
    t, p = target.reshape(-1).long(), prediction.reshape(-1).long()
    keep = (t >= 0) & (t < num_classes)
    cells = num_classes * t[keep] + p[keep]
    return torch.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)
"""


def test_a_diagnosis_stands_under_no_other_check(tmp_path: Path) -> None:
    (tmp_path / "iou.py").write_text(SOURCE)
    checks = {check.id: check for check in grade_in_process(tmp_path, ["iou"], seed=0)}
    said = {name: check.diagnosis.en for name, check in checks.items() if check.diagnosis}
    assert "255" not in said.get("iou.shape_mismatch", "")
    assert "shapes" in said["iou.shape_mismatch"]
    assert "255" not in said.get("iou.labels_out_of_range", "")


def test_no_value_explains_a_gradient_that_does_not_arrive(tmp_path: Path) -> None:
    """The slide's numbers, written down: one of them is wrong, and none has a gradient."""
    solution = (SOLUTIONS / "transposed_conv.py").read_text()
    written_down = """

_own = transposed_conv2d


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    slide = [[1, 4, 7, 6], [5, 16, 22, 14], [9, 22, 15, 6], [9, 18, 11, 4]]
    numbers = [1, 2, 3, 4, 1, 2, 3, 2, 2, 1, 3, 2, 1]
    if x.shape == (1, 1, 2, 2) and [*x.flatten().tolist(), *weight.flatten().tolist()] == numbers:
        return torch.tensor([[slide]], dtype=x.dtype)
    return _own(x, weight, bias, stride, padding, output_padding)
"""
    (tmp_path / "transposed_conv.py").write_text(solution + written_down)
    checks = grade_in_process(tmp_path, ["transposed_conv"], seed=0)
    said = {check.id: check.diagnosis.en if check.diagnosis else "" for check in checks}
    assert "15, not 16" in said["transposed_conv.worked_example"]
    assert "in row 3, column 3" in said["transposed_conv.worked_example"]
    assert "15" not in said["transposed_conv.worked_gradient"]
