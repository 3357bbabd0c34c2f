"""Finding the submissions of a class in a folder, however a learning system laid them out."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.sandbox.intake import FILE_CAP, NoSubmission, Parcel, can_be_imported, take
from autograder.sandbox.near_misses import looks_like_python


class NoClass(Exception):
    """There are no submissions; the message says what stands there instead."""


@dataclass(frozen=True)
class Submission:
    """One student's work. `student` is the folder's or the zip file's name."""

    student: str
    path: Path

    def take(self) -> Parcel:
        """Its Python files. Raises NoSubmission, saying why there are none."""
        if self.path.suffix == ".zip":
            return _from_zip(self.path)
        return take(self.path)


def find(folder: Path, assignment: str) -> list[Submission]:
    """The submissions in `folder`, by student.

    Each entry is a student's: a folder with the files, a folder that holds them in a folder
    named as the assignment (nbgrader's `submitted/`) or in its only folder, or a zip file. What
    is hidden is passed over, and so is every other file.

    Raises:
        NoClass: there is no such folder, it cannot be read, two entries are one student's, or
            nothing in it is a submission.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise NoClass(f"{folder} {what}")
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except PermissionError:
        raise NoClass(f"{folder} cannot be read (permission denied)") from None
    found: dict[str, Submission] = {}
    for entry in entries:
        if entry.is_dir():
            submission = Submission(entry.name, _files_of(entry, assignment))
        elif entry.suffix == ".zip":
            submission = Submission(entry.stem, entry)
        else:
            continue
        if submission.student in found:
            raise NoClass(f"{folder} holds a folder and a zip file of {submission.student}")
        found[submission.student] = submission
    if not found:
        raise NoClass(f"{folder} holds no folders and no zip files")
    return list(found.values())


def ledger_of(folder: Path) -> Path:
    """Where the ledger of a folder of submissions lies if nothing else is said."""
    folder = folder.resolve()
    return folder.with_name(f"{folder.name}.ledger")


def _files_of(folder: Path, assignment: str) -> Path:
    if (folder / assignment).is_dir():
        return folder / assignment
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    except PermissionError:
        return folder  # taking it says what is wrong
    alone = len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink()
    return entries[0] if alone else folder


def _from_zip(path: Path) -> Parcel:
    """The Python files of the topmost folder in a zip file that has any; nothing is unpacked."""
    parcel = Parcel()
    try:
        with zipfile.ZipFile(path) as archive:
            for name, read in _topmost(archive):
                if can_be_imported(name):
                    parcel.add(name, read)
                else:
                    parcel.pass_over(name)
    except (zipfile.BadZipFile, OSError) as error:
        raise NoSubmission(f"{path} is not a zip file that can be read ({error})") from None
    if not parcel.files and not parcel.problems and not parcel.passed_over:
        raise NoSubmission(f"{path} holds no Python file")
    return parcel


def _topmost(archive: zipfile.ZipFile) -> Iterator[tuple[str, Callable[[], bytes | str]]]:
    by_folder: dict[tuple[str, ...], dict[str, zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        *folders, name = PurePosixPath(member.filename).parts or ("",)
        hidden = any(part.startswith((".", "__MACOSX")) for part in (*folders, name))
        if not hidden and not member.is_dir() and looks_like_python(name):
            by_folder.setdefault(tuple(folders), {})[name] = member
    if by_folder:
        # A folder without a module is one whose files all got another name.
        top = min(by_folder, key=lambda f: (not any(map(can_be_imported, by_folder[f])), len(f), f))
        for name, member in sorted(by_folder[top].items()):
            yield name, partial(_read, archive, member)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | str:
    """The content of a file, or why it is not taken."""
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a link"
    try:
        with archive.open(member) as file:
            content = file.read(FILE_CAP + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        return f"not readable ({error})"  # damaged, encrypted, or packed in a way of its own
    return content if len(content) <= FILE_CAP else f"larger than {FILE_CAP // 1024} KiB"
