"""A notebook that is run on request reaches nothing, and its death costs what comes after it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from autograder.course.entries import Entry
from autograder.document.text import Language
from autograder.nbgrader.execute import DIED, ExecuteSandboxed
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.outputs import PNG

CELLS = {
    "compute": "import helper\nprint(helper.value + 1)",
    "draw": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "html": "from IPython.display import HTML, display\ndisplay(HTML('<script>act()</script>'))",
    "read": "open('/etc/passwd').read()",
    "write": "open('helper.py', 'w')",
    "start": "import subprocess\nsubprocess.run(['id'])",
    "connect": "import socket\nsocket.create_connection(('127.0.0.1', 9))",
    "unix": "socket.socket(socket.AF_UNIX).connect('/run/any')",
    "secrets": "import os\nprint(sorted(set(os.environ) & {'A_TOKEN'}))",
    "die": "os._exit(0)",
    "after": "print('never')",
}


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, NotebookNode]:
    """The cells after they were run, by name."""
    folder = tmp_path_factory.mktemp("submission")
    (folder / "helper.py").write_text("value = 1\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_TOKEN", "a secret of ours")
        return run(folder)


def run(folder: Path) -> dict[str, NotebookNode]:
    notebook = v4.new_notebook(
        cells=[v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    )
    grading = Grading(Entry("kim", "", 100, 0), {}, Language.EN)
    resources: dict[str, Any] = {
        "nbgrader": {"grading": grading},
        "metadata": {"path": str(folder)},
    }
    notebook, _ = ExecuteSandboxed().preprocess(notebook, resources)
    return {cell.id: cell for cell in notebook.cells}


def error(cell: NotebookNode) -> str:
    return " ".join(f"{out.ename}: {out.evalue}" for out in cell.outputs if "ename" in out)


def text(cell: NotebookNode) -> str:
    return "".join(out.text for out in cell.outputs if out.output_type == "stream")


def test_it_computes_with_the_submissions_modules(cells: dict[str, NotebookNode]) -> None:
    assert text(cells["compute"]) == "2\n"


def test_it_draws(cells: dict[str, NotebookNode]) -> None:
    pictures = [out.data["image/png"] for out in cells["draw"].outputs if "data" in out]
    assert base64.b64decode(pictures[-1]).startswith(PNG)


def test_html_is_left_out(cells: dict[str, NotebookNode]) -> None:
    assert "act()" not in str(cells["html"].outputs)


@pytest.mark.parametrize(
    ("cell", "refused"),
    [
        ("read", "PermissionError"),
        ("write", "PermissionError"),
        ("start", "BlockingIOError|PermissionError|OSError"),
        ("connect", "OSError"),
        ("unix", "PermissionError"),
    ],
)
def test_nothing_else_is_reached(cells: dict[str, NotebookNode], cell: str, refused: str) -> None:
    assert error(cells[cell]).split(":")[0] in refused.split("|")


def test_nothing_of_our_environment_is_there(cells: dict[str, NotebookNode]) -> None:
    assert text(cells["secrets"]) == "[]\n"


def test_a_kernel_that_dies_says_so_and_leaves_what_was_there(
    cells: dict[str, NotebookNode],
) -> None:
    assert DIED.en in text(cells["die"])
    assert cells["after"].outputs == []


def test_it_is_not_run_unless_asked_for() -> None:
    assert not ExecuteSandboxed().enabled
