"""The names of a class: who should have handed in, and what their files are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

# A name of 255 bytes is the longest that file systems take, and an ending is to follow.
BYTES_CAP = 150


class NoRoster(Exception):
    """The file holds no names; the message is one line that says why."""


def read_roster(path: Path) -> list[str]:
    """One name a line, as the submissions are called. Raises NoRoster."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NoRoster(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise NoRoster(f"{path} is not UTF-8 text") from None
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if not names:
        raise NoRoster(f"{path} holds no names")
    return names


def missing(names: Iterable[str], students: Iterable[str]) -> list[str]:
    """The names that no student has. Korean is written in two ways, which are the same here."""
    there = {_same(student) for student in students}
    absent = {_same(name): name for name in names}
    return [name for key, name in absent.items() if key not in there]


class FileNames:
    """A file's name for each student, whatever the student is called.

    A name that is safe everywhere stays. Of another one remains what is safe, and a part of its
    hash keeps it apart; so do names that are the same where capitals do not count.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, student: str) -> str:
        """Without an ending; ask once a student."""
        name = re.sub(r"[^\w.-]", "_", student).strip(".")
        name = name.encode(errors="replace")[:BYTES_CAP].decode(errors="ignore")
        if name != student or _same(name) in self._taken:
            name = f"{name}-{sha256(student.encode(errors='replace')).hexdigest()[:8]}"
        self._taken.add(_same(name))
        return name


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
