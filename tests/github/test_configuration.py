"""course.toml and the roster: what they say holds, and every mistake is named in one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.course.moments import show
from autograder.github.configuration import read_course
from autograder.github.errors import BadConfiguration, BadTarget, CourseError
from autograder.github.grading_target import grading_target
from autograder.github.roster import check_student, on_github
from corpus.paths import ROOT
from tests.github.classroom import Write


def test_the_example_can_be_read() -> None:
    course, roster = read_course(ROOT / "examples" / "github" / "course.toml")
    assert [course.repository_of(each) for each in roster] == [
        "segmentation-octo-kim",
        "segmentation-octo-lee",
        "segmentation-octo-park",
        "segmentation-octo-choi",
    ]
    assert show(course.deadline, course.zone_info) == "2027-04-30 23:59:59 KST"
    assert [student.id for student in roster if student.excused] == ["2027-1004"]
    (own,) = (student for student in roster if student.deadline)
    assert own.deadline == course.deadline + timedelta(days=7)
    closes = course.closes(own)
    assert closes is not None
    assert (closes - course.deadline).days == 7 + 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("organisation = ", "there is no key `organisation`"),
        ("organisation = 3", "organisation: Expected `str`, got `int`"),
        ('organisation = "a/b"', "organisation: 'a/b' is no name of an organisation"),
        ('grader = ".."', "grader: '..' is no repository's name (without the organisation)"),
        ('template = "a/b"', "template: 'a/b' is no repository's name (without the organisation)"),
        ('assignment = "../x"', "assignment: '../x' is no assignment's name"),
        ("deadline = ", "there is no key `deadline`"),
        ('deadline = "soon"', "deadline: 'soon' is no time such as"),
        ('deadline = "2027-04-30 23:59 KST"', "'KST' is not sure to be one zone"),
        ('zone = "Seoul"', "zone: Seoul is no time zone"),
        ("late.days = -1", "late.days: Expected `int` >= 0"),
        ("late.hours = 1", "late: there is no such key: `hours`"),
        ("colour = 1", "there is no such key: `colour`"),
        ('counts = "first"', "counts: Invalid enum value 'first'"),
        ('language = "de"', "language: Invalid enum value 'de'"),
        ('folder = "../x"', "folder: '../x' is no path inside a repository"),
        ('folder = "/x"', "folder: '/x' is no path inside a repository"),
        ("roster = ", "roster: give either a roster file or [[students]]"),
        ('repository = "all"', "repository: it must hold {student} or {login}, to be one for each"),
        ('repository = "{x}"', "repository: only {assignment}, {student}, {login} can stand in"),
        ('repository = "{login.x}"', "repository: only {assignment}, {student}, {login} can"),
        ('repository = "{login"', "repository: only {assignment}, {student}, {login} can stand in"),
        ('repository = "a b {login}"', "repository: 'a b octo-kim' is no repository's name"),
        ('grader = "segmentation-octo-kim"', "segmentation-octo-kim of kim is the grader's too"),
    ],
)
def test_a_mistake_is_named_with_its_key(course_file: Write, line: str, said: str) -> None:
    path = course_file(line)
    with pytest.raises(BadConfiguration) as caught:
        read_course(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("id,login\na,b", "line 1: there is no column student"),
        ("student,login,deadline\na,b,soon", "line 2: deadline: 'soon' is no time"),
        ("student,login,excused\na,b,maybe", "line 2: excused: 'maybe' is neither yes nor no"),
        ("student,login\na,b\nA,c", "line 3: student: A stands there twice"),
        ("student,login\na,b\nc,B", "line 3: login: B stands there twice"),
        ("student,login\na", "line 2: not as many cells as the first line has"),
        ("student,login\na,b,c", "line 2: not as many cells as the first line has"),
        ('student,login\n"a', "is no CSV file"),
    ],
)
def test_a_mistake_in_the_roster_is_named_with_its_line(
    course_file: Write, roster: str, said: str
) -> None:
    with pytest.raises(BadConfiguration, match=r"roster\.csv") as caught:
        read_course(course_file(roster=roster))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_are_named(course_file: Write, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="nowhere"):
        read_course(tmp_path / "nowhere")
    with pytest.raises(BadConfiguration, match=r"absent\.csv cannot be read: No such file"):
        read_course(course_file('roster = "absent.csv"'))
    (tmp_path / "broken").write_text("organisation =")
    with pytest.raises(BadConfiguration, match="broken is no TOML file"):
        read_course(tmp_path / "broken")


def test_a_roster_may_stand_in_the_file_itself(course_file: Write) -> None:
    path = course_file("roster = ", 'students = [{student = "kim", login = "octo-kim"}]')
    _, roster = read_course(path)
    assert [student.login for student in roster] == ["octo-kim"]


def test_a_deadline_is_read_in_the_courses_zone(course_file: Write) -> None:
    roster = "student,login,deadline\nkim,octo-kim,2027-05-07 23:59\n"
    for deadline in ('"2027-04-30 23:59 KST"', "2027-04-30T23:59:00", '"2027-04-30 23:59 +0900"'):
        course, students = read_course(
            course_file('zone = "Asia/Seoul"', f"deadline = {deadline}", roster=roster)
        )
        assert course.deadline == datetime(2027, 4, 30, 14, 59, tzinfo=UTC)
        (kim,) = students
        assert kim.deadline == datetime(2027, 5, 7, 14, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("../a,octo-kim", "'../a' is no student id that GitHub's workflows take"),
        ("a b,octo-kim", "'a b' is no student id"),
        ("kim,", "no GitHub login on the roster"),
        ("kim,-b", "login: '-b' is no GitHub login"),
        ("kim,b/../c", "login: 'b/../c' is no GitHub login"),
    ],
)
def test_a_student_who_can_have_no_repository_stops_nobody_else(
    course_file: Write, row: str, said: str
) -> None:
    _, roster = read_course(course_file(roster=f"student,login\n{row}\nlee,octo-lee\n"))
    assert [student.id for student in on_github(roster)] == ["lee"]
    with pytest.raises(CourseError) as caught:
        check_student(next(iter(roster)))
    assert said in str(caught.value)


def test_empty_lines_and_a_byte_order_mark_do_no_harm_to_a_roster(course_file: Write) -> None:
    _, roster = read_course(course_file(roster="\ufeffstudent,login\nkim,octo-kim\n,\n"))
    assert len(roster) == 1


@pytest.mark.parametrize("name", ["mallory", "KIM", "", "kim\n", "../kim"])
def test_who_is_not_on_the_roster_is_nobody(course_file: Write, name: str) -> None:
    course, roster = read_course(course_file())
    with pytest.raises(BadTarget, match="there is no student"):
        grading_target(course, roster, name, "a" * 40)
