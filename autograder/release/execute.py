"""The notebook run from top to bottom, as a student who has finished would run it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.release.build import build_release

PARAMETERS = "parameters"  # the tag of the cell whose values may be set from outside


def execute_notebook(
    source: Path,
    *,
    shared: Path,
    data: Path,
    solved: bool = True,
    parameters: Mapping[str, object] | None = None,
    beside: Iterable[Path] = (),
) -> NotebookNode:
    """Run the students' notebook in an ordinary kernel, beside the solutions or beside the stubs.

    `parameters` are set at the end of the cell that is tagged so. The files `beside`, such as those
    of an earlier assignment, lie in the student's folder too, but for names that the assignment
    has. Raises nbclient's `CellExecutionError` for the first cell that fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        assignment = Path(folder, source.name)
        build_release(source, assignment, shared=shared, data=data)
        if solved:
            for solution in source.glob("*.py"):
                if (assignment / solution.name).is_file():  # the notebook's own text stays here
                    shutil.copyfile(solution, assignment / solution.name)
        for file in beside:
            if not (assignment / file.name).exists():  # the assignment's own stay
                shutil.copy(file, assignment)
        (path,) = assignment.glob("*.ipynb")
        notebook: NotebookNode = nbformat.read(path, nbformat.NO_CONVERT)
        set_parameters(notebook, parameters or {})
        NotebookClient(
            notebook,
            timeout=None,  # a busy machine may need minutes for a training
            kernel_name="python3",
            # One stream a cell, in which a progress bar has overwritten itself.
            coalesce_streams=True,
            resources={"metadata": {"path": str(assignment)}},
        ).execute()
    return notebook


def set_parameters(notebook: NotebookNode, parameters: Mapping[str, object]) -> None:
    """Set these values at the end of the cell that is tagged for them."""
    lines = [f"{name} = {value!r}" for name, value in parameters.items()]
    for cell in notebook.cells:
        if PARAMETERS in cell.metadata.get("tags", []):
            cell.source = "\n".join([cell.source, *lines])
            return
    if lines:
        raise ValueError(f"no cell of the notebook is tagged {PARAMETERS!r}")
