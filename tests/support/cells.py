"""The cells of a notebook that was run, and what they put out."""

from __future__ import annotations

import re

from nbformat import NotebookNode


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell: NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def all_printed(notebook: NotebookNode) -> str:
    return "\n".join(map(printed, code(notebook)))


def shown(cell: NotebookNode) -> str:
    """All that can be read below a cell: what it printed, and what it drew as HTML."""
    drawn = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
    return "\n".join([printed(cell), *drawn])


def figures(cell: NotebookNode) -> int:
    """How many figures the cell's code draws."""
    return len(re.findall(r"\b(?:pictures|diagrams)\.show_", cell.source))


def pictures(cell: NotebookNode) -> list[str]:
    """The figures below the cell, each as PNG in base64."""
    found = [output.get("data", {}).get("image/png") for output in cell.outputs]
    return [picture for picture in found if picture]
