"""The notebook of after FCN, beside the solutions and beside the stubs: what it says."""

from __future__ import annotations

import re

import pytest
from nbformat import NotebookNode

from autograder.release.execute import execute_notebook
from corpus.paths import ROOT, SHARED, SOLUTIONS, solutions_of
from tests.practice.conftest import ExecutedNotebook
from tests.support.cells import all_printed, code, printed, shown

UNWRITTEN = re.compile(r"[\w.]+ in \w+\.py \(step \d\) is not written yet")
NOT_RUN = re.compile(r"`\w+` comes from a cell above that has not run to its end yet")


@pytest.fixture(scope="module")
def executed(executed_notebook: ExecutedNotebook) -> NotebookNode:
    return executed_notebook("after_fcn")


@pytest.mark.parametrize(
    "line",
    [
        "4,194,304 weights for 2,048 channels",
        "mean_iu                0.314815",
        "251,805,653 = 1,007.223 MB",
        "'output stride 8, by rate': 212",
    ],
)
def test_the_numbers_of_the_papers_come_out(executed: NotebookNode, line: str) -> None:
    assert any(line in printed(cell) for cell in code(executed))


def test_the_same_weights_give_the_same_scores(executed: NotebookNode) -> None:
    text = all_printed(executed)
    difference = re.search(r"largest relative difference: (\S+)", text)
    assert difference is not None
    assert float(difference[1]) < 1e-5


def test_three_systems_are_trained_and_two_are_missed(executed: NotebookNode) -> None:
    text = all_printed(executed)
    for name in ("DeconvNet", "DeepLab", "PSPNet"):
        assert re.search(rf"{name}: [\d,]+ parameters", text)
    assert "too slow to train with" not in text
    assert "FCN-8s is left out: fcn8s.py of the first assignment is not here" in text
    assert "첫 과제의 unet.py가 없어" in text


def test_with_stubs_every_cell_says_what_to_do() -> None:
    notebook = execute_notebook(
        solutions_of("after_fcn"),
        shared=SHARED,
        data=ROOT / "data",
        solved=False,
        parameters={"SECONDS": 2},  # for FCN-8s, which alone is written
        beside=[SOLUTIONS / "fcn8s.py", SOLUTIONS / "transposed_conv.py"],
    )
    cells = code(notebook)
    assert "FCN-8s is left out" not in all_printed(notebook)
    assert "U-Net is left out" in all_printed(notebook)
    assert "Traceback" not in "".join(map(shown, cells))
    using = [cell for cell in cells if "with until_written" in cell.source]
    assert len(using) > 12
    for cell in using:
        needs_nothing = "if figures" in cell.source or '"DeepLab" in trained' in cell.source
        said = UNWRITTEN.search(printed(cell)) or NOT_RUN.search(printed(cell))
        assert said or needs_nothing, cell.source
    assert "next: bin_pool2d in pyramid_pooling.py" in "\n".join(map(shown, cells))
