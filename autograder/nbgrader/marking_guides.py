"""Marking guides of written questions: in the Formgrader below each answer, never in feedback.

They stand in the solution regions of nbgrader's source. The Formgrader shows the autograded
notebook, so that is where they are put, in cells of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any

from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.nbgrader.grading import Grading
from autograder.nbgrader.submitted import grade_id, read_released
from autograder.release.regions import find_regions

# What is the matter with the notebook stands above everything.
NOTICE = "problem"
OURS = "autograder"
GUIDE = "marking guide"


def read_guides(source: Path) -> dict[str, str]:
    """The marking guide of each written question, by its name, in nbgrader's source notebook."""
    if not source.is_file():
        return {}
    return {
        name: "\n".join(line for region in regions for line in region.lines)
        for cell in read_released(source).cells
        if (name := grade_id(cell)) and cell.cell_type == "markdown"
        if (regions := find_regions(PurePath(source.name), cell.source))
    }


class ShowMarkingGuides(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the guide below each answer, and a way to the answers above everything."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        grading: Grading = resources["nbgrader"]["grading"]
        nb.cells = list(_with_guides(nb.cells, grading.guides))
        return nb, resources


def is_guide(cell: Any) -> bool:
    """Whether a cell is for the person who grades, and not for the student."""
    return bool(cell and cell.get("metadata", {}).get(OURS) == GUIDE)


def _with_guides(cells: list[NotebookNode], guides: dict[str, str]) -> Iterator[NotebookNode]:
    names = [name for cell in cells if (name := grade_id(cell)) in guides]
    notices = 1 if cells and cells[0].get("id") == NOTICE else 0
    yield from cells[:notices]
    if names:
        yield _links(names)
    for cell in cells[notices:]:
        yield cell
        name = grade_id(cell)
        if name in guides:
            yield _guide(guides[name], f"guide-{name}")


def _links(names: Sequence[str | None]) -> NotebookNode:
    """The Formgrader's box for the points of a cell has the cell's name as its id."""
    links = " · ".join(f"[{name}](#{name})" for name in names)
    return _guide(f"**Written questions:** {links}", "guides")


def _guide(text: str, name: str) -> NotebookNode:
    cell: NotebookNode = v4.new_markdown_cell(text, id=name, metadata={OURS: GUIDE})
    return cell
