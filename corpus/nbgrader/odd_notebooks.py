"""Notebooks as students hand them in: damaged, renamed, edited, made from the released one.

Each is a folder of files; `answered` are the questions that hold an answer, wherever it stands.
What editors do to a file was looked up in files that they saved: nb-clean 5.0 drops all metadata
and outputs of cells and keeps their ids; VS Code and Colab write ids of their own.
"""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.nbgrader.students import NOTEBOOK
from corpus.paths import RELEASE

Notebook = dict[str, Any]
Files = dict[str, bytes]

TEXT = (RELEASE / NOTEBOOK).read_text(encoding="utf-8")
STEM = NOTEBOOK.removesuffix(".ipynb")
QUESTIONS = ("written_padding", "written_batch_size", "written_label_map", "written_feature_maps")
ANSWERS = {
    "written_padding": "Seven pixels would be left of it, fewer than the window needs.",
    "written_batch_size": "크기가 달라서 한 텐서에 담을 수 없습니다.",
    "written_label_map": "Take the largest, and softmax keeps the order.",
    "written_feature_maps": "Kernels.",
}
MINE = "Something of mine, which is no answer to be told from one."
EVERY = frozenset(QUESTIONS)
NONE = frozenset[str]()


@dataclass(frozen=True)
class Odd:
    """One student's files. `waits` says whether the questions must wait for a person.

    `shown` must stand in what a person sees; by default the answers that were written.
    """

    name: str
    done: str
    files: Files
    answered: frozenset[str] = EVERY
    waits: bool = True
    shown: tuple[str, ...] | None = None

    @property
    def must_be_shown(self) -> tuple[str, ...]:
        if self.shown is not None:
            return self.shown
        return tuple(ANSWERS[name] for name in QUESTIONS if name in self.answered)

    def write(self, folder: Path) -> None:
        """Hand in."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def released() -> Notebook:
    notebook: Notebook = json.loads(TEXT)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def name_of(cell: Notebook) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def cell_of(notebook: Notebook, name: str) -> Notebook:
    return next(cell for cell in notebook["cells"] if name_of(cell) == name)


def place_of(notebook: Notebook, name: str) -> int:
    return next(at for at, cell in enumerate(notebook["cells"]) if name_of(cell) == name)


def answered(*names: str) -> Notebook:
    """As it is meant: the answers below the questions; to all of them if none are named."""
    notebook = released()
    for name in names or QUESTIONS:
        cell_of(notebook, name)["source"] += f"\n\n{ANSWERS[name]}"
    return notebook


def own(source: str, kind: str = "markdown", name: str = "mine") -> Notebook:
    cell: Notebook = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def encoded(notebook: Notebook) -> bytes:
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()


def changed(notebook: Notebook, change: Callable[[Notebook], object]) -> Notebook:
    """The notebook after every cell was changed."""
    for cell in notebook["cells"]:
        change(cell)
    return notebook


def lose_metadata(cell: Notebook) -> None:
    """As nb-clean 5.0 does without options."""
    cell["metadata"] = {}
    if cell["cell_type"] == "code":
        cell.update(outputs=[], execution_count=None)


def lose_ids(notebook: Notebook) -> Notebook:
    """As an editor that knows no ids, and writes its own."""
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{number * 2654435761 % 2**32:08x}"
    return notebook


def by_colab(notebook: Notebook) -> Notebook:
    """Ids in the metadata, an older minor version, and a link to Colab above everything."""
    for number, cell in enumerate(notebook["cells"]):
        del cell["id"]
        cell["metadata"] = {"id": f"Xy{number}z_Q"}
        cell["source"] = cell["source"].splitlines(keepends=True)
    link = (
        '<a href="https://colab.research.google.com/github/kim/work/blob/main/x.ipynb" '
        'target="_parent"><img src="https://colab.research.google.com/assets/colab-badge.svg" '
        'alt="Open In Colab"/></a>'
    )
    badge: dict[str, Any] = {"cell_type": "markdown", "source": link}
    badge["metadata"] = {"id": "view-in-github", "colab_type": "text"}
    notebook["cells"].insert(0, badge)
    notebook["metadata"]["colab"] = {"provenance": []}
    return notebook | {"nbformat_minor": 0}


def by_vscode(notebook: Notebook) -> Notebook:
    lose_ids(changed(notebook, lose_metadata))
    for cell in notebook["cells"]:
        cell["metadata"] = {"vscode": {"languageId": "plaintext"}}
    return notebook


def split(notebook: Notebook, name: str, after: str, *, keep: bool) -> Notebook:
    """Two cells, the second of which has the metadata too, or none."""
    at = place_of(notebook, name)
    cell = notebook["cells"][at]
    cut = cell["source"].index(after) + len(after)
    below = copy.deepcopy(cell) | {"source": cell["source"][cut:], "id": "below"}
    if not keep:
        below["metadata"] = {}
    cell["source"] = cell["source"][:cut]
    notebook["cells"].insert(at + 1, below)
    return notebook


def merged(notebook: Notebook) -> Notebook:
    """All written questions in the cell of the first, as JupyterLab merges what is selected."""
    first, *others = [cell_of(notebook, name) for name in QUESTIONS]
    first["source"] = "\n\n".join(cell["source"] for cell in (first, *others))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in others]
    return notebook


def with_cells(notebook: Notebook, at: int, *cells: Notebook) -> Notebook:
    notebook["cells"][at:at] = cells
    return notebook


def as_kind(notebook: Notebook, kind: str) -> Notebook:
    for name in QUESTIONS:
        cell = cell_of(notebook, name)
        cell["cell_type"] = kind
        if kind == "code":
            cell.update(outputs=[], execution_count=None)
    return notebook


def run(cell: Notebook) -> None:
    if cell["cell_type"] == "code":
        output = {"output_type": "stream", "name": "stdout", "text": "not written yet: see iou.py"}
        cell.update(outputs=[output], execution_count=7)


def rewritten(cell: Notebook) -> None:
    """As systems do: decomposed Hangul, their line ends, blanks at the ends of lines."""
    source = unicodedata.normalize("NFD", cell["source"])
    cell["source"] = source.replace("\n", " \r\n") + "\n\n"


def untouched() -> Iterator[Odd]:
    """Nothing but what was released: these alone get 0 by themselves."""

    def odd(name: str, done: str, files: Files) -> Odd:
        return Odd(name, done, files, answered=NONE, waits=False)

    def one(name: str, done: str, notebook: Notebook) -> Odd:
        return odd(name, done, {NOTEBOOK: encoded(notebook)})

    blank = copy.deepcopy(cell_of(released(), QUESTIONS[0])) | {"id": "copied"}
    yield one("untouched", "nothing", released())
    yield one("run", "all cells were run", changed(released(), run))
    yield one("rewritten", "NFD, CRLF, blanks at line ends", changed(released(), rewritten))
    yield one("nb_clean", "cleaned by nb-clean 5.0", changed(released(), lose_metadata))
    yield one("vscode", "metadata and ids lost", by_vscode(released()))
    yield one("colab", "saved by Colab, with its link on top", by_colab(released()))
    yield one("empty_cells", "empty cells were added",
              with_cells(released(), 3, own(""), own(" \n", "code", "e")))  # fmt: skip
    yield one("copied", "a question was copied", with_cells(released(), 51, blank))
    yield one("split", "a question was split within a line",
              split(released(), QUESTIONS[1], "We train with", keep=True))  # fmt: skip
    yield one("split_lost", "and the second half has no metadata",
              split(released(), QUESTIONS[1], "We train with", keep=False))  # fmt: skip
    yield one("merged", "all questions are in one cell", merged(released()))
    yield one("reordered", "the cells are in another order",
              (whole := released()) | {"cells": whole["cells"][::-1]})  # fmt: skip
    yield one("deleted", "two questions were deleted",
              (whole := released()) | {"cells": whole["cells"][:-2]})  # fmt: skip
    yield one("emptied", "the words YOUR ANSWER HERE were deleted",
              changed(released(), lambda cell: cell.update(
                  source=cell["source"].replace("YOUR ANSWER HERE", ""))))  # fmt: skip
    utf16 = json.dumps(released(), ensure_ascii=False)
    yield odd("utf_16", "stored as UTF-16", {NOTEBOOK: utf16.encode("utf-16")})
    yield odd("browser", "renamed by a browser", {f"{STEM} (1).ipynb": TEXT.encode()})
    yield odd("twice", "two copies, neither under its name",
              {f"{STEM}-1.ipynb": TEXT.encode(), f"{STEM}-2.ipynb": TEXT.encode()})  # fmt: skip
    yield odd("brace", "a brace too many at the end", {NOTEBOOK: TEXT.encode() + b"\n}\n"})
    yield odd("zeros", "zeros at the end", {NOTEBOOK: TEXT.encode() + b"\0" * 512})
    yield odd("no_bytes", "an empty file", {NOTEBOOK: b""})
    yield odd("no_notebook", "no notebook", {})
    yield odd("released_file", "no notebook, a file of the release", {
        "README.md": (RELEASE / "README.md").read_bytes() + b"A word of mine.\n"})  # fmt: skip
