"""Who takes the course: student ids and GitHub logins, from a CSV file or out of course.toml."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from autograder.github.errors import BadConfiguration, BadOrder

# A student id becomes a part of file names, payloads and concurrency groups.
STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Managed users' logins end in an underscore and the enterprise's short code.
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]+)?")
COLUMNS = ("student", "login", "name")


class Student(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One student: the course's id, the login on GitHub, and the name for people."""

    id: str = msgspec.field(name="student")
    login: str
    name: str = ""


class Roster:
    """The students, by id and by login. GitHub's logins know no upper and lower case.

    Raises BadConfiguration for two students of one id or one login.
    """

    def __init__(self, students: Iterable[tuple[str, Student]]) -> None:
        """`students` come each with the place where it stands, for messages."""
        self._by_id: dict[str, Student] = {}
        self._by_login: dict[str, Student] = {}
        for place, student in students:
            if not STUDENT_ID.fullmatch(student.id):
                raise BadConfiguration(
                    f"{place}: student: {student.id!r} is no student id (letters, digits, "
                    "'.', '_' and '-', at most 64, beginning with a letter or a digit)"
                )
            if not LOGIN.fullmatch(student.login):
                raise BadConfiguration(f"{place}: login: {student.login!r} is no GitHub login")
            if student.id.lower() in self._by_id:
                raise BadConfiguration(f"{place}: student: {student.id} stands there twice")
            if student.login.lower() in self._by_login:
                raise BadConfiguration(f"{place}: login: {student.login} stands there twice")
            self._by_id[student.id.lower()] = student
            self._by_login[student.login.lower()] = student

    def __iter__(self) -> Iterator[Student]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, student: str) -> Student:
        """The student of that id, written as the roster writes it. Raises BadOrder."""
        found = self._by_id.get(student.lower())
        if found is None or found.id != student:
            raise BadOrder(f"there is no student {student!r} on the roster")
        return found


def read_csv(path: Path) -> Iterator[tuple[str, Student]]:
    """The rows of a CSV file with the columns student, login and, if there is one, name.

    Raises BadConfiguration, naming the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            for column in COLUMNS[:2]:
                if column not in (rows.fieldnames or ()):
                    raise BadConfiguration(f"{path}, line 1: there is no column {column}")
            for row in rows:
                place = f"{path}, line {rows.line_num}"
                if None in row or None in row.values():
                    raise BadConfiguration(f"{place}: not as many cells as the first line has")
                cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
                if any(cells.values()):
                    yield (
                        place,
                        Student(id=cells["student"], login=cells["login"], name=cells["name"]),
                    )
    except OSError as error:
        raise BadConfiguration(f"{path}: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{path} is no CSV file in UTF-8: {error}") from None
