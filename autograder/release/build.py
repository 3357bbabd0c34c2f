"""Build the students' folder, and nbgrader's source, from the solutions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from nbformat import NotebookNode

from autograder.release.destination import replace_release
from autograder.release.errors import ReleaseError
from autograder.release.leaks import check_no_leak, solution_lines
from autograder.release.notebook import (
    as_text,
    is_notebook,
    secret_lines,
    solution_notebook,
    student_notebook,
)
from autograder.release.regions import find_regions
from autograder.release.stubs import stub
from autograder.reports import lost_check

# What leaves the house. A notebook leaves as what its text is made into.
RELEASED = frozenset({".py", ".md"})
# What GitHub runs in a student's repository, hidden as it is.
WORKFLOWS = PurePath(".github", "workflows")
# Of what is hidden or of another kind these alone: what stays out of a student's repository, what
# the assignment needs installed, and the container that has it.
SINGLE_FILES = (".gitignore", "pyproject.toml", ".devcontainer/devcontainer.json")
# Of the data sets leave the pictures, their card and their licence, not what made them.
DATA = frozenset({".png", ".md"})
# The grader's own file that the assignment's may import: students see a lost check as graded.
LOST_CHECK = Path(lost_check.__file__)
IMPORTS_LOST_CHECK = re.compile(rf"^\s*(?:from|import) {LOST_CHECK.stem}\b", re.MULTILINE)


def build_release(
    source: Path,
    destination: Path,
    *,
    shared: Path | None = None,
    data: Path | None = None,
    course: Path | None = None,
) -> list[Path]:
    """Make the students' folder from the solutions; the files made, sorted, as paths in it.

    `shared` is a folder of files that students of every assignment are given; a file of the
    assignment's own by the same path wins. A file that imports `lost_check` gets the grader's
    beside it. `data` is a folder of pictures that goes along as data/. `course` is nbgrader's
    source of the assignment: the same files, but the notebook with its solutions, out of which
    `nbgrader generate_assignment` makes the destination's very files.

    Raises `ReleaseError`, and leaves both folders as they were, for a region that is not in
    order or lies in `shared`, a solution line that would get out, or a folder that is no release.
    """
    source, destination = source.resolve(), destination.resolve()
    for folder in (destination, course.resolve() if course else destination):
        if source.is_relative_to(folder) or folder.is_relative_to(source):
            raise ReleaseError(folder, None, f"must lie apart from the solutions in {source}")
    texts, notebooks = _read_solutions(source, shared)
    common = {file: text.encode() for file, text in texts.items()} | _pictures(data)
    if any(map(IMPORTS_LOST_CHECK.search, texts.values())):
        common[PurePath(LOST_CHECK.name)] = LOST_CHECK.read_bytes()
    if course is not None:
        replace_release(course.resolve(), common | _notebook_files(notebooks))
    released = {file: student_notebook(notebook) for file, notebook in notebooks.items()}
    files = common | _notebook_files(released)
    replace_release(destination, files)
    return sorted(destination / file for file in files)


def _read_solutions(
    source: Path, shared: Path | None
) -> tuple[dict[PurePath, str], dict[PurePath, NotebookNode]]:
    """The texts that students get, and the notebooks with their solutions, by path."""
    if not source.is_dir():
        raise ReleaseError(source, None, "there is no such folder of solutions")
    texts = _read_shared(shared) if shared else {}
    notebooks: dict[PurePath, NotebookNode] = {}
    secret: dict[PurePath, set[str]] = {}
    for path in _released(source):
        file = path.relative_to(source)
        text = _read(path, file)
        if is_notebook(text):
            notebook = solution_notebook(file, text)
            notebooks[file.with_suffix(".ipynb")] = notebook
            secret[file] = secret_lines(file, notebook)
            continue
        regions = find_regions(file, text)
        if regions and path.suffix != ".py":
            raise ReleaseError(file, regions[0].first, "only a .py file can hold a region")
        texts[file] = stub(file, text, regions)
        secret[file] = solution_lines(text, regions)
    if not secret:
        raise ReleaseError(source, None, "holds nothing to release")
    students = {file: _sources(student_notebook(notebook)) for file, notebook in notebooks.items()}
    check_no_leak(texts | students, secret)
    return texts, notebooks


def _read_shared(shared: Path) -> dict[PurePath, str]:
    """The files that every assignment's students are given, by path; none holds a solution."""
    if not shared.is_dir():
        raise ReleaseError(shared, None, "there is no such folder of shared files")
    texts: dict[PurePath, str] = {
        path.relative_to(shared): _read(path, path) for path in _released(shared)
    }
    for file, text in texts.items():
        for region in find_regions(file, text):
            raise ReleaseError(file, region.first, "a shared file holds no solution")
    return texts


def _released(source: Path) -> Iterator[Path]:
    """The files of a folder that leave the house."""
    yield from _paths(source, RELEASED)
    yield from _paths(source / WORKFLOWS, frozenset({".yml"}))
    yield from (_file(source / name, source) for name in SINGLE_FILES if (source / name).is_file())


def _notebook_files(notebooks: Mapping[PurePath, NotebookNode]) -> dict[PurePath, bytes]:
    return {file: as_text(notebook).encode() for file, notebook in notebooks.items()}


def _sources(notebook: NotebookNode) -> str:
    """All that stands in a notebook's cells, unescaped, as a leak would stand there."""
    return "\n".join(cell.source for cell in notebook.cells)


def _pictures(data: Path | None) -> dict[PurePath, bytes]:
    if data is None:
        return {}
    if not data.is_dir():
        raise ReleaseError(data, None, "there is no such folder of data")
    found = {PurePath("data", path.relative_to(data)): path for path in _paths(data, DATA)}
    return {file: path.read_bytes() for file, path in found.items()}


def _paths(root: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    """The files of these kinds in a folder, in order, without what is hidden."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(files):
            path = Path(folder, name)
            if _is_hidden(name) or path.suffix not in suffixes:
                continue
            yield _file(path, root)


def _file(path: Path, root: Path) -> Path:
    """The path, unless it is a link: what it points to may lie outside the assignment."""
    if path.is_symlink():
        raise ReleaseError(path.relative_to(root), None, "is a link; put the file here")
    return path


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _read(path: Path, file: PurePath) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReleaseError(file, None, "is not UTF-8 text") from error
