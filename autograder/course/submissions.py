"""Finding the submissions of a class in a folder, however a learning system laid them out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.course.zip_files import take_from_zip
from autograder.sandbox.intake import NoSubmission, Parcel, take


class NoClass(Exception):
    """There are no submissions; the message says what stands there instead."""


@dataclass(frozen=True)
class Submission:
    """One student's work. `student` is the folder's or the zip file's name, as UTF-8.

    `problem` says why nothing is to be taken of what lies at `path`.
    """

    student: str
    path: Path
    problem: str | None = None

    def take(self) -> Parcel:
        """Its Python files. Raises NoSubmission, saying why there are none."""
        if self.problem is not None:
            raise NoSubmission(self.problem)
        if self.path.suffix == ".zip" and not self.path.is_dir():
            return take_from_zip(self.path)
        return take(self.path)


def find(folder: Path, assignment: str) -> list[Submission]:
    """The submissions in `folder`, by student.

    Each entry is a student's: a folder with the files, a folder that holds them in a folder
    named as the assignment (nbgrader's `submitted/`) or in its only folder, or a zip file. What
    is hidden is passed over, and so is every other file. Of a link in place of a folder or a zip
    file, and of two entries that are one student's, nothing is taken.

    Raises:
        NoClass: there is no such folder, it cannot be read, or nothing in it is a submission.
    """
    try:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "does not exist"
            raise NoClass(f"{folder} {what}")
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        said = (error.strerror or type(error).__name__).lower()
        raise NoClass(f"{folder} cannot be read ({said})") from None
    found: dict[str, Submission] = {}
    for entry in entries:
        submission = _submission(entry, assignment)
        if submission is None:
            continue
        name = submission.student
        if name in found:
            what = f"{found[name].path.name} and {entry.name} are both {name}'s; one must go"
            submission = Submission(name, folder, problem=what)
        found[name] = submission
    if not found:
        raise NoClass(f"{folder} holds no folders and no zip files")
    return list(found.values())


def _submission(entry: Path, assignment: str) -> Submission | None:
    """What lies there as a student's work; None if it is something else."""
    zipped = entry.suffix == ".zip"
    if entry.is_symlink():
        if not zipped and entry.is_file():
            return None
        student = _utf8(entry.stem if zipped else entry.name)
        return Submission(student, entry, problem=f"{entry} is a link, which is not followed")
    if entry.is_dir():
        return Submission(_utf8(entry.name), _files_of(entry, assignment))
    return Submission(_utf8(entry.stem), entry) if zipped else None


def _utf8(name: str) -> str:
    """A file's name as text that can be stored and sent; bytes that are no UTF-8 as `\\xff`."""
    return os.fsencode(name).decode(errors="backslashreplace")


def ledger_of(folder: Path) -> Path:
    """Where the ledger of a folder of submissions lies if nothing else is said."""
    folder = folder.resolve()
    return folder.with_name(f"{folder.name}.ledger")


def _files_of(folder: Path, assignment: str) -> Path:
    try:
        if (folder / assignment).is_dir():
            return folder / assignment
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        alone = len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink()
        return entries[0] if alone else folder
    except OSError:
        return folder  # taking it says what is wrong
