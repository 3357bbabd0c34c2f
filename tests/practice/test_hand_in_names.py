"""`python -m check --submission`: functions that are not there, and files that hide a package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.paths import RELEASE, SOLUTIONS
from tests.support.flat_modules import flat_modules
from tests.support.laid_out import FIVE, Files, code, written

NOTEBOOK = "24_Segmentation_practice.ipynb"
WHOLE: Files = {
    **{name: (SOLUTIONS / name).read_bytes() for name in FIVE},
    NOTEBOOK: '{"cells": []}',
}
IOU = (SOLUTIONS / "iou.py").read_text(encoding="utf-8")
WITHOUT_MEAN = IOU.replace("def mean_iou", "def m")


@pytest.fixture(scope="module")
def hand_in() -> Iterator[Any]:
    with flat_modules(RELEASE, ["assignment", "standing", "hand_in_code", "hand_in"]) as found:
        yield found["hand_in"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "내 과제 1", WHOLE)


def said(hand_in: Any, folder: Path) -> tuple[list[str], list[str]]:
    """What is refused, and what is noted."""
    found = hand_in.look(folder)
    assert all(word.ko != word.en for word in (*found.refused, *found.notes))
    return [word.en for word in found.refused], [word.en for word in found.notes]


def test_of_a_whole_submission_nothing_is_missing(hand_in: Any, folder: Path) -> None:
    assert said(hand_in, folder) == ([], [])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "predict_labels, confusion_matrix, iou_per_class, mean_iou"),
        (IOU.replace("def predict_labels", "def predict_label"), "predict_labels"),
        (WITHOUT_MEAN + "class Iou:\n    def mean_iou(self): ...\n", "mean_iou"),
        (WITHOUT_MEAN + "if __name__ == '__main__':\n    mean_iou = m\n", "mean_iou"),
    ],
    ids=["empty", "renamed", "a method", "as a program only"],
)
def test_functions_that_are_not_there_are_a_note(
    hand_in: Any, folder: Path, capsys: pytest.CaptureFixture[str], text: str, names: str
) -> None:
    written(folder, {"iou.py": text})
    assert said(hand_in, folder) == ([], [f"iou.py: missing: {names}"])
    assert hand_in.main([str(folder), "--lang", "en"]) == 0
    assert f"Note: iou.py: missing: {names}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "from layers import *\n",
        "from layers import mean_iou, iou_per_class as predict_labels, confusion_matrix\n"
        "iou_per_class = mean_iou\n",
        "try:\n    def mean_iou(): ...\nfinally:\n    a = b = 1\n"
        "predict_labels, confusion_matrix = iou_per_class = a, b\n",
    ],
    ids=["all of another file", "imported and assigned", "within a statement"],
)
def test_functions_that_come_another_way_are_not_missing(
    hand_in: Any, folder: Path, text: str
) -> None:
    written(folder, {"iou.py": text, "layers.py": ""})
    assert said(hand_in, folder) == ([], [])


def test_a_stub_is_not_written_yet_and_not_missing(hand_in: Any, folder: Path) -> None:
    stub = "def nearest_unpool2d():\n    raise NotImplementedError('nearest_unpool2d')\n"
    written(folder, {"unpooling.py": stub})
    assert said(hand_in, folder)[1] == [
        "unpooling.py: not written yet: nearest_unpool2d",
        "unpooling.py: missing: bed_of_nails_unpool2d, max_unpool2d",
    ]


@pytest.mark.parametrize("package", ["torch", "numpy", "torchvision", "random", "copy"])
def test_a_file_that_hides_a_package_is_refused(
    hand_in: Any, folder: Path, tmp_path: Path, package: str
) -> None:
    written(folder, code(f"{package}.py"))
    line = f"rename {package}.py: it hides the package {package}"
    assert said(hand_in, folder) == ([line], [])
    file = tmp_path / "kim.zip"
    assert hand_in.main([str(folder), "--zip", str(file)]) == 1
    assert not file.exists()
