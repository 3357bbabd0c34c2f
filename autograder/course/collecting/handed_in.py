"""The content of a download, before and after its owners are known."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from autograder.course.trees import Member
from autograder.errors import AutograderError


class CannotCollect(AutograderError):
    """Nothing is collected; the message is one line that says why."""


@dataclass(frozen=True)
class Note:
    """One line for the person who collects. A note with `look` tells of lost or unclear work."""

    text: str
    look: bool = False


@dataclass(frozen=True)
class DownloadedFile:
    """One file of a download: its place there, and the student's name for it.

    `upload` is Canvas' number of the file, which is the higher the later it came in.
    """

    place: str
    path: tuple[str, ...]
    member: Member
    upload: int = 0


@dataclass(frozen=True)
class WorkOwner:
    """The owner of some work, as the system writes it.

    `label` is a folder's name for whoever is not on the roster. `texts` are looked up in
    `columns` of the roster, the surest first; then `names` are taken for a person's or a group's.
    `person` is the system's own number of that person, where it gives one.
    """

    label: str
    texts: tuple[str, ...] = ()
    columns: tuple[str, ...] = ("student", "login", "lms_id", "email")
    names: tuple[str, ...] = ()
    person: str = ""
    nameless: bool = False

    @property
    def number_beside_name(self) -> bool:
        """Whether `texts` are a number of the learning system's, and `names` come from it, too."""
        return self.columns == ("lms_id",)


@dataclass(frozen=True)
class Attempt:
    """The files that one owner handed in at one time.

    `received` and `late` are what the system says of it; None where it tells no time.
    """

    owner: WorkOwner
    pieces: tuple[DownloadedFile, ...]
    received: datetime | None = None
    late: bool = False

    @property
    def source(self) -> str:
        """Where in the download it lies: a file, a folder, or how all its names begin."""
        places = [piece.place for piece in self.pieces]
        # Letter by letter: Canvas puts no folder before what is one student's.
        common = os.path.commonprefix(places)  # noqa: RUF071
        if common in places or common.endswith("/"):
            return common
        return f"{common[: max(common.rfind('_'), common.rfind('/')) + 1]}…"

    @property
    def upload(self) -> int:
        return max((piece.upload for piece in self.pieces), default=0)


@dataclass(frozen=True)
class Sorted:
    """A download by owners, with notes on files without an owner."""

    handed: tuple[Attempt, ...]
    notes: tuple[Note, ...] = ()


def counted(number: int, what: str) -> str:
    """1 file, 2 files."""
    return f"{number} {what}{'' if number == 1 else 's'}"
