"""What is kept in an autograded notebook, for the commands that come later.

The gradebook has the points alone. What was found, in which language it is told, and what became
of the notebook stand in the notebook's metadata, which is ours: of a student's none is taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import nbformat
from nbformat import NotebookNode

from autograder.course.entries import Entry
from autograder.document.text import Language

OURS = "autograder"
UNKNOWN = ""


class Kept(msgspec.Struct, frozen=True):
    """The grade of record that is in the gradebook; `notebook` is in a word, as `read`."""

    entry: Entry
    language: Language
    notebook: str


def keep(notebook: NotebookNode, kept: Kept) -> None:
    """Put it into the notebook."""
    notebook.metadata[OURS] = msgspec.json.encode(kept).decode()


def read_kept(notebook: NotebookNode) -> Kept | None:
    """What stands there; None in a notebook that an earlier version autograded."""
    try:
        return msgspec.json.decode(notebook.metadata.get(OURS, ""), type=Kept)
    except msgspec.DecodeError:
        return None


def notebooks_kept(folders: Mapping[str, Path]) -> dict[str, str]:
    """What became of the notebook of each student, out of the folder with the autograded one."""
    return {student: _notebook_in(folder) for student, folder in folders.items()}


def _notebook_in(folder: Path) -> str:
    try:
        path = min(folder.glob("*.ipynb"))
        kept = read_kept(nbformat.read(path, nbformat.NO_CONVERT))
    except (OSError, ValueError):
        return UNKNOWN
    return kept.notebook if kept else UNKNOWN
