"""From the folder of solutions to the folder of the assignment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath

from autograder.release.destination import replace_release
from autograder.release.errors import ReleaseError
from autograder.release.leaks import check_no_leak, solution_lines
from autograder.release.regions import find_regions
from autograder.release.stubs import stub

# What students get. A notebook needs its own way out of its solutions, which nbgrader knows; until
# a kind of file has such a way it does not leave the house.
RELEASED = frozenset({".py", ".md"})


def build_release(source: Path, destination: Path) -> list[Path]:
    """Make the students' folder from the solutions; the files made, sorted, as paths in it.

    Raises `ReleaseError`, and leaves the destination as it was, for a region that is not in
    order, a solution line that would get out, or a destination that is no release.
    """
    source, destination = source.resolve(), destination.resolve()
    if source.is_relative_to(destination) or destination.is_relative_to(source):
        raise ReleaseError(destination, None, f"must lie apart from the solutions in {source}")
    files = release_texts(source)
    replace_release(destination, files)
    return sorted(destination / file for file in files)


def release_texts(source: Path) -> dict[PurePath, str]:
    """Every file of the release, by its path in the folder, with the text that students get."""
    if not source.is_dir():
        raise ReleaseError(source, None, "there is no such folder of solutions")
    released: dict[PurePath, str] = {}
    secret: dict[PurePath, set[str]] = {}
    for path in _released_paths(source):
        file = path.relative_to(source)
        text = _read(path, file)
        regions = find_regions(file, text)
        if regions and path.suffix != ".py":
            raise ReleaseError(file, regions[0].first, "only a .py file can hold a region")
        released[file] = stub(file, text, regions)
        secret[file] = solution_lines(text, regions)
    if not released:
        raise ReleaseError(source, None, "holds nothing to release")
    check_no_leak(released, secret)
    return released


def _released_paths(source: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(source):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(files):
            path = Path(folder, name)
            if _is_hidden(name) or path.suffix not in RELEASED:
                continue
            if path.is_symlink():
                # What it points to may lie outside the assignment.
                raise ReleaseError(path.relative_to(source), None, "is a link; put the file here")
            yield path


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _read(path: Path, file: PurePath) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReleaseError(file, None, "is not UTF-8 text") from error
