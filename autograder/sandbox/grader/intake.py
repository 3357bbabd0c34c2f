"""Taking a submission's files before anything of them is imported.

Only regular files are taken, no links, with sizes capped; what is taken is what is hashed,
graded and kept. Nothing is ever written back.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.errors import AutograderError
from autograder.sandbox.grader.near_misses import NAME_CAP, looks_like_python, near_misses
from autograder.sandbox.grader.printable import printable
from autograder.sandbox.protocol.errors import BadFile, MissingFile

FILE_CAP = 1024 * 1024
FILES_CAP = 64
# The longest name that Linux takes for a file; a member of a zip file may have a longer one.
FILE_NAME_BYTES = 255
# A path of 4096 bytes and a sentence about it.
MESSAGE_CAP = 5000


class NoSubmission(AutograderError):
    """There is nothing to grade; the message, made printable, says what stands there instead."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message, MESSAGE_CAP))


@dataclass
class SubmissionFiles:
    """A submission's files by name, and what could not be taken, with the reasons.

    `passed_over` are names that no import could find, but that somebody may have meant.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    def add(self, name: str, read: Callable[[], bytes | str]) -> None:
        """Take a file, or note the reason that `read` returns in place of its content."""
        full = len(self.files) + len(self.problems) >= FILES_CAP
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
class StagedSubmission:
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
    try:
        if submission.is_symlink() and not submission.exists():
            raise NoSubmission(f"{submission} is a broken link")
        if submission.is_symlink():
            raise NoSubmission(f"{submission} is a link; name the folder that it leads to")
        if not submission.exists():
            raise NoSubmission(f"there is no folder {submission}")
        if not submission.is_dir():
            raise NoSubmission(f"{submission} is not a folder")
        names = os.listdir(submission)
    except OSError as error:
        raise unreadable(submission, error) from None
    if not any(name.endswith(".ipynb") or looks_like_python(name) for name in names):
        raise NoSubmission(f"{submission} holds no Python file and no notebook")


def collect(submission: Path) -> SubmissionFiles:
    """The flat `.py` files of a submission.

    Files whose names are none that Python could import are passed over; the names of those that
    somebody may have meant are kept.

    Raises:
        NoSubmission: there is no such folder, or nothing in it.
    """
    check_folder(submission)
    submitted = SubmissionFiles()
    try:
        directory = os.open(submission, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise unreadable(submission, error) from None
    try:
        for name in sorted(os.listdir(directory)):
            if can_be_imported(name):
                submitted.add(name, partial(_read, directory, name))
            else:
                submitted.pass_over(name)
    finally:
        os.close(directory)
    return submitted


def stage(submitted: SubmissionFiles, folder: Path) -> StagedSubmission:
    """Write the files into the new folder `folder`, where a worker may read them."""
    folder.mkdir(mode=0o755)
    hashes = {}
    for name, content in submitted.files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o444)
        hashes[name] = hashlib.sha256(content).hexdigest()
    return StagedSubmission(folder, hashes, dict(submitted.problems), tuple(submitted.passed_over))


def can_be_imported(name: str) -> bool:
    """Whether a file of that name is one of a submission's modules."""
    identifier = name.endswith(".py") and name.removesuffix(".py").isidentifier()
    return identifier and len(name.encode()) <= FILE_NAME_BYTES


def open_regular(name: str | Path, directory: int | None = None) -> int | str:
    """A descriptor to read a regular file from, or what else is there.

    No link is followed, no device is opened, and nothing is waited for.
    """
    try:
        mode = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            return "a link"
        if not stat.S_ISREG(mode):
            return "not a regular file"
        # It may be another one by now, and opening a FIFO would wait for its other end.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.open(name, flags, dir_fd=directory)
    except OSError as error:
        return f"not readable ({error.strerror})"
    if stat.S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    return "not a regular file"


def open_own(name: str, directory: int) -> int | str:
    """Open a file as `open_regular`, but no hard link to a file of another owner."""
    file = open_regular(name, directory)
    if isinstance(file, str):
        return file
    about = os.fstat(file)
    # A second name of one's own file, as a backup by `cp -al` leaves, is as good as the first:
    # what is copied is what is graded. A link to somebody else's file has that file's owner,
    # and its author may have had no right to read it. (Where the folder's owner is not its
    # author, the kernel's fs.protected_hardlinks stands in the way of such a link.)
    if about.st_nlink > 1 and about.st_uid != os.fstat(directory).st_uid:
        os.close(file)
        return "a hard link to another owner's file"
    return file


def unreadable(submission: Path, error: OSError) -> NoSubmission:
    reason = (error.strerror or type(error).__name__).lower()
    return NoSubmission(f"{submission} cannot be read ({reason})")


def _read(directory: int, name: str) -> bytes | str:
    """The content of a file, or why it is not taken."""
    file = open_own(name, directory)
    if isinstance(file, str):
        return file
    try:
        content = bytearray()
        while len(content) <= FILE_CAP:
            chunk = os.read(file, FILE_CAP + 1 - len(content))
            if not chunk:
                return bytes(content)
            content += chunk
        return f"larger than {FILE_CAP // 1024} KiB"
    except OSError as error:
        return f"not readable ({error.strerror})"
    finally:
        os.close(file)
