"""Files below a folder or in an archive, with every name and size checked.

A path out of an archive leads nowhere: it is a name to look at. What an operating system, an
editor or Python leaves about is left out without a word; whatever else is refused is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from autograder.sandbox.grader.intake import NoSubmission

# A hundred thousand files is what a forgotten virtual environment has.
MEMBERS_CAP = 100_000
# Letters of all paths together; a path of a tar file may be as long as the file.
PATHS_CAP = 16 * 1024 * 1024
DEPTH_CAP = 40

_LITTER_FOLDERS = {
    "__macosx",
    "__pycache__",
    "node_modules",
    "site-packages",
    "dist-packages",
    "$recycle.bin",
    "system volume information",
}
_LITTER_FILES = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
# What `python -m venv .` puts beside whatever is there already.
_ENVIRONMENT = {"bin", "etc", "include", "lib", "lib64", "scripts", "share"}
_ENVIRONMENT_MARK = "pyvenv.cfg"


@dataclass(frozen=True)
class Member:
    """A regular file, by its path below the root of its tree.

    `open` gives its content as a file to read from and search in, if it is no longer than so many
    bytes, or else the reason why it is not taken. `modified` has no zone where the archive that
    holds the file knows of none.
    """

    parts: tuple[str, ...]
    open: Callable[[int], BinaryIO | str]
    modified: datetime | None = None

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def path(self) -> str:
        return "/".join(self.parts)

    def read(self, limit: int) -> bytes | str:
        """The content, of at most so many bytes, or the reason why it is not taken."""
        file = self.open(limit)
        if isinstance(file, str):
            return file
        with file:
            try:
                content = file.read(limit + 1)
            except OSError as error:
                return f"not readable ({error.strerror})"
        return content if len(content) <= limit else larger_than(limit)


@dataclass(frozen=True)
class PassedOver:
    """A file that is not taken, and why; `parts` where it has a place below the root."""

    path: str
    reason: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileTree:
    """A folder's or an archive's files, in the order of their paths.

    `unpacked` are the bytes that had to be, so that they can be read.
    """

    name: str
    members: tuple[Member, ...]
    passed_over: tuple[PassedOver, ...] = ()
    unpacked: int = 0


class Gathering:
    """A tree in the making, out of paths as they are written in an archive or lie in a folder."""

    def __init__(self) -> None:
        self._members: dict[tuple[str, ...], Member] = {}
        self._passed_over: list[PassedOver] = []
        self._count = self._letters = 0

    def add(
        self,
        path: str | Sequence[str],
        content: Callable[[int], BinaryIO | str] | str,
        modified: datetime | None = None,
    ) -> None:
        """Add a file, or the reason why there is none. Of two with one path the last is taken.

        Raises NoSubmission once there are more than anybody looks through.
        """
        self._count += 1
        self._letters += sum(map(len, path))
        if self._count > MEMBERS_CAP or self._letters > PATHS_CAP:
            raise NoSubmission(f"there are more than {MEMBERS_CAP} files, or their paths are long")
        if isinstance(path, str):
            parts, reason = _parts_of(path)
        else:
            parts, reason = tuple(path), None
        if is_litter(parts):
            return
        if len(parts) > DEPTH_CAP:
            reason = f"more than {DEPTH_CAP} folders deep"
        if reason is not None:
            self._passed_over.append(PassedOver(path if isinstance(path, str) else "", reason))
        elif isinstance(content, str):
            self._passed_over.append(PassedOver("/".join(parts), content, parts))
        elif parts:
            if parts in self._members:
                why = "another file of the same path comes after it"
                self._passed_over.append(PassedOver("/".join(parts), why))
            self._members[parts] = Member(parts, content, modified)

    def tree(self, name: str) -> FileTree:
        """All of it, without virtual environments."""
        roots = {parts[:-1] for parts in self._members if parts[-1] == _ENVIRONMENT_MARK}
        members = (
            member for parts, member in sorted(self._members.items()) if not _within(parts, roots)
        )
        passed_over = (gone for gone in self._passed_over if not _within(gone.parts, roots))
        return FileTree(name, tuple(members), tuple(passed_over))


def is_litter(parts: Sequence[str]) -> bool:
    """Whether a path is surely no work: hidden, a cache, an operating system's notes."""
    return any(_is_litter(part) for part in parts)


def _is_litter(part: str) -> bool:
    folded = part.casefold()
    return (
        part.startswith((".", "~$"))
        or folded in _LITTER_FOLDERS
        or folded in _LITTER_FILES
        or folded.endswith((".pyc", ".pyo"))
    )


def is_environment(folder: str, beside: Sequence[str] | set[str]) -> bool:
    """Whether a folder is a part of a virtual environment, by the names beside it."""
    return _ENVIRONMENT_MARK in beside and folder.casefold() in _ENVIRONMENT


def larger_than(limit: int) -> str:
    mebi = 1024 * 1024
    size = f"{limit // mebi} MiB" if limit > mebi else f"{limit // 1024} KiB"
    return f"larger than {size}"


def below(tree: FileTree, *parts: str) -> FileTree:
    """The same tree as it lies in another one."""
    members = (replace(member, parts=(*parts, *member.parts)) for member in tree.members)
    passed_over = (
        PassedOver("/".join((*parts, gone.path)), gone.reason, gone.parts and (*parts, *gone.parts))
        for gone in tree.passed_over
    )
    return FileTree(tree.name, tuple(members), tuple(passed_over), tree.unpacked)


def _within(parts: tuple[str, ...], roots: set[tuple[str, ...]]) -> bool:
    """Whether that is a file of a virtual environment with one of these roots."""
    if not roots:
        return False
    return parts[-1:] == (_ENVIRONMENT_MARK,) or any(
        parts[:k] in roots and parts[k].casefold() in _ENVIRONMENT for k in range(len(parts) - 1)
    )


def _parts_of(path: str) -> tuple[tuple[str, ...], str | None]:
    """A path as an archive has it, in parts, and why it is refused."""
    written = path.replace("\\", "/")
    parts = tuple(part for part in written.split("/") if part not in ("", "."))
    if written.startswith("/") or written[1:3] == ":/":
        return parts, "an absolute path"
    if ".." in parts:
        return tuple(part for part in parts if part != ".."), "a path that leads out of its folder"
    return parts, None
