"""A student's notebook, poured into the form of the one that was released.

What a student hands in may be missing, damaged, made of copied and deleted cells, or hostile. So
nothing of it is taken over but the text of its cells and harmless outputs; whatever decides
grading or is rendered as HTML (metadata, ids, cell types of graded cells, locked text) comes from
the released notebook.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.grading.text import Text
from autograder.nbgrader.outputs import harmless_attachments, harmless_outputs

SIZE_CAP = 64 * 1024 * 1024


class Damaged(Exception):
    """The file is no notebook that can be read; `reason` says why."""

    def __init__(self, en: str, ko: str) -> None:
        super().__init__(en)
        self.reason = Text(en, ko)


@dataclass(frozen=True)
class Submitted:
    """A notebook that is safe to show and to grade; `problem` says why it is a blank one."""

    notebook: NotebookNode
    problem: Text | None = None


def read_released(path: Path) -> NotebookNode:
    """The released notebook, which is ours. Raises FileNotFoundError."""
    notebook: NotebookNode = nbformat.read(path, 4)  # type: ignore[no-untyped-call]
    return notebook


def read_submitted(path: Path, released: NotebookNode) -> Submitted:
    """The student's notebook in the form of the released one; a blank one if it cannot be read."""
    try:
        cells = _cells(path)
    except Damaged as damaged:
        return Submitted(_blank(released), damaged.reason)
    return Submitted(pour(cells, released))


def pour(cells: list[Mapping[str, Any]], released: NotebookNode) -> NotebookNode:
    """The student's cells, in their order; graded cells that are missing follow at the end."""
    known = {name: cell for cell in released.cells if (name := grade_id(cell)) and _matters(cell)}
    # Jupyter copies the metadata with a cell; of two copies the last one counts, as in nbgrader.
    last = {grade_id(cell): number for number, cell in enumerate(cells)}
    poured = []
    for number, cell in enumerate(cells):
        name = grade_id(cell)
        ours = known.get(name) if name is not None and last[name] == number else None
        poured.append(_own_cell(cell, number) if ours is None else _known_cell(cell, ours))
    there = {grade_id(cell) for cell in poured}
    poured += [
        copy.deepcopy(cell)
        for name, cell in known.items()
        if name not in there and cell.metadata.nbgrader.get("grade")
    ]
    notebook = _blank(released)
    notebook.cells = poured
    return notebook


def _matters(cell: NotebookNode) -> bool:
    """Whether the gradebook knows a cell: nbgrader also names cells that are nothing to it."""
    about = cell.metadata.nbgrader
    return any(about.get(kind) for kind in ("grade", "solution", "locked", "task"))


def grade_id(cell: Mapping[str, Any]) -> str | None:
    """nbgrader's name of a cell, if it has one."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, Mapping) else None
    return name if isinstance(name, str) else None


def answers(notebook: NotebookNode) -> dict[str, str]:
    """What stands in each cell that nbgrader knows, by its name."""
    return {name: cell.source for cell in notebook.cells if (name := grade_id(cell)) is not None}


def _blank(released: NotebookNode) -> NotebookNode:
    notebook: NotebookNode = copy.deepcopy(released)
    # Cells get ids, which came with this minor version of the format.
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    return notebook


def _known_cell(cell: Mapping[str, Any], ours: NotebookNode) -> NotebookNode:
    poured = copy.deepcopy(ours)
    if not ours.metadata.nbgrader.get("locked"):
        poured.source = _source(cell)
    if poured.cell_type == "code":
        poured.outputs = harmless_outputs(cell.get("outputs"))
    elif attachments := harmless_attachments(cell.get("attachments")):
        poured.attachments = attachments
    return poured


def _own_cell(cell: Mapping[str, Any], number: int) -> NotebookNode:
    """A cell that is no graded one. What is not text is shown as code: a raw cell may hold HTML."""
    name, source = f"cell-{number}", _source(cell)
    poured: NotebookNode
    if cell.get("cell_type") == "markdown":
        poured = v4.new_markdown_cell(source, id=name)  # type: ignore[no-untyped-call]
        if attachments := harmless_attachments(cell.get("attachments")):
            poured.attachments = attachments
    else:
        outputs = harmless_outputs(cell.get("outputs"))
        poured = v4.new_code_cell(source, id=name, outputs=outputs)  # type: ignore[no-untyped-call]
    return poured


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _cells(path: Path) -> list[Mapping[str, Any]]:
    """The cells of a file that may be anything. Raises Damaged."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise Damaged(
            f"{path.name} is not a regular file.", f"{path.name}은(는) 일반 파일이 아닙니다."
        )
    if not path.exists():
        others = ", ".join(_other_notebooks(path))
        raise Damaged(
            f"{path.name} was not handed in" + (f", but {others}." if others else "."),
            f"{path.name}이(가) 제출되지 않았습니다"
            + (f" (제출된 파일: {others})." if others else "."),
        )
    if path.stat().st_size > SIZE_CAP:
        raise Damaged(
            f"{path.name} is larger than {SIZE_CAP >> 20} MiB.",
            f"{path.name}의 크기가 {SIZE_CAP >> 20} MiB를 넘습니다.",
        )
    try:
        # As lenient as possible: an older version is upgraded, what is missing is filled in.
        notebook = nbformat.reads(path.read_bytes().decode(), 4)  # type: ignore[no-untyped-call]
        cells = notebook["cells"]
        if not isinstance(cells, list) or not all(isinstance(cell, Mapping) for cell in cells):
            raise TypeError("its cells are no list of cells")
    except (Exception, RecursionError) as error:  # of a damaged file anything may come
        name = type(error).__name__
        raise Damaged(
            f"{path.name} is damaged and cannot be read as a notebook ({name}).",
            f"{path.name}이(가) 손상되어 노트북으로 읽을 수 없습니다 ({name}).",
        ) from None
    return cells


def _other_notebooks(path: Path) -> Iterator[str]:
    for other in sorted(path.parent.glob("*.ipynb")):
        yield other.name
