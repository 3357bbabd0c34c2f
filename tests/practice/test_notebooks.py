"""What holds for both notebooks that were run beside the solutions."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from nbformat import NotebookNode
from PIL import Image

from autograder.grading.assignments import load_assignment
from autograder.release.page import as_page
from corpus.paths import ROOT
from tests.practice.conftest import ExecutedNotebook
from tests.support.cells import code, figures, pictures, printed, shown

LEAST_FIGURES = {"segmentation": 25, "after_fcn": 18}
PAGES = {"segmentation": "practice.html", "after_fcn": "after_fcn.html"}
MOST_BYTES = 3_000_000


@pytest.fixture(params=PAGES, scope="module")
def name(request: pytest.FixtureRequest) -> str:
    assignment: str = request.param
    return assignment


@pytest.fixture(scope="module")
def executed(name: str, executed_notebook: ExecutedNotebook) -> NotebookNode:
    return executed_notebook(name)


def test_every_figure_is_there_described_and_not_blank(name: str, executed: NotebookNode) -> None:
    assert sum(map(figures, code(executed))) >= LEAST_FIGURES[name]
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


def test_all_public_checks_hold_in_the_notebook(name: str, executed: NotebookNode) -> None:
    last = [shown(cell) for cell in code(executed) if cell.source.startswith("check(")]
    assert len(last) == len(load_assignment(name).tasks)
    for text in last:
        held = re.search(r"(\d+) of (\d+) public checks hold; hidden", text)
        assert held is not None, text
        assert held[1] == held[2]


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


def test_the_page_in_docs_is_of_this_notebook_and_small(name: str, executed: NotebookNode) -> None:
    page = ROOT / "docs" / PAGES[name]
    check_page(page.read_text(encoding="utf-8"), executed)
    assert page.stat().st_size <= MOST_BYTES
