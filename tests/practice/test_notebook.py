"""The whole notebook in an ordinary kernel, beside the solutions.

The trainings are short here (two and three epochs), which is enough to see that everything runs;
what they reach in full is measured by `python -m benchmarks.train`. The executed copy stays in
build/practice/.
"""

from __future__ import annotations

import base64
import io
import os
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from filelock import FileLock
from nbformat import NotebookNode
from PIL import Image

from autograder.release.execute import execute_notebook, set_parameters
from autograder.release.page import as_page
from corpus.paths import ROOT, SHARED, SOLUTIONS
from tests.support.cells import code, printed, shown

SHORT = {"ROAD_EPOCHS": 2, "CELL_EPOCHS": 3}
PAGE = ROOT / "docs" / "practice.html"
MOST_BYTES = 3_000_000


def execute() -> NotebookNode:
    notebook = execute_notebook(SOLUTIONS, shared=SHARED, data=ROOT / "data", parameters=SHORT)
    kept = ROOT / "build" / "practice" / "executed.ipynb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, kept)
    return notebook


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook run once in a session, by whichever of pytest-xdist's workers asks first."""
    room = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        room = room.parent  # all workers' folders lie in it
    file = room / "executed.ipynb"
    with FileLock(f"{file}.lock"):
        if not file.exists():
            nbformat.write(execute(), file)
    notebook: NotebookNode = nbformat.read(file, nbformat.NO_CONVERT)
    return notebook


def pictures(cell: NotebookNode) -> list[str]:
    found = [output.get("data", {}).get("image/png") for output in cell.outputs]
    return [picture for picture in found if picture]


def figures(cell: NotebookNode) -> int:
    """How many figures the cell's code draws."""
    return len(re.findall(r"\b(?:pictures|diagrams)\.show_", cell.source))


def test_every_figure_is_there_described_and_not_blank(executed: NotebookNode) -> None:
    assert sum(map(figures, code(executed))) >= 25
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
    text = "\n".join(map(printed, code(executed)))
    difference = re.search(r"between the sum and the network: (\S+)", text)
    assert difference is not None
    assert float(difference[1]) < 1e-3


def test_every_text_is_there_in_both_languages(executed: NotebookNode) -> None:
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            assert re.search("[가-힣]", cell.source), cell.source
            assert re.search("[a-z]{3}", cell.source), cell.source


class Elements(HTMLParser):
    """What a page holds: every element's name with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def check_page(page: str, notebook: NotebookNode) -> None:
    elements = Elements(page)
    assert elements.named("script") == []
    assert [link for link in elements.named("link") if link.get("rel") == "stylesheet"] == []
    images = elements.named("img")
    assert len(images) == sum(map(figures, code(notebook)))
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in images)
    assert {image["alt"] for image in images} == {
        cell.metadata.alt for cell in code(notebook) if figures(cell)
    }
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    formulas = re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", re.sub("```.*?```|`[^`]*`", "", text))
    assert len(elements.named("math")) == len(formulas) > 5
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    assert len([1 for level in "123456" for _ in elements.named(f"h{level}")]) == len(headings)


def test_the_page_needs_no_network_and_shows_every_figure_and_formula(
    executed: NotebookNode,
) -> None:
    check_page(as_page(executed, "title"), executed)


def test_the_page_in_docs_is_of_this_notebook_and_small(executed: NotebookNode) -> None:
    check_page(PAGE.read_text(encoding="utf-8"), executed)
    assert PAGE.stat().st_size <= MOST_BYTES


def test_parameters_without_a_cell_for_them_are_refused() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("EPOCHS = 1")])
    with pytest.raises(ValueError, match="no cell of the notebook is tagged 'parameters'"):
        set_parameters(notebook, {"EPOCHS": 2})
