"""Taking a submission's files before anything of them is imported.

Only regular files are taken, no links, with sizes capped; what is taken is what is hashed,
graded and kept. Nothing is ever written back.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.sandbox.errors import BadFile, MissingFile
from autograder.sandbox.near_misses import NAME_CAP, looks_like_python, near_misses

FILE_CAP = 1024 * 1024
FILES_CAP = 64


class NoSubmission(Exception):
    """There is nothing to grade; the message says what stands there instead."""


@dataclass
class Parcel:
    """A submission's files by name, and what could not be taken, with the reasons.

    `passed_over` are names that no import could find, but that somebody may have meant.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    def add(self, name: str, read: Callable[[], bytes | str]) -> None:
        """Take a file, or note the reason that `read` returns in place of its content."""
        full = len(self.files) == FILES_CAP
        content = f"one of more than {FILES_CAP} files" if full else read()
        if isinstance(content, str):
            self.problems[name] = content
        else:
            self.files[name] = content

    def pass_over(self, name: str) -> None:
        """Remember the name of a file that is not taken, if it may be a near miss."""
        short = looks_like_python(name) and len(name) <= NAME_CAP
        if short and len(self.passed_over) < FILES_CAP:
            self.passed_over.append(name)


@dataclass
class Staged:
    """A copied submission: `hashes` of what was taken, `problems` of what could not be."""

    folder: Path
    hashes: dict[str, str]
    problems: dict[str, str]
    passed_over: tuple[str, ...] = ()

    def demand(self, module: str) -> None:
        """Raises MissingFile or BadFile when `module`.py cannot be imported from here."""
        name = f"{module}.py"
        if name in self.problems:
            raise BadFile(f"{name} is {self.problems[name]}")
        if name not in self.hashes:
            there = (*self.hashes, *self.problems, *self.passed_over)
            raise MissingFile(name, near_misses(name, there))


def check_folder(submission: Path) -> None:
    """Raises NoSubmission unless `submission` is a folder with a Python file or notebook in it."""
    if submission.is_symlink() and not submission.exists():
        raise NoSubmission(f"{submission} is a broken link")
    if submission.is_symlink():
        raise NoSubmission(f"{submission} is a link; name the folder that it leads to")
    if not submission.exists():
        raise NoSubmission(f"there is no folder {submission}")
    if not submission.is_dir():
        raise NoSubmission(f"{submission} is not a folder")
    try:
        names = os.listdir(submission)
    except PermissionError:
        raise NoSubmission(f"{submission} cannot be read (permission denied)") from None
    if not any(name.endswith(".ipynb") or looks_like_python(name) for name in names):
        raise NoSubmission(f"{submission} holds no Python file and no notebook")


def take(submission: Path) -> Parcel:
    """The flat `.py` files of a submission.

    Files whose names are none that Python could import are passed over; the names of those that
    somebody may have meant are kept.

    Raises:
        NoSubmission: there is no such folder, or nothing in it.
    """
    check_folder(submission)
    parcel = Parcel()
    directory = os.open(submission, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for name in sorted(os.listdir(directory)):
            if can_be_imported(name):
                parcel.add(name, partial(_read, directory, name))
            else:
                parcel.pass_over(name)
    finally:
        os.close(directory)
    return parcel


def lay_out(parcel: Parcel, folder: Path) -> Staged:
    """Write the files into the new folder `folder`, where a worker may read them."""
    folder.mkdir(mode=0o755)
    hashes = {}
    for name, content in parcel.files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o444)
        hashes[name] = hashlib.sha256(content).hexdigest()
    return Staged(folder, hashes, dict(parcel.problems), tuple(parcel.passed_over))


def can_be_imported(name: str) -> bool:
    """Whether a file of that name is one of a submission's modules."""
    return name.endswith(".py") and name.removesuffix(".py").isidentifier()


def _read(directory: int, name: str) -> bytes | str:
    """The content of a file, or why it is not taken."""
    try:
        # Non-blocking: opening a FIFO would wait for its other end.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
    except OSError as error:
        link = error.errno == errno.ELOOP
        return "a link" if link else f"not readable ({error.strerror})"
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            return "not a regular file"
        if about.st_nlink > 1:
            return "a hard link to another file"
        content = bytearray()
        while len(content) <= FILE_CAP:
            chunk = os.read(file, FILE_CAP + 1 - len(content))
            if not chunk:
                return bytes(content)
            content += chunk
        return f"larger than {FILE_CAP // 1024} KiB"
    finally:
        os.close(file)
