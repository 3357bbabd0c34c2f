"""The notebook: from its text to the teacher's copy, and by nbgrader to the students' copy.

The text is py:percent (jupytext), so that a change to the notebook reads like a change to code.
Both copies are the same bytes for the same text: cell ids come from the grade ids and the cells'
own text, and no version of a tool is written down.
"""

from __future__ import annotations

import copy
import hashlib
from pathlib import PurePath
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.release.errors import ReleaseError
from autograder.release.leaks import solution_lines
from autograder.release.regions import find_regions

_HEADER = "# ---\n# jupyter:\n"


def is_notebook(text: str) -> bool:
    """Whether a .py file is the text of a notebook, which jupytext's header tells."""
    return text.startswith(_HEADER)


def solution_notebook(file: PurePath, text: str) -> NotebookNode:
    """The teacher's copy: every cell with its solution, without outputs.

    Raises `ReleaseError` for a region that is not in order, or that stands in a cell which
    nbgrader does not know as a solution.
    """
    notebook: NotebookNode = jupytext.reads(text, fmt="py:percent")
    del notebook.metadata["jupytext"]
    taken: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = _cell_id(cell, taken)
        regions = find_regions(_place(file, number, cell), cell.source)
        if regions and not cell.metadata.get("nbgrader", {}).get("solution"):
            reason = "a region stands in a cell that is no solution cell of nbgrader's"
            raise ReleaseError(_place(file, number, cell), regions[0].first, reason)
    return notebook


def student_notebook(notebook: NotebookNode) -> NotebookNode:
    """The student's copy, made by the steps of nbgrader's `generate_assignment`."""
    # nbgrader imports half of Jupyter; only a release needs it.
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    # The order of nbgrader's converter, without what writes to the gradebook and what asks a
    # kernel. `tests/practice/test_nbgrader_release.py` holds it against the command itself.
    steps = (
        LockCells,
        ClearSolutions,
        ClearOutput,
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
    )
    released = copy.deepcopy(notebook)
    resources: dict[str, Any] = {}
    for step in steps:
        released, resources = step().preprocess(released, resources)
    return released


def secret_lines(file: PurePath, notebook: NotebookNode) -> set[str]:
    """The lines of a notebook that stand in solution regions only."""
    return {
        line
        for cell in notebook.cells
        for line in solution_lines(cell.source, find_regions(file, cell.source))
    }


def as_text(notebook: NotebookNode) -> str:
    """A notebook as Jupyter writes it to a file."""
    text: str = nbformat.writes(notebook, nbformat.NO_CONVERT)
    return text + "\n"


def _cell_id(cell: NotebookNode, taken: set[str]) -> str:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    stem = grade_id or hashlib.sha256(cell.source.encode()).hexdigest()[:8]
    name, copies = stem, 1
    while name in taken:
        copies += 1
        name = f"{stem}-{copies}"
    taken.add(name)
    return str(name)


def _place(file: PurePath, number: int, cell: NotebookNode) -> PurePath:
    """The file with the cell that is meant, as it stands in an error."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return file.with_name(f"{file.name}, cell {grade_id or number}")
