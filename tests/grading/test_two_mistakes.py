"""Two mistakes in one function: what is said of one does not stand under the other's check."""

from __future__ import annotations

from pathlib import Path

from benchmarks.inprocess import grade_in_process

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
