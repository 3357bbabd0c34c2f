"""The cells of a notebook that was run, and what they put out."""

from __future__ import annotations

from nbformat import NotebookNode


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell: NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def shown(cell: NotebookNode) -> str:
    """All that can be read below a cell: what it printed, and what it drew as HTML."""
    drawn = [output.get("data", {}).get("text/html", "") for output in cell.outputs]
    return "\n".join([printed(cell), *drawn])
