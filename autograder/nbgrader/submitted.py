"""A student's notebook, poured into the form of the one that was released.

What a student hands in may be missing, damaged, made of copied and deleted cells, or hostile. So
nothing of it is taken over but the text of its cells and harmless outputs; whatever decides
grading or is rendered as HTML (metadata, ids, cell types of graded cells, locked text) comes from
the released notebook.
"""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat import NotebookNode, v4

from autograder.grading.text import Text
from autograder.nbgrader.outputs import harmless_attachments, harmless_outputs
from autograder.nbgrader.read_cells import CELLS_CAP, SIZE_CAP, SOURCE_CAP
from autograder.sandbox.intake import open_regular
from autograder.sandbox.printable import printable

READER = Path(__file__).with_name("read_cells.py")
# Its processor time is limited, too; a machine that is busy with a class takes longer.
WALL_SECONDS = 120
OTHERS_TOLD = 3
TOO_MUCH = {
    "bytes": Text(
        f"it is larger than {SIZE_CAP >> 20} MiB", f"크기가 {SIZE_CAP >> 20} MiB를 넘습니다"
    ),
    "cells": Text(f"it has more than {CELLS_CAP} cells", f"셀이 {CELLS_CAP}개를 넘습니다"),
    "characters": Text(
        f"its cells hold more than {SOURCE_CAP:,} characters",
        f"셀의 글자 수가 {SOURCE_CAP:,}자를 넘습니다",
    ),
    "memory": Text("it takes too much memory", "메모리가 너무 많이 필요합니다"),
    "time": Text("it takes too long", "시간이 너무 오래 걸립니다"),
}


class Damaged(Exception):
    """The file is no notebook that can be read; `reason` says why."""

    def __init__(self, en: str, ko: str) -> None:
        super().__init__(en)
        self.reason = Text(en, ko)


class TooMuch(Damaged):
    """It may be one, but is not read for its price: a person has to."""


@dataclass(frozen=True)
class Submitted:
    """A notebook that is safe to show and to grade; `problem` says why it is a blank one.

    Where it `waits`, what was handed in may hold answers, which a person has to look for.
    """

    notebook: NotebookNode
    problem: Text | None = None
    waits: bool = False


def read_released(path: Path) -> NotebookNode:
    """The released notebook, which is ours. Raises FileNotFoundError."""
    notebook: NotebookNode = nbformat.read(path, 4)  # type: ignore[no-untyped-call]
    return notebook


def read_submitted(path: Path, released: NotebookNode) -> Submitted:
    """The student's notebook in the form of the released one; a blank one if it cannot be read."""
    try:
        cells = _cells(path)
    except Damaged as damaged:
        return Submitted(_blank(released), damaged.reason, isinstance(damaged, TooMuch))
    return Submitted(pour(cells, released))


def pour(cells: Sequence[Mapping[str, Any]], released: NotebookNode) -> NotebookNode:
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


def _cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a file that may be anything. Raises Damaged or TooMuch."""
    name = printable(path.name)
    if not path.exists() and not path.is_symlink():
        others = ", ".join(_other_notebooks(path))
        raise Damaged(
            f"{name} was not handed in" + (f", but {others}." if others else "."),
            f"{name}이(가) 제출되지 않았습니다" + (f" (제출된 파일: {others})." if others else "."),
        )
    file = open_regular(path)
    if isinstance(file, str):
        raise Damaged(f"{name} is {file}.", f"{name}은(는) 일반 파일이 아닙니다.")
    try:
        answer = _read_apart(file)
    finally:
        os.close(file)
    if answer.cells is not None:
        return answer.cells
    if answer.damaged is not None:
        raise Damaged(
            f"{name} is damaged and cannot be read as a notebook ({answer.damaged}).",
            f"{name}이(가) 손상되어 노트북으로 읽을 수 없습니다 ({answer.damaged}).",
        )
    much = TOO_MUCH[answer.too_much]
    raise TooMuch(f"{name} was not read: {much.en}.", f"{name}을(를) 읽지 않았습니다: {much.ko}.")


class _Answer(msgspec.Struct):
    """What read_cells.py says: one of these."""

    cells: list[dict[str, Any]] | None = None
    damaged: str | None = None
    too_much: str = "time"


def _read_apart(file: int) -> _Answer:
    """The answer of a process that may be ended by its limits while it reads."""
    command = [sys.executable, "-I", str(READER)]
    try:
        done = subprocess.run(
            command, stdin=file, capture_output=True, env={}, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return _Answer()
    return msgspec.json.decode(done.stdout, type=_Answer) if done.returncode == 0 else _Answer()


def _other_notebooks(path: Path) -> Iterator[str]:
    for other in sorted(path.parent.glob("*.ipynb"))[:OTHERS_TOLD]:
        yield printable(other.name)
