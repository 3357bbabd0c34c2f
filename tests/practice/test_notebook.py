"""The notebook of segmentation, run beside the solutions: what it says in numbers."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.release.execute import set_parameters
from tests.practice.conftest import ExecutedNotebook
from tests.support.cells import all_printed, code, printed


@pytest.fixture(scope="module")
def executed(executed_notebook: ExecutedNotebook) -> NotebookNode:
    return executed_notebook("segmentation")


@pytest.mark.parametrize(
    "line",
    [
        "134 M     Trainable params",
        "537.086   Total estimated model params size (MB)",
        "row 3, column 3: 16",
        "sum of the output 170 = 10 · 17",
        "pixels on which tiles and whole differ: 0",
    ],
)
def test_the_numbers_of_the_lecture_come_out(executed: NotebookNode, line: str) -> None:
    assert any(line in printed(cell) for cell in code(executed))


def test_the_three_scales_add_up(executed: NotebookNode) -> None:
    difference = re.search(r"between the sum and the network: (\S+)", all_printed(executed))
    assert difference is not None
    assert float(difference[1]) < 1e-3


def test_parameters_without_a_cell_for_them_are_refused() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("EPOCHS = 1")])
    with pytest.raises(ValueError, match="no cell of the notebook is tagged 'parameters'"):
        set_parameters(notebook, {"EPOCHS": 2})
