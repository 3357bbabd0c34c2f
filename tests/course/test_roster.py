"""The roster: a CSV file with a header, for every way work comes in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.course.roster import NoRoster, Roster, RosterRow, Student, read_roster

SEOUL = ZoneInfo("Asia/Seoul")
WHOLE = """\
Student,Name,E-mail note,Email,Login,LMS ID,Section,Group,Deadline,Excused
2027-1001,김하나,a,hana@example.org,octo-kim,4321,1,red,2026-11-29 21:00,
2027-1002,Lee Minjun,b,,,4322,1,red,,yes
"""


def read(tmp_path: Path, text: str) -> Roster:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode("utf-8-sig"))
    return read_roster(path, SEOUL)


def test_every_column_is_read_whatever_its_capitals(tmp_path: Path) -> None:
    hana, minjun = read(tmp_path, WHOLE)
    assert hana == Student(
        id="2027-1001",
        name="김하나",
        email="hana@example.org",
        login="octo-kim",
        lms_id="4321",
        section="1",
        group="red",
        deadline=datetime(2026, 11, 29, 12, 0, tzinfo=UTC),
    )
    assert (minjun.excused, minjun.deadline) == (True, None)


@pytest.mark.parametrize(
    "called",
    ["2027-1001", "김하나", "\u1100\u1175\u11b7하나", "HANA@example.org", "Octo-Kim", "4321"],
)
def test_a_student_is_found_by_whatever_a_system_calls_them(tmp_path: Path, called: str) -> None:
    assert [student.id for student in read(tmp_path, WHOLE).find(called)] == ["2027-1001"]


def test_a_group_is_found_by_its_column_only(tmp_path: Path) -> None:
    roster = read(tmp_path, WHOLE)
    assert roster.find("red") == []
    assert len(roster.find("Red", "group")) == 2


def test_two_students_of_one_name_are_both_found(tmp_path: Path) -> None:
    roster = read(tmp_path, "student,name\na,Kim\nb,kim\n")
    assert [student.id for student in roster.find("Kim")] == ["a", "b"]


def test_who_is_absent_and_who_is_a_stranger(tmp_path: Path) -> None:
    roster = read(tmp_path, "student\nAhn\nnoh\n김\n")
    there = ["ahn", "\u1100\u1175\u11b7", "kang"]
    assert [student.id for student in roster.absent(there)] == ["noh"]
    assert roster.strangers(there) == ["kang"]


def test_blank_lines_and_blanks_around_cells_do_not_count(tmp_path: Path) -> None:
    roster = read(tmp_path, "student, name\r\n\r\n ahn , Ahn \r\n,\r\n")
    assert [(student.id, student.name) for student in roster] == [("ahn", "Ahn")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1: there is no column student"),
        ("ahn\nnoh\n", "line 1: there is no column student; the first line names the columns"),
        ("name,email\na,b\n", "line 1: there is no column student"),
        ("student,deadlin\na,b\n", "line 1: there is no column deadlin; deadline?"),
        ("student,student\na,b\n", "line 1: student stands there twice"),
        ("student\n", "names no student"),
        ("student,name\na\n", "line 2: not as many cells as the first line has"),
        ("student,name\na,b,c\n", "line 2: not as many cells as the first line has"),
        ("student,name\n,b\n", "line 2: student is empty"),
        ("student\nkim\nKim\n", "line 3: student: Kim stands there twice"),
        ("student,login\na,x\nb,X\n", "line 3: login: X stands there twice"),
        ("student,lms_id\na,1\nb,1\n", "line 3: lms_id: 1 stands there twice"),
        ("student,excused\na,maybe\n", "line 2: excused: 'maybe' is neither yes nor no"),
        ("student,deadline\na,2026-11-29\n", "line 2: deadline: '2026-11-29' is no time such as"),
        ("student,deadline\na,2026-11-29 21:00 PST\n", "line 2: deadline: .*'PST' is not sure"),
        ('student\n"a\n', "is no CSV file"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(NoRoster, match=reason):
        read(tmp_path, text)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoRoster, match="gone cannot be read: No such file"):
        read_roster(tmp_path / "gone", SEOUL)
    (tmp_path / "cp949").write_bytes("student\n김\n".encode("cp949"))
    with pytest.raises(NoRoster, match="cp949 is not UTF-8 text"):
        read_roster(tmp_path / "cp949", SEOUL)


def test_nobody_on_it_is_a_roster_too() -> None:
    assert len(Roster()) == 0
    assert Roster([RosterRow("here", Student(id="a"))]).get("b") is None
