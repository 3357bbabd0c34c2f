"""What is taken over of a student's notebook, and what is not."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from autograder.nbgrader import read_notebook
from autograder.nbgrader.outputs import PNG, TEXT_CAP, harmless_attachments, harmless_outputs
from autograder.nbgrader.read_cells import OUTPUTS_CAP, OUTPUTS_IN_ALL, SIZE_CAP
from autograder.nbgrader.submitted import answers, grade_id, read_released, read_submitted
from corpus.nbgrader.students import NOTEBOOK, hostile
from corpus.paths import RELEASE

WRITTEN = "written_padding"
PICTURE = base64.b64encode(PNG + b"the rest").decode()


@pytest.fixture(scope="module")
def released() -> NotebookNode:
    return read_released(RELEASE / NOTEBOOK)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / NOTEBOOK


def written(path: Path, change: Any) -> Path:
    """The released notebook as a student's, after `change` was made to its JSON."""
    notebook = json.loads((RELEASE / NOTEBOOK).read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def link(path: Path) -> None:
    path.symlink_to(RELEASE / NOTEBOOK)


def cell_of(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook["cells"] if grade_id(cell) == name)


def test_an_untouched_notebook_comes_back_as_it_was_released(
    path: Path, released: NotebookNode
) -> None:
    submitted = read_submitted(written(path, lambda notebook: None), released)
    assert submitted.problem is None
    assert submitted.waiting == {}
    assert [cell.source for cell in submitted.notebook.cells] == [
        cell.source for cell in released.cells
    ]


def test_an_answer_is_kept_and_a_locked_cell_is_restored(
    path: Path, released: NotebookNode
) -> None:
    def change(notebook: Any) -> None:
        cell_of(notebook, WRITTEN)["source"] = ["one line\n", "and another"]
        cell_of(notebook, "iou")["source"] = "print(100)"

    notebook = read_submitted(written(path, change), released).notebook
    assert answers(notebook)[WRITTEN] == "one line\nand another"
    assert answers(notebook)["iou"] == answers(released)["iou"]


def test_metadata_that_decides_grading_comes_from_the_release(
    path: Path, released: NotebookNode
) -> None:
    def change(notebook: Any) -> None:
        cell_of(notebook, WRITTEN)["metadata"]["nbgrader"].update(
            points=1000, schema_version=99, locked=True
        )

    notebook = read_submitted(written(path, change), released).notebook
    assert cell_of(notebook, WRITTEN).metadata == cell_of(released, WRITTEN).metadata


def test_a_graded_cell_that_was_deleted_follows_at_the_end(
    path: Path, released: NotebookNode
) -> None:
    def change(notebook: Any) -> None:
        notebook["cells"].remove(cell_of(notebook, WRITTEN))

    notebook = read_submitted(written(path, change), released).notebook
    assert grade_id(notebook.cells[-1]) == WRITTEN


def test_of_a_cell_that_was_copied_the_copy_with_the_answer_counts(
    path: Path, released: NotebookNode
) -> None:
    def change(notebook: Any) -> None:
        notebook["cells"].append({**cell_of(notebook, WRITTEN), "source": "the copy", "id": "x"})

    notebook = read_submitted(written(path, change), released).notebook
    assert [cell.source for cell in notebook.cells if grade_id(cell) == WRITTEN] == ["the copy"]


def test_what_was_written_into_a_locked_cell_stands_below_it(
    path: Path, released: NotebookNode
) -> None:
    def change(notebook: Any) -> None:
        cell_of(notebook, "iou")["source"] = "print(100)"

    cells = read_submitted(written(path, change), released).notebook.cells
    below = cells[[grade_id(cell) for cell in cells].index("iou") + 1]
    assert (below.source, below.metadata) == ("print(100)", {})


def test_an_answer_in_a_cell_made_code_is_text_again(path: Path, released: NotebookNode) -> None:
    def change(notebook: Any) -> None:
        cell_of(notebook, WRITTEN).update(
            cell_type="code", source="an answer", outputs=[], execution_count=None
        )

    cell = cell_of(read_submitted(written(path, change), released).notebook, WRITTEN)
    assert (cell.cell_type, cell.source) == ("markdown", "an answer")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"\0" * 512, b"[" * 100_000])
def test_a_file_that_holds_no_text_is_a_blank_notebook_and_says_so(
    path: Path, released: NotebookNode, content: bytes
) -> None:
    path.write_bytes(content)
    submitted = read_submitted(path, released)
    assert submitted.problem is not None
    assert f"{NOTEBOOK} holds no text at all" in submitted.problem.en
    assert submitted.waiting == {}
    assert answers(submitted.notebook) == answers(released)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b'{"cells": [', '{"cells": ['),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}', "[7]"),
        (b"My answer.", "My answer."),
        (b'"My answer."', "My answer."),
    ],
)
def test_a_file_that_is_no_notebook_is_shown_as_text_and_waits(
    path: Path, released: NotebookNode, content: bytes, shown: str
) -> None:
    path.write_bytes(content)
    submitted = read_submitted(path, released)
    assert submitted.problem is not None
    assert "no notebook" in submitted.problem.en
    assert NOTEBOOK in submitted.problem.ko
    assert len(submitted.waiting) == 4
    assert shown in submitted.notebook.cells[0].source


