"""A folder or an archive as one tree of files, whichever it is.

with open_tree(path) as tree:
    for member in tree.members: ...
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from autograder.course.folders import gather_folder
from autograder.course.members import FileTree, Gathering, Member, PassedOver
from autograder.course.tar_members import gather_tar, gunzipped
from autograder.course.zip_members import gather_zip, reader_message
from autograder.sandbox.grader.intake import NoSubmission, open_regular

__all__ = ["FileTree", "Member", "PassedOver", "is_archive", "nested", "open_tree", "stem"]

# What an archive within another one, or a packed tar file, may be unpacked.
UNPACKED_CAP = 512 * 1024 * 1024

# Canvas puts its number before what it takes for the ending: homework.tar-1.gz.
_ARCHIVE = re.compile(r"\.(zip|tar(-\d+)?\.gz|tgz|tar)$", re.IGNORECASE)


def is_archive(name: str) -> bool:
    """Whether a file of that name is opened as a folder is: .zip, .tar, .tar.gz or .tgz."""
    return _ARCHIVE.search(name) is not None


def stem(name: str) -> str:
    """An archive's name without its ending."""
    return _ARCHIVE.sub("", name)


@contextmanager
def open_tree(path: Path) -> Iterator[FileTree]:
    """The files of a folder or an archive, which can be read until the end of the context.

    Raises NoSubmission when there is neither, when it cannot be read, and for a link.
    """
    with ExitStack() as stack:
        yield _tree_at(path, stack)


@contextmanager
def nested(member: Member, limit: int = UNPACKED_CAP) -> Iterator[FileTree]:
    """The files of an archive in a folder or in another archive, no larger than `limit`.

    Raises NoSubmission when it cannot be read.
    """
    with ExitStack() as stack:
        file = member.open(limit)
        if isinstance(file, str):
            raise NoSubmission(f"{member.path} is {file}")
        stack.enter_context(file)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        tree = _tree_in(member.name, member.path, file, stack, limit - size)
        yield replace(tree, unpacked=tree.unpacked + size)


def _tree_at(path: Path, stack: ExitStack) -> FileTree:
    try:
        if path.is_symlink():
            what = "a link" if path.exists() else "a broken link"
            raise NoSubmission(f"{path} is {what}, which is not followed")
        if path.is_dir():
            gathering = Gathering()
            gather_folder(path, gathering, stack)
            return gathering.tree(path.resolve().name)
        if not path.exists():
            raise NoSubmission(f"there is no folder {path}")
    except OSError as error:
        raise NoSubmission(f"{path} cannot be read ({error.strerror})") from None
    if not is_archive(path.name):
        raise NoSubmission(f"{path} is not a folder, and no .zip, .tar or .tar.gz file")
    descriptor = open_regular(path)
    if isinstance(descriptor, str):
        raise NoSubmission(f"{path} is {descriptor}")
    file = stack.enter_context(os.fdopen(descriptor, "rb", buffering=0))
    return _tree_in(path.name, str(path), cast(BinaryIO, file), stack, UNPACKED_CAP)


def _tree_in(name: str, label: str, file: BinaryIO, stack: ExitStack, limit: int) -> FileTree:
    ending = name.casefold().rpartition(".")[2]
    gathering = Gathering()
    unpacked = 0
    try:
        if ending == "zip":
            gather_zip(file, gathering)
        else:
            if ending != "tar":
                file = stack.enter_context(gunzipped(file, limit))
                unpacked = file.seek(0, os.SEEK_END)
                file.seek(0)
            gather_tar(file, gathering)
    except Exception as error:  # out of a damaged file anything may come
        kind = "zip" if ending == "zip" else "tar"
        raise NoSubmission(
            f"{label} is not a {kind} file that can be read ({reader_message(error)})"
        ) from None
    return replace(gathering.tree(name), unpacked=unpacked)
