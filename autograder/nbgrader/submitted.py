"""A student's notebook, rebuilt in the form of the one that was released.

What a student hands in may be missing, damaged, made of copied and deleted cells, or hostile. So
nothing of it is taken over but the text of its cells and harmless outputs; whatever decides
grading or is rendered as HTML (metadata, ids, cell types of graded cells, locked text) comes from
the released notebook.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.document.text import Text
from autograder.nbgrader.find_answers import FoundAnswers, Placed
from autograder.nbgrader.handed_in import look_for_answers
from autograder.nbgrader.outputs import harmless_attachments, harmless_outputs
from autograder.nbgrader.released_text import Released, ReleasedText, grade_id

__all__ = ["answers", "grade_id", "read_released", "read_submitted"]

# Under this name stands the text of all cells that nbgrader does not know.
ELSEWHERE = ""
NOTICE = "problem"
OURS = "autograder"


@dataclass(frozen=True)
class Submitted:
    """A notebook that is safe to show and to grade; `problem` says what was the matter with it.

    `state` is that in a word: `read`, `renamed`, `damaged` or `missing`.
    `waiting` are the written questions that a person has to read, each with the reason why it is
    not as usual; None where the answer stands in its cell. The others hold no answer.
    """

    notebook: NotebookNode
    problem: Text | None = None
    state: str = "read"
    waiting: Mapping[str, Text | None] = field(default_factory=dict)


def read_released(path: Path) -> NotebookNode:
    """The released notebook, which is ours. Raises FileNotFoundError."""
    notebook: NotebookNode = nbformat.read(path, 4)
    return notebook


def read_submitted(path: Path, released: NotebookNode, folder: Path | None = None) -> Submitted:
    """The student's notebook in the form of the released one; a blank one if there is none.

    `folder` is what was released: files of the same names hold no answers.
    """
    text = ReleasedText(released)
    ours = {each.relative_to(folder).as_posix() for each in folder.rglob("*")} if folder else ()
    handed_in = look_for_answers(path, text, ours)
    return Submitted(
        _pour(handed_in.found, handed_in.cells, text, released),
        handed_in.problem,
        handed_in.state,
        handed_in.found.waiting(text, handed_in.elsewhere),
    )


def answers(notebook: NotebookNode) -> dict[str, str]:
    """The text of each cell that nbgrader knows, by its name, and of all others together."""
    texts = {name: cell.source for cell in notebook.cells if (name := grade_id(cell)) is not None}
    others = [cell for cell in notebook.cells if grade_id(cell) is None and not _is_ours(cell)]
    return texts | {ELSEWHERE: "\n\n".join(cell.source for cell in others)}


def _is_ours(cell: NotebookNode) -> bool:
    """Whether a cell was put there by us, who grade."""
    return cell.get("id") == NOTICE or OURS in cell.metadata


def _pour(
    found: FoundAnswers, cells: list[dict[str, Any]], text: ReleasedText, released: NotebookNode
) -> NotebookNode:
    """The student's cells, in their order; graded cells that are missing follow at the end.

    Without any cell it is the released notebook.
    """
    notebook: NotebookNode = copy.deepcopy(released)
    # Cells get ids, which came with this minor version of the format.
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    if cells:
        rebuilt = [_rebuilt(one, cells[one.cell], at) for at, one in enumerate(found.placed)]
        notebook.cells = [*rebuilt, *_missing(found, text)]
    return notebook


def _missing(found: FoundAnswers, text: ReleasedText) -> Iterator[NotebookNode]:
    there = {one.known.name for one in found.placed if one.known is not None}
    for name, each in text.known.items():
        if each.graded and name not in there:
            yield copy.deepcopy(each.cell)


def _rebuilt(one: Placed, cell: Mapping[str, Any], number: int) -> NotebookNode:
    if one.known is None:
        rebuilt = _own_cell(one, cell, f"cell-{number}")
    else:
        rebuilt = _known_cell(one, one.known)
    if rebuilt.cell_type == "code":
        rebuilt.outputs = harmless_outputs(cell.get("outputs")) if one.with_outputs else []
    elif attachments := harmless_attachments(cell.get("attachments")):
        rebuilt.attachments = attachments
    return rebuilt


def _known_cell(one: Placed, ours: Released) -> NotebookNode:
    rebuilt = copy.deepcopy(ours.cell)
    if not rebuilt.metadata.nbgrader.get("locked"):
        rebuilt.source = one.text
    return rebuilt


def _own_cell(one: Placed, cell: Mapping[str, Any], name: str) -> NotebookNode:
    """A cell that is no graded one. What is not text is shown as code: a raw cell may hold HTML."""
    new = v4.new_markdown_cell if cell["cell_type"] == "markdown" else v4.new_code_cell
    rebuilt: NotebookNode = new(one.text, id=name)  # type: ignore[no-untyped-call]
    return rebuilt
