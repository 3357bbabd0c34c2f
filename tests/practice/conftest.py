"""What students are given, beside the solutions: modules imported, notebooks run.

The trainings of the notebooks are short here, which is enough to see that everything runs; what
they reach is measured by `python -m benchmarks.train` and `python -m benchmarks.systems`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import matplotlib
import nbformat
import pytest
from filelock import FileLock
from nbformat import NotebookNode

from autograder.release.execute import execute_notebook
from autograder.reports import lost_check
from corpus.paths import ROOT, SHARED, solutions_of
from corpus.solved import lay_out
from tests.support.flat_modules import flat_modules

SHORT: dict[str, dict[str, object]] = {
    "segmentation": {"ROAD_EPOCHS": 2, "CELL_EPOCHS": 3},
    # Enough for ten steps of DeconvNet, without which a network is given up as too slow.
    "after_fcn": {"SECONDS": 15},
}
ExecutedNotebook = Callable[[str], NotebookNode]


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    """Every module beside the solutions by its flat name, forgotten afterwards."""
    matplotlib.use("agg")
    folder = lay_out(tmp_path_factory.mktemp("solved"))
    names = [path.stem for path in folder.glob("[a-z]*.py") if path.stem != "conftest"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "lost_check", lost_check)  # as tests know it
        with flat_modules(folder, names) as modules:
            yield modules


@pytest.fixture(scope="session")
def executed_notebook(tmp_path_factory: pytest.TempPathFactory) -> ExecutedNotebook:
    """An assignment's solved notebook, run once in a session by whichever worker asks first."""
    room = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        room = room.parent  # all workers' folders lie in it

    def once(assignment: str) -> NotebookNode:
        file = room / f"{assignment}.ipynb"
        with FileLock(f"{file}.lock"):
            if not file.exists():
                executed = execute_notebook(
                    solutions_of(assignment),
                    shared=SHARED,
                    data=ROOT / "data",
                    parameters=SHORT[assignment],
                )
                nbformat.write(executed, file)
        notebook: NotebookNode = nbformat.read(file, nbformat.NO_CONVERT)
        return notebook

    return once
