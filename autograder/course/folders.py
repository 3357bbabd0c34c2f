"""The files of a folder, no link followed and nothing waited for."""

from __future__ import annotations

import io
import os
import stat
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from autograder.course.members import Gathering, is_environment, is_litter, larger_than
from autograder.sandbox.grader.intake import open_own, unreadable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def gather_folder(folder: Path, gathering: Gathering, stack: ExitStack) -> None:
    """Add the files below a folder, which can be opened as long as `stack` is.

    Raises NoSubmission when the folder itself cannot be read.
    """
    try:
        root = os.open(folder, _FOLDER)
        stack.callback(os.close, root)
        os.listdir(root)
    except OSError as error:
        raise unreadable(folder, error) from None
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        below = waiting.pop()
        try:
            waiting += _gather_level(root, below, gathering)
        except OSError as error:
            gathering.add(below, f"a folder that is not readable ({error.strerror})")


def _gather_level(root: int, below: tuple[str, ...], gathering: Gathering) -> list[tuple[str, ...]]:
    """Add the files of one folder, and return the folders in it."""
    folders = []
    with ExitStack() as stack:
        directory = _descend(root, below, stack)
        names = set(os.listdir(directory))
        for name in sorted(names):
            parts = (*below, name)
            if is_litter((name,)):
                continue
            about = os.stat(name, dir_fd=directory, follow_symlinks=False)
            if stat.S_ISDIR(about.st_mode):
                if not is_environment(name, names):
                    folders.append(parts)
            elif stat.S_ISLNK(about.st_mode):
                gathering.add(parts, "a link")
            elif not stat.S_ISREG(about.st_mode):
                gathering.add(parts, "not a regular file")
            else:
                modified = datetime.fromtimestamp(about.st_mtime, UTC)
                gathering.add(parts, partial(_open, root, parts), modified)
    return folders


def _descend(root: int, parts: tuple[str, ...], stack: ExitStack) -> int:
    """A descriptor of a folder below `root`, step by step: it may be another one by now."""
    directory = root
    for part in parts:
        directory = os.open(part, _FOLDER, dir_fd=directory)
        stack.callback(os.close, directory)
    return directory


def _open(root: int, parts: tuple[str, ...], limit: int) -> BinaryIO | str:
    with ExitStack() as stack:
        try:
            directory = _descend(root, parts[:-1], stack)
        except OSError as error:
            return f"not readable ({error.strerror})"
        file = open_own(parts[-1], directory)
    if isinstance(file, str):
        return file
    if os.fstat(file).st_size > limit:
        os.close(file)
        return larger_than(limit)
    return cast(BinaryIO, io.FileIO(file))