@pytest.mark.parametrize(("make", "said"), [(os.mkfifo, "not a regular file"), (link, "a link")])
def test_what_is_no_file_is_neither_followed_nor_waited_for(
    make: Callable[[Path], None], said: str, path: Path, released: NotebookNode
) -> None:
    make(path)
    submitted = read_submitted(path, released)
    assert submitted.problem is not None
    assert f"{NOTEBOOK} is {said}" in submitted.problem.en
    assert len(submitted.waiting) == 4
    assert answers(submitted.notebook) == answers(released)


def test_what_would_be_dear_to_validate_is_cut_before(path: Path, released: NotebookNode) -> None:
    output = {"output_type": "stream", "text": "x"}

    def change(notebook: Any) -> None:
        notebook["cells"][1]["outputs"] = [output] * 100_000

    notebook = read_submitted(written(path, change), released).notebook
    assert len(notebook.cells[1].outputs) == OUTPUTS_CAP


MUCH = {
    "more than 1000 cells": '{"cells": [' + "{}," * 1000 + "{}]}",
    "more than 4,000,000 characters": '{"cells": [{"source": "' + "y" * 4_000_001 + '"}]}',
    "larger than 64 MiB": " " * (SIZE_CAP + 1),
    "too much memory": '{"cells": [' + '{"a":0},' * 5_000_000 + "{}]}",
}


@pytest.mark.parametrize("said", MUCH)
def test_the_answers_in_a_notebook_of_too_much_wait(
    said: str, path: Path, released: NotebookNode
) -> None:
    path.write_text(MUCH[said])
    submitted = read_submitted(path, released)
    assert len(submitted.waiting) == 4
    assert submitted.problem is not None
    assert said in submitted.problem.en
    assert answers(submitted.notebook) == answers(released)


@pytest.mark.parametrize("way", ["time", "killed"])
def test_a_reader_that_does_not_end_is_one_of_too_much(
    way: str, path: Path, released: NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = tmp_path / "reader.py"
    reader.write_text("while True: pass" if way == "time" else "import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(read_notebook, "READER", reader)
    monkeypatch.setattr(read_notebook, "WALL_SECONDS", 0.5 if way == "time" else 60)
    submitted = read_submitted(written(path, lambda notebook: None), released)
    assert len(submitted.waiting) == 4
    assert submitted.problem is not None
    assert "it takes too long" in submitted.problem.en


def test_outputs_are_counted_over_all_cells(path: Path, released: NotebookNode) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "x"}

    def change(notebook: Any) -> None:
        notebook["cells"] = [{"cell_type": "code", "outputs": [output] * 150}] * 20

    notebook = read_submitted(written(path, change), released).notebook
    assert sum(len(cell.get("outputs", [])) for cell in notebook.cells) == OUTPUTS_IN_ALL


def test_half_of_a_character_becomes_one_that_can_be_stored(
    path: Path, released: NotebookNode
) -> None:
    def change(notebook: Any) -> None:
        cell_of(notebook, WRITTEN)["source"] = "a \ud800 b"

    notebook = read_submitted(written(path, change), released).notebook
    assert answers(notebook)[WRITTEN] == "a ? b"


def test_a_notebook_of_an_older_format_is_read(path: Path, released: NotebookNode) -> None:
    cell = {"cell_type": "code", "input": "x = 1", "outputs": [], "language": "python"}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    path.write_text(json.dumps(old), encoding="utf-8")
    submitted = read_submitted(path, released)
    assert submitted.problem is None
    assert submitted.notebook.cells[0].source == "x = 1"


def test_nothing_hostile_is_left_of_a_hostile_notebook(
    tmp_path: Path, released: NotebookNode
) -> None:
    folder = tmp_path / "segmentation"
    folder.mkdir()
    written(folder / NOTEBOOK, lambda notebook: None)
    hostile(folder)
    notebook = read_submitted(folder / NOTEBOOK, released).notebook
    assert notebook.metadata == released.metadata
    assert "raw" not in {cell.cell_type for cell in notebook.cells}
    kinds = {
        kind for cell in notebook.cells for out in cell.get("outputs", []) for kind in out.data
    }
    assert kinds == {"text/plain"}


def test_outputs_are_reduced_to_text_and_pictures() -> None:
    given = [
        {"output_type": "stream", "name": "stdout", "text": ["a", "b"]},
        {"output_type": "display_data", "data": {"image/png": PICTURE, "image/svg+xml": "<svg>"}},
        {"output_type": "display_data", "data": {"text/html": "<script>"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["one", "two"]},
        {"output_type": "update_display_data", "data": {"text/plain": "x"}},
        "no output at all",
    ]
    stream, picture, error = harmless_outputs(given)
    assert stream.text == "ab"
    assert picture.data == {"image/png": PICTURE}
    assert picture.metadata == {}
    assert error.traceback == ["one\ntwo"]


@pytest.mark.parametrize("data", ['x" onload="act()', "AAAA", 7, None, {"a": 1}])
def test_a_picture_that_is_none_is_left_out(data: object) -> None:
    assert harmless_outputs([{"output_type": "display_data", "data": {"image/png": data}}]) == []
    assert harmless_attachments({"picture.png": {"image/png": data}}) == {}


def test_a_long_text_is_cut() -> None:
    (output,) = harmless_outputs([{"output_type": "stream", "text": "x" * (TEXT_CAP + 1)}])
    assert output.text == "x" * TEXT_CAP + "\n…"


@pytest.mark.parametrize("outputs", [None, "text", 7, {}])
def test_what_is_no_list_of_outputs_is_none(outputs: object) -> None:
    assert harmless_outputs(outputs) == []
