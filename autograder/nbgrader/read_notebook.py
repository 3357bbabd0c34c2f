"""Read a file that should be a notebook, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from autograder.document.text import Text
from autograder.nbgrader.reasons import DAMAGE, ENCODED, TOO_MUCH, about
from autograder.sandbox.grader.intake import open_regular
from autograder.sandbox.grader.printable import printable

READER = Path(__file__).with_name("read_cells.py")
# Its processor time is limited, too; a machine that is busy with a class takes longer.
WALL_SECONDS = 120


class Read(msgspec.Struct, frozen=True):
    """The cells of a file, and why they may not be all that was in it.

    `problem` says what was the matter. Where the file is not `whole`, text may be lost.
    """

    cells: list[dict[str, Any]]
    problem: Text | None = None
    whole: bool = True


class _Answer(msgspec.Struct):
    """The answer of read_cells.py: cells, or the limit that was passed."""

    cells: list[dict[str, Any]] | None = None
    damage: str | None = None
    encoding: str | None = None
    too_much: str = "time"


def read_notebook(path: Path) -> Read:
    """Read the cells of a file that may be anything."""
    name = printable(path.name)
    file = open_regular(path)
    if isinstance(file, str):
        return Read([], Text(f"{name} is {file}.", f"{name}은(는) 일반 파일이 아닙니다."), False)
    try:
        answer = _read_apart(file)
    finally:
        os.close(file)
    if answer.cells is None:
        much = TOO_MUCH[answer.too_much]
        problem = Text(
            f"{name} was not read: {much.en}.", f"{name}을(를) 읽지 않았습니다: {much.ko}."
        )
        return Read([], problem, False)
    if answer.damage is not None:
        whole = answer.damage in ("empty", "rest")
        return Read(answer.cells, about(DAMAGE[answer.damage], name=name), whole)
    if answer.encoding is not None:
        problem = about(ENCODED, name=name, encoding=answer.encoding)
        return Read(answer.cells, problem)
    return Read(answer.cells)


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
