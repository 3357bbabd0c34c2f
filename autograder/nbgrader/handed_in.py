"""Which of a student's files holds the answers to the written questions.

It should be the notebook under its own name. Browsers, learning systems and students give it
others, hand in several, or an export in its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.document.text import Text
from autograder.nbgrader import reasons
from autograder.nbgrader.find_answers import FoundAnswers, find_answers
from autograder.nbgrader.read_notebook import Read, read_notebook
from autograder.nbgrader.released_text import ReleasedText, grade_id, line_keys
from autograder.sandbox.grader.printable import printable

# Of more files a person is told, who looks into them.
NOTEBOOKS_READ = DOCUMENTS_READ = 8
TOLD = 3
# A notebook that has half of what was released is one of this assignment.
LIKE = 0.5

COPIES = ".ipynb_checkpoints"  # Jupyter's own
NOTEBOOK = re.compile(r"\.ipynb\b", re.IGNORECASE)
TEXTS = frozenset((".txt", ".md", ".markdown", ".rst", ".tex", ".html", ".htm", ".qmd", ".rmd"))
OFFICE = frozenset((".pdf", ".doc", ".docx", ".odt", ".rtf", ".hwp", ".hwpx", ".pages"))
ARCHIVES = frozenset((".zip", ".7z", ".rar", ".gz", ".tar", ".egg", ".alz"))
# Of answers by hand. Elsewhere than beside the notebook pictures are data.
PICTURES = frozenset((".png", ".jpg", ".jpeg", ".heic"))
EXPORTED = re.compile(r"^# (?:In\[|%%)", re.MULTILINE)
NO_DOCUMENTS = re.compile(r"timestamp\.txt|submission_secret\.txt|requirements.*\.txt")


@dataclass(frozen=True)
class HandedIn:
    """Answers and cells that were found, and problems of the files.

    `state` is that in a word: `read`, `renamed`, `damaged` or `missing`. `elsewhere` is why an
    answer may be somewhere that nobody here has looked.
    """

    found: FoundAnswers
    cells: list[dict[str, Any]]
    problem: Text | None
    state: str
    elsewhere: list[Text]


class NotebookFile:
    """A file that was read, and how it compares with what was released."""

    def __init__(self, path: Path, expected: Path, released: ReleasedText) -> None:
        self.path = path
        self.is_expected = path == expected
        self._released = released
        self.read: Read = read_notebook(path)
        self.found = find_answers(self.read.cells, released)

    @property
    def may_hold_answers(self) -> bool:
        return self.found.has_own_text or not self.read.whole

    @property
    def is_export(self) -> bool:
        """Whether a Python file is a notebook in another form, and not a helper."""
        texts = [cell["source"] for cell in self.read.cells]
        lines = (line for text in texts for line in text.splitlines() if line.strip())
        return any(map(EXPORTED.search, texts)) or any(map(self._released.asked_by, lines))

    @cached_property
    def likeness(self) -> float:
        """The share of the released cells that is there, by ids or by text."""
        cells, released = self.read.cells, self._released.cells
        lines = {line for cell in cells for line in line_keys(cell["source"])}
        ids = {cell.get("id") for cell in cells} | {grade_id(cell) for cell in cells}
        ours = [line for each in released for line in each.lines]
        by_text = sum(line in lines for line in ours) / max(len(ours), 1)
        by_id = sum(each.cell.get("id", "") in ids for each in released) / max(len(released), 1)
        return max(by_text, by_id)

    @property
    def rank(self) -> tuple[bool | float, ...]:
        """The larger, the rather it is the notebook that was meant."""
        return (
            self.likeness >= LIKE,
            self.may_hold_answers,
            self.read.whole,
            self.is_expected,
            self.likeness,
        )


def look_for_answers(expected: Path, released: ReleasedText, ours: Collection[str]) -> HandedIn:
    """Read the notebook `expected`, or the file in its place.

    `ours` are the files that were released: these hold no answers.
    """
    files = [path for path in _files(expected) if not _is_ours(path, expected, ours)]
    notebooks = sorted(
        (path for path in files if NOTEBOOK.search(path.name)),
        key=lambda path: (path != expected, _is_copy(path), len(path.parts), path.name),
    )
    read, unread = _read(notebooks, expected, released)
    chosen = max(read, key=lambda candidate: candidate.rank, default=None)
    others = [each.path for each in read if each is not chosen and each.may_hold_answers]
    texts, opaque = list[NotebookFile](), list[Path]()
    if chosen is None or not chosen.found.has_own_text:
        texts, opaque = _documents(files, expected, released)
    cells = [cell for each in _present(chosen, *texts) for cell in each.read.cells]
    not_shown = [*others, *unread, *opaque]
    elsewhere = [reasons.OTHER_FILES] if not_shown else []
    if chosen is not None and not chosen.read.whole:
        elsewhere.append(reasons.NOT_WHOLE)
    problems = _problems(expected, notebooks, chosen)
    if texts:
        problems.append(
            reasons.about(reasons.TEXTS_SHOWN, names=_names(each.path for each in texts))
        )
    if not_shown:
        problems.append(reasons.about(reasons.NOT_SHOWN, names=_names(not_shown)))
    problem = Text(" ".join(one.en for one in problems), " ".join(one.ko for one in problems))
    found = chosen.found if chosen and not texts else find_answers(cells, released)
    return HandedIn(found, cells, problem if problems else None, _state(chosen), elsewhere)


def _read(
    notebooks: Sequence[Path], expected: Path, released: ReleasedText
) -> tuple[list[NotebookFile], list[Path]]:
    """The notebooks that were read, and those that were not."""
    read = [NotebookFile(path, expected, released) for path in notebooks[:1]]
    if read and read[0].is_expected and read[0].read.whole and read[0].found.has_own_text:
        # As it should be. What else is there is named, but hardly ever worth the time.
        return read, [path for path in notebooks[1:] if not _is_copy(path)]
    read += [NotebookFile(path, expected, released) for path in notebooks[1:NOTEBOOKS_READ]]
    return read, list(notebooks[NOTEBOOKS_READ:])


def _documents(
    files: Iterable[Path], expected: Path, released: ReleasedText
) -> tuple[list[NotebookFile], list[Path]]:
    """Texts with something of the student's own, and files that cannot be read here."""
    texts, opaque = list[NotebookFile](), list[Path]()
    for path in files:
        suffix = path.suffix.lower()
        if NOTEBOOK.search(path.name) or NO_DOCUMENTS.fullmatch(path.name):
            continue
        is_more = suffix in TEXTS and len(texts) == DOCUMENTS_READ
        is_picture = suffix in PICTURES and path.parent == expected.parent
        if suffix in OFFICE | ARCHIVES or is_more or is_picture:
            opaque.append(path)
        elif suffix in TEXTS or (suffix == ".py" and len(texts) < DOCUMENTS_READ):
            candidate = NotebookFile(path, expected, released)
            if suffix == ".py" and not candidate.is_export:
                continue
            if candidate.found.has_own_text:
                texts.append(candidate)
            elif not candidate.read.cells and not candidate.read.whole:
                opaque.append(path)
    return texts, opaque


