"""The whole notebook of after FCN in an ordinary kernel, beside the solutions and beside the stubs.

The trainings are short here, which is enough to see that everything runs; what they reach is
measured by `python -m benchmarks.systems`.
"""

from __future__ import annotations

import base64
import io
import os
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from filelock import FileLock
from nbformat import NotebookNode
from PIL import Image

from autograder.release.execute import execute_notebook
from corpus.paths import ROOT, SHARED
from tests.support.cells import code, printed, shown

AFTER_FCN = ROOT / "solutions" / "after_fcn"
# Enough for ten steps of DeconvNet, without which a network is given up as too slow.
SHORT = {"SECONDS": 15}
UNWRITTEN = re.compile(r"[\w.]+ in \w+\.py \(step \d\) is not written yet")
NOT_RUN = re.compile(r"`\w+` comes from a cell above that has not run to its end yet")


def run(*, solved: bool, parameters: dict[str, object]) -> NotebookNode:
    return execute_notebook(
        AFTER_FCN, shared=SHARED, data=ROOT / "data", solved=solved, parameters=parameters
    )


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The solved notebook, run once in a session, by whichever worker of xdist asks first."""
    room = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        room = room.parent  # all workers' folders lie in it
    file = Path(room, "after_fcn.ipynb")
    with FileLock(f"{file}.lock"):
        if not file.exists():
            nbformat.write(run(solved=True, parameters=dict(SHORT)), file)
    notebook: NotebookNode = nbformat.read(file, nbformat.NO_CONVERT)
    return notebook


def pictures(cell: NotebookNode) -> list[str]:
    found = [output.get("data", {}).get("image/png") for output in cell.outputs]
    return [picture for picture in found if picture]


def figures(cell: NotebookNode) -> int:
    """How many figures the cell's code draws."""
    return len(re.findall(r"\bpictures\.show_", cell.source))


def test_every_figure_is_there_described_and_not_blank(executed: NotebookNode) -> None:
    assert sum(map(figures, code(executed))) >= 18
    for cell in code(executed):
        assert len(pictures(cell)) == figures(cell), cell.source
        assert ("alt" in cell.metadata) == (figures(cell) > 0), cell.source
        for picture in pictures(cell):
            pixels = np.array(Image.open(io.BytesIO(base64.b64decode(picture))).convert("L"))
            assert pixels.std() > 5, cell.source


def test_nothing_is_left_unwritten_and_nothing_warns(executed: NotebookNode) -> None:
    for cell in code(executed):
        assert "not written yet" not in printed(cell), cell.source
        assert [output for output in cell.outputs if output.get("name") == "stderr"] == []


def test_all_public_checks_hold_in_the_notebook(executed: NotebookNode) -> None:
    last = [shown(cell) for cell in code(executed) if cell.source.startswith("check(")]
    assert len(last) == 5
    for text in last:
        held = re.search(r"(\d+) of (\d+) public checks hold; hidden", text)
        assert held is not None, text
        assert held[1] == held[2]


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
    text = "\n".join(map(printed, code(executed)))
    difference = re.search(r"largest relative difference: (\S+)", text)
    assert difference is not None
    assert float(difference[1]) < 1e-5


def test_three_systems_are_trained_and_two_are_missed(executed: NotebookNode) -> None:
    text = "\n".join(map(printed, code(executed)))
    for name in ("DeconvNet", "DeepLab", "PSPNet"):
        assert re.search(rf"{name}: [\d,]+ parameters", text)
    assert "too slow to train with" not in text
    assert "FCN-8s is left out: fcn8s.py of the first assignment is not here" in text
    assert "첫 과제의 unet.py가 없어" in text


def test_every_text_is_there_in_both_languages(executed: NotebookNode) -> None:
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            assert re.search("[가-힣]", cell.source), cell.source
            assert re.search("[a-z]{3}", cell.source), cell.source


def test_with_stubs_every_cell_says_what_to_do() -> None:
    cells = code(run(solved=False, parameters={}))
    assert "Traceback" not in "".join(map(shown, cells))
    using = [cell for cell in cells if "with until_written" in cell.source]
    assert len(using) > 12
    for cell in using:
        needs_nothing = "if figures" in cell.source or '"DeepLab" in trained' in cell.source
        said = UNWRITTEN.search(printed(cell)) or NOT_RUN.search(printed(cell))
        assert said or needs_nothing, cell.source
    assert "next: bin_pool2d in pyramid_pooling.py" in "\n".join(map(shown, cells))
