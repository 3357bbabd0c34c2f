"""Find the submissions of a class in a folder: a folder or an archive for each student."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from autograder.course import collected
from autograder.course.files_beside import Beside, may_be_work
from autograder.course.members import PassedOver, is_litter
from autograder.course.several_students import student_of
from autograder.course.trees import is_archive, open_tree, stem
from autograder.course.work import Work, find_work
from autograder.errors import AutograderError
from autograder.grading.assignments import load_assignment
from autograder.sandbox.grader.intake import NoSubmission, SubmissionFiles


class NoClass(AutograderError):
    """There are no submissions; the message says what stands there instead."""


@dataclass(frozen=True)
class Submission:
    """One student's work. `student` is the folder's or the archive's name, as UTF-8.

    `problem` says why nothing is to be taken of what lies at `path`.
    """

    student: str
    path: Path
    problem: str | None = None
    assignment: str = "segmentation"

    def look(self) -> Work:
        """Choose the files to grade. Raises NoSubmission, with the reason, where there is none."""
        if self.problem is not None:
            raise NoSubmission(self.problem)
        assignment = load_assignment(self.assignment)
        with open_tree(self.path) as tree:
            # An archive may hold one more, wherever it lies itself.
            deep = 1 if is_archive(self.path.name) and not self.path.is_dir() else 2
            return find_work(
                tree,
                [task.name for task in assignment.tasks],
                assignment.given,
                place=str(self.path),
                preferred=self.assignment,
                archives_deep=deep,
            )

    def take(self) -> SubmissionFiles:
        """Its Python files. Raises NoSubmission, saying why there are none."""
        return self.look().submitted


@dataclass(frozen=True)
class Class:
    """The submissions in a folder, by student, and what else lies there."""

    submissions: list[Submission]
    beside: Beside


def find(folder: Path, assignment: str) -> list[Submission]:
    """The submissions in `folder`, by student; see `survey`. Raises NoClass."""
    return survey(folder, assignment).submissions


def survey(folder: Path, assignment: str) -> Class:
    """The submissions in `folder`, by student, and what lies beside them.

    Each folder and each archive is a student's. Of a link in place of one, and of two that are one
    student's, nothing is taken. What an operating system leaves about is nobody's.

    Raises:
        NoClass: there is no such folder, it cannot be read, or nothing in it is a submission.
    """
    try:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "does not exist"
            if folder.is_file() and is_archive(folder.name):
                what += "; autograder course collect makes one of a learning system's archive"
            raise NoClass(f"{folder} {what}")
        entries = sorted(entry for entry in folder.iterdir() if not is_litter((entry.name,)))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise NoClass(f"{folder} cannot be read ({reason})") from None
    found: dict[str, Submission] = {}
    loose: list[Path] = []
    for entry in entries:
        submission = _submission(entry, assignment)
        if submission is None:
            loose.append(entry)
            continue
        # A Mac takes Korean apart.
        name = unicodedata.normalize("NFC", submission.student)
        if (other := found.get(name)) is not None:
            what = f"{other.path.name} and {entry.name} are both {name}'s; one must go"
            submission = Submission(other.student, folder, what, assignment)
        found[name] = submission
    beside = _beside(loose)
    if not found:
        there = f", but {'; '.join(beside.lines())}" if loose else ""
        raise NoClass(f"{folder} holds no folders and no archives{there}")
    return Class(list(found.values()), beside)


def student_at(path: Path) -> str:
    """The student whose work lies there, as a class calls him or her."""
    path = path.absolute() if path.is_symlink() else path.resolve()
    return _utf8(path.name if path.is_dir() else stem(path.name))


def ledger_of(folder: Path) -> Path:
    """The default path of the ledger for a folder of submissions."""
    folder = folder.resolve()
    return folder.with_name(f"{folder.name}.ledger")


def _submission(entry: Path, assignment: str) -> Submission | None:
    """The path as a student's submission; None if it is something else."""
    archive = is_archive(entry.name)
    if entry.is_symlink():
        if not archive and entry.is_file():
            return None
        student = _utf8(stem(entry.name))
        return Submission(student, entry, f"{entry} is a link, which is not followed", assignment)
    if entry.is_dir():
        return Submission(_utf8(entry.name), entry, assignment=assignment)
    return Submission(_utf8(stem(entry.name)), entry, assignment=assignment) if archive else None


def _beside(loose: list[Path]) -> Beside:
    unread, others = [], []
    for entry in loose:
        if entry.name == collected.FILE:
            continue
        name = _utf8(entry.name)
        if may_be_work(name, ()):
            sort = "; autograder course collect sorts a learning system's files"
            unread.append(PassedOver(name, f"no folder{sort if student_of(name) else ''}"))
        else:
            others.append(PassedOver(name, ""))
    return Beside(tuple(unread), tuple(others))


def _utf8(name: str) -> str:
    """A file's name as text that can be stored and sent; bytes that are no UTF-8 as `\\xff`."""
    return os.fsencode(name).decode(errors="backslashreplace")