def _problems(expected: Path, notebooks: Sequence[Path], chosen: NotebookFile | None) -> list[Text]:
    """Problems of the notebook."""
    name = printable(expected.name)
    if chosen is None:
        return [reasons.about(reasons.NOT_HANDED_IN, name=name)]
    problems = []
    if not chosen.is_expected:
        text = reasons.IN_ITS_PLACE
        if expected not in notebooks:
            text = reasons.RENAMED if len(notebooks) == 1 else reasons.SEVERAL
        read = printable(chosen.path.name)
        problems.append(reasons.about(text, name=name, names=_names(notebooks), read=read))
    return problems + ([chosen.read.problem] if chosen.read.problem else [])


def _state(chosen: NotebookFile | None) -> str:
    if chosen is None:
        return "missing"
    if not chosen.read.whole or not chosen.read.cells:
        return "damaged"
    return "read" if chosen.is_expected else "renamed"


def _files(expected: Path) -> Iterator[Path]:
    """The student's files, but hidden ones; first of all the notebook, whatever it is."""
    if expected.exists() or expected.is_symlink():
        yield expected
    for folder, folders, names in os.walk(expected.parent):
        folders[:] = sorted(
            name for name in folders if name == COPIES or not name.startswith((".", "__"))
        )
        for name in sorted(names):
            path = Path(folder, name)
            if path != expected and not name.startswith(".") and not path.is_symlink():
                yield path


def _is_ours(path: Path, expected: Path, ours: Collection[str]) -> bool:
    """Whether a file was released, or a folder of data that it lies in, wherever a zip has put it.

    Of notebooks only those of other questions are: a copy may lie anywhere.
    """
    if NOTEBOOK.search(path.name):
        return path.name in ours and path.name != expected.name
    parts = path.relative_to(expected.parent).parts
    pieces = (parts[first:last] for last in range(1, len(parts) + 1) for first in range(last))
    return any("/".join(piece) in ours for piece in pieces)


def _is_copy(path: Path) -> bool:
    return path.parent.name == COPIES


def _present(*candidates: NotebookFile | None) -> list[NotebookFile]:
    return [each for each in candidates if each is not None]


def _names(paths: Iterable[Path]) -> str:
    names = [printable(path.name) for path in paths]
    more = f", … ({len(names)})" if len(names) > TOLD else ""
    return ", ".join(names[:TOLD]) + more
