"""The students' folder alone in an empty directory, and its notebook run to the end in a kernel.

Nothing is written there, or one file does not even parse: every cell says what to do, and none
fails.
"""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from corpus.paths import RELEASE
from tests.support.cells import code, printed, shown

# What is said of something that is not there.
UNWRITTEN = re.compile(r"[\w.]+ in \w+\.py \(step \d\) is not written yet")
NOT_RUN = re.compile(r"`\w+` comes from a cell above that has not run to its end yet")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a space and Korean in its name."""
    there = tmp_path / "내 과제 1"
    shutil.copytree(RELEASE, there)
    return there


def run(folder: Path) -> list[NotebookNode]:
    """The code cells with what they put out; how long they took is printed."""
    (path,) = folder.glob("*.ipynb")
    notebook: NotebookNode = nbformat.read(path, nbformat.NO_CONVERT)
    resources = {"metadata": {"path": str(folder)}}
    start = time.perf_counter()
    # Raises an error for the first cell that fails.
    NotebookClient(notebook, timeout=None, kernel_name="python3", resources=resources).execute()
    print(f"the notebook with stubs took {time.perf_counter() - start:.1f} s")
    return code(notebook)


def beginning(cells: list[NotebookNode], start: str) -> list[NotebookNode]:
    return [cell for cell in cells if cell.source.startswith(start)]


def test_with_stubs_every_cell_says_what_to_do(folder: Path) -> None:
    cells = run(folder)
    assert "Traceback" not in "".join(map(shown, cells))
    using, checks = beginning(cells, "with until_written"), beginning(cells, "check(")
    assert len(using) > 15
    for cell in using:
        assert UNWRITTEN.search(printed(cell)) or NOT_RUN.search(printed(cell)), cell.source
        assert re.search("[가-힣]", printed(cell)), cell.source
    assert "first comes nearest_unpool2d in unpooling.py (step 1)" in printed(using[0])
    assert len(checks) == 5
    for cell in checks:
        assert re.search(r"0 of \d functions written; next: \w+", shown(cell)), cell.source
    (status,) = beginning(cells, "status(")
    assert "next: nearest_unpool2d in unpooling.py" in shown(status)


def test_a_file_that_does_not_parse_stops_no_cell(folder: Path) -> None:
    iou = folder / "iou.py"
    text = iou.read_text(encoding="utf-8")
    stub = 'raise NotImplementedError("predict_labels")'
    iou.write_text(text.replace(stub, "return ("), encoding="utf-8")
    line = text[: text.index(stub)].count("\n") + 1
    cells = run(folder)
    assert "Traceback" not in "".join(map(shown, cells))
    assert f"iou.py, line {line} does not parse: " in printed(*beginning(cells, "%load_ext"))
    for cell in beginning(cells, "with until_written"):
        said = printed(cell)
        if "iou.predict_labels(scores)" in cell.source:
            assert f"iou.py, line {line} does not parse: " in said
        else:
            assert UNWRITTEN.search(said) or NOT_RUN.search(said), cell.source
    (check,) = beginning(cells, 'check("iou"')
    assert f"iou.py, line {line} does not parse: " in shown(check)
