"""The roster: one CSV file that says who takes the course, whichever way their work comes in."""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from autograder.course.moments import NotAMoment, read_moment
from autograder.errors import AutograderError

# A name of 255 bytes is the longest that file systems take, and an ending is to follow.
BYTES_CAP = 150
COLUMNS = (
    *("student", "name", "email", "login", "lms_id"),
    *("section", "group", "deadline", "excused"),
)
# Of these no two students have the same.
KEYS = ("student", "login", "lms_id")
YES = frozenset({"yes", "y", "true", "1", "x", "excused", "예"})
NO = frozenset({"", "no", "n", "false", "0", "-", "아니요"})
_IN_A_FILE_NAME = re.compile(r"[^\w.-]")


class NoRoster(AutograderError):
    """The file is no roster; the message is one line that says where and why."""


class Student(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One student.

    `id` is the course's own, by which grades are kept; `login` is the one on GitHub or in Jupyter;
    `lms_id` is the learning system's. `deadline` is this student's alone. Who is `excused` gets no
    grade.
    """

    id: str = msgspec.field(name="student")
    name: str = ""
    email: str = ""
    login: str = ""
    lms_id: str = ""
    section: str = ""
    group: str = ""
    deadline: datetime | None = None
    excused: bool = False


@dataclass(frozen=True)
class RosterRow:
    """A student, and the place where it stands, for messages."""

    place: str
    student: Student


class Roster:
    """The students of a course, found by whatever a system calls them.

    Raises NoRoster where two have the same id, login or learning-system id.
    """

    def __init__(self, rows: Iterable[RosterRow] = ()) -> None:
        self._students: list[Student] = []
        self._by: dict[str, dict[str, list[Student]]] = {}
        for row in rows:
            student = row.student
            for column, value in _texts(student):
                same = self._by.setdefault(column, {}).setdefault(folded(value), [])
                if same and column in KEYS:
                    raise NoRoster(f"{row.place}: {column}: {value} stands there twice")
                same.append(student)
            self._students.append(student)

    def __iter__(self) -> Iterator[Student]:
        return iter(self._students)

    def __len__(self) -> int:
        return len(self._students)

    def get(self, student: str) -> Student | None:
        """The student of that id."""
        return next(iter(self.find(student, "student")), None)

    def find(self, text: str, *columns: str) -> list[Student]:
        """The students who are called so, in any of the columns; by default in all but group.

        Capitals do not count, nor in which of its two forms Korean is written.
        """
        wanted = columns or ("student", "name", "email", "login", "lms_id")
        found = [
            student
            for column in wanted
            for student in self._by.get(column, {}).get(folded(text), ())
        ]
        return list({student.id: student for student in found}.values())

    def absent(self, students: Iterable[str]) -> list[Student]:
        """Students of the roster who are not among `students`."""
        there = {folded(student) for student in students}
        return [student for student in self if folded(student.id) not in there]

    def strangers(self, students: Iterable[str]) -> list[str]:
        """Names in `students` that are not on the roster."""
        return [student for student in students if self.get(student) is None]


def read_roster(path: Path, zone: ZoneInfo) -> Roster:
    """A CSV file in UTF-8, whose first line names its columns: COLUMNS, in any order.

    Only `student` must be there. Deadlines without a zone are in `zone`. Other columns are the
    course's own, unless they look like one of these. Raises NoRoster, naming the line.
    """
    return Roster(read_rows(path, zone))


def read_rows(path: Path, zone: ZoneInfo) -> Iterator[RosterRow]:
    """The rows of such a file. Raises NoRoster."""
    some = False
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True, skipinitialspace=True)
            columns = _columns(path, rows.fieldnames or ())
            for cells in rows:
                place = f"{path}, line {rows.line_num}"
                if None in cells or None in cells.values():
                    raise NoRoster(f"{place}: not as many cells as the first line has")
                texts = {columns[name]: (text or "").strip() for name, text in cells.items()}
                if any(texts.values()):
                    some = True
                    yield RosterRow(place, _student(place, texts, zone))
    except OSError as error:
        raise NoRoster(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise NoRoster(f"{path} is not UTF-8 text") from None
    except csv.Error as error:
        raise NoRoster(f"{path} is no CSV file: {error}") from None
    if not some:
        raise NoRoster(f"{path} names no student")


def missing(names: Iterable[str], students: Iterable[str]) -> list[str]:
    """The names that no student has."""
    there = {folded(student) for student in students}
    absent = {folded(name): name for name in names}
    return [name for key, name in absent.items() if key not in there]


class FileNames:
    """A file's name for each student, whatever the student is called.

    A name that is safe everywhere stays. Of another one remains what is safe, and a part of its
    hash keeps it apart; so do names that are the same where capitals do not count.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, student: str) -> str:
        """The name without an ending; ask once a student."""
        name = _IN_A_FILE_NAME.sub("_", student).strip(".")
        name = name.encode(errors="replace")[:BYTES_CAP].decode(errors="ignore")
        if name != student or folded(name) in self._taken:
            name = f"{name}-{sha256(student.encode(errors='replace')).hexdigest()[:8]}"
        self._taken.add(folded(name))
        return name


def folded(name: str) -> str:
    """Normalise for comparing: Korean is written in two forms, and capitals do not count."""
    return unicodedata.normalize("NFC", name).casefold()


def _columns(path: Path, header: Iterable[str]) -> dict[str, str]:
    """Each column's name in the file, and ours for it. Raises NoRoster."""
    found: dict[str, str] = {}
    for name in header:
        ours = re.sub(r"[\s-]+", "_", name.strip().lower())
        near = difflib.get_close_matches(ours, COLUMNS, n=1, cutoff=0.8)
        if ours not in COLUMNS and near:
            raise NoRoster(f"{path}, line 1: there is no column {name.strip()}; {near[0]}?")
        if ours in found.values():
            raise NoRoster(f"{path}, line 1: {ours} stands there twice")
        found[name] = ours
    if "student" not in found.values():
        raise NoRoster(
            f"{path}, line 1: there is no column student; the first line names the columns, "
            f"some of {', '.join(COLUMNS)}"
        )
    return found


def _student(place: str, texts: dict[str, str], zone: ZoneInfo) -> Student:
    if not texts["student"]:
        raise NoRoster(f"{place}: student is empty")
    deadline, excused = texts.get("deadline", ""), texts.get("excused", "").casefold()
    if excused not in YES | NO:
        raise NoRoster(f"{place}: excused: {texts['excused']!r} is neither yes nor no")
    try:
        return Student(
            id=texts["student"],
            **{name: texts.get(name, "") for name in COLUMNS[1:7]},
            deadline=read_moment(deadline, zone) if deadline else None,
            excused=excused in YES,
        )
    except NotAMoment as error:
        raise NoRoster(f"{place}: deadline: {error}") from None


def _texts(student: Student) -> Iterator[tuple[str, str]]:
    texts = {
        "student": student.id,
        "name": student.name,
        "email": student.email,
        "login": student.login,
        "lms_id": student.lms_id,
        "group": student.group,
    }
    yield from ((column, text) for column, text in texts.items() if text)
