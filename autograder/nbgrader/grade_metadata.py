"""Metadata in an autograded notebook, for the commands that come later.

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


class GradeMetadata(msgspec.Struct, frozen=True):
    """The grade of record that is in the gradebook; `notebook` is in a word, as `read`."""

    entry: Entry
    language: Language
    notebook: str


def write_metadata(notebook: NotebookNode, metadata: GradeMetadata) -> None:
    """Write the grade into the notebook."""
    notebook.metadata[OURS] = msgspec.json.encode(metadata).decode()


def read_metadata(notebook: NotebookNode) -> GradeMetadata | None:
    """Read the grade; None in a notebook that an earlier version autograded."""
    try:
        return msgspec.json.decode(notebook.metadata.get(OURS, ""), type=GradeMetadata)
    except msgspec.DecodeError:
        return None


def notebook_states(folders: Mapping[str, Path]) -> dict[str, str]:
    """Each student's notebook state, read from the folder of the autograded one."""
    return {student: _notebook_in(folder) for student, folder in folders.items()}


def _notebook_in(folder: Path) -> str:
    try:
        path = min(folder.glob("*.ipynb"))
        metadata = read_metadata(nbformat.read(path, nbformat.NO_CONVERT))
    except (OSError, ValueError):
        return UNKNOWN
    return metadata.notebook if metadata else UNKNOWN
