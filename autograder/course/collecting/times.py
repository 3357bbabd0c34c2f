"""Times of a learning system, in a CSV file beside its download: Moodle's grading worksheet.

The worksheet also says which person a participant's number stands for.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.course.collecting.handed_in import CannotCollect, Note
from autograder.course.moments import NotAMoment, read_moment
from autograder.course.roster import folded

# Moodle's own names of columns, in English and in Korean (mod/assign/gradingtable.php and
# lang/*/assign.php: recordid, lastmodifiedsubmission, submissionteam; lang/*/moodle.php: fullname,
# email, idnumber, username), then those of `collected.csv` and of a roster, for lists of one's own.
_COLUMNS = {
    "identifier": ("identifier", "식별자"),
    "name": ("full name", "전체 이름", "name"),
    "email": ("email address", "이메일 주소", "email"),
    "id": ("id number", "id 번호", "student"),
    "login": ("username", "사용자 아이디", "login"),
    "lms_id": ("lms_id",),
    "group": ("group", "모둠"),
    "status": ("status", "상태", "late"),
    "received": ("last modified (submission)", "마지막 수정됨(제출)", "received"),
}
_OURS = {name: column for column, names in _COLUMNS.items() for name in names}
_WHO = ("identifier", "name", "email", "id", "login", "lms_id")
# `submittedlateshort`: 2 days 3 hours late; 2 일 3 시간 늦음.
_LATE = re.compile(r"\blate\b|늦음", re.IGNORECASE)
_NONE = frozenset({"", "-", "–"})


@dataclass(frozen=True)
class TimesRow:
    """One student's row in the file. `number` is the participant's in Moodle."""

    number: str
    texts: tuple[str, ...]
    name: str
    group: str
    received: datetime | None
    late: bool


def read_times(path: Path, zone: ZoneInfo) -> tuple[list[TimesRow], list[Note]]:
    """The file's lines, and a note for each time that cannot be read. Raises CannotCollect."""
    lines: list[TimesRow] = []
    notes: list[Note] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = _columns(path, rows.fieldnames or ())
            for cells in rows:
                texts = {ours: (cells.get(name) or "").strip() for name, ours in columns.items()}
                received: datetime | None = None
                text = texts["received"]
                try:
                    received = None if text in _NONE else read_moment(text, zone)
                except NotAMoment as error:
                    notes.append(Note(f"{path.name}, line {rows.line_num}: {error}", look=True))
                lines.append(_line(texts, received))
    except OSError as error:
        raise CannotCollect(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CannotCollect(f"{path} is not UTF-8 text") from None
    except csv.Error as error:
        raise CannotCollect(f"{path} is no CSV file: {error}") from None
    return lines, notes


def _columns(path: Path, header: Iterable[str]) -> dict[str, str]:
    """Each column's name in the file, and ours for it. Raises CannotCollect."""
    found: dict[str, str] = {}
    for name in header:
        ours = _OURS.get(folded(" ".join(name.split())))
        if ours is not None and ours not in found.values():
            found[name] = ours
    if "received" not in found.values() or not set(_WHO) & set(found.values()):
        known = ", ".join(_COLUMNS["received"])
        raise CannotCollect(
            f"{path}, line 1: there must be a column that says when work came in ({known}) and one "
            "that says whose it is (such as Identifier, Email address, 식별자, student)"
        )
    return found


def _line(texts: dict[str, str], received: datetime | None) -> TimesRow:
    identifier = texts.get("identifier", "")
    number = re.search(r"(\d+)$", identifier)
    whom = (texts.get(column, "") for column in ("email", "id", "login", "lms_id"))
    return TimesRow(
        number=number[1] if number else "",
        texts=(*filter(None, whom), *filter(None, [identifier])),
        name=texts.get("name", ""),
        group=texts.get("group", ""),
        received=received,
        late=_LATE.search(texts.get("status", "")) is not None,
    )
