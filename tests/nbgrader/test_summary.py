"""The table that ends `nbgrader autograde`, out of a gradebook that was filled by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.api import Grade, Gradebook

from autograder.course.entries import Entry, to_entry
from autograder.course.roster import Roster, RosterRow, Student
from autograder.nbgrader.changes import GradebookPoints, standings
from autograder.nbgrader.enrol import enrol
from autograder.nbgrader.file_order import file_order
from autograder.nbgrader.summary import Run, summary
from corpus.results import lost, result

ASSIGNMENT, NOTEBOOK = "segmentation", "practice"
MOMENT = datetime(2027, 4, 30, 3)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    """Two files and a question; kim was graded, with 17.5 and 4."""
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        book.add_assignment(ASSIGNMENT, duedate=MOMENT)
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        for name, kind, points in (
            ("iou", "code", 20),
            ("unpooling", "code", 10),
            ("written", "markdown", 2),
        ):
            book.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=points, cell_type=kind)
        submit(book, "kim", {"iou": 17.5, "unpooling": 4, "written": None})
        yield book


def submit(book: Gradebook, student: str, points: dict[str, float | None]) -> None:
    book.add_student(student)
    book.add_submission(ASSIGNMENT, student, timestamp=MOMENT)
    for name, score in points.items():
        given(book, student, name).auto_score = score
        given(book, student, name).needs_manual_grade = score is None
    book.db.commit()


def given(book: Gradebook, student: str, name: str) -> Grade:
    grade: Grade = book.find_grade(name, NOTEBOOK, ASSIGNMENT, student)
    return grade


def before(book: Gradebook) -> dict[str, GradebookPoints]:
    return standings(book.find_assignment(ASSIGNMENT))


def told(
    book: Gradebook,
    *,
    was: dict[str, GradebookPoints] | None = None,
    notebooks: dict[str, str] | None = None,
    grades: dict[str, Entry] | None = None,
    roster: Roster | None = None,
    students: tuple[str, ...] = ("kim",),
) -> list[str]:
    run = Run(
        students,
        notebooks or {"kim": "read"},
        grades or {},
        was or {},
        ("unpooling", "iou"),
        roster or Roster(),
    )
    book.db.expire_all()
    return summary(book.find_assignment(ASSIGNMENT), run, 120).splitlines()


def test_each_student_has_a_line(book: Gradebook) -> None:
    assert told(book) == [
        "student  points of 32  late  notebook  waiting",
        "kim              21.5     0  read      1 question",
    ]


def test_points_off_are_told_and_taken_off(book: Gradebook) -> None:
    book.find_submission(ASSIGNMENT, "kim").notebooks[0].late_submission_penalty = 10
    book.db.commit()
    assert told(book)[1].split()[:3] == ["kim", "11.5", "-10"]


def test_where_nobody_knows_when_it_was_handed_in_late_is_unknown(book: Gradebook) -> None:
    book.find_submission(ASSIGNMENT, "kim").timestamp = None
    book.db.commit()
    assert told(book)[1].split()[2] == "unknown"


def test_without_a_due_date_nothing_is_said_of_lateness(book: Gradebook) -> None:
    book.find_assignment(ASSIGNMENT).duedate = None
    book.db.commit()
    assert told(book)[1].split()[:3] == ["kim", "21.5", "read"]


def test_who_is_excused_is_called_so(book: Gradebook) -> None:
    roster = Roster([RosterRow("roster.csv, line 2", Student(id="kim", excused=True))])
    assert told(book, roster=roster)[1].split()[2] == "excused"


def test_a_deadline_of_ones_own_is_a_deadline(book: Gradebook) -> None:
    submission = book.find_submission(ASSIGNMENT, "kim")
    submission.assignment.duedate, submission.timestamp = None, None
    book.db.commit()
    due = datetime(2027, 5, 1, tzinfo=UTC)
    roster = Roster([RosterRow("roster.csv, line 2", Student(id="kim", deadline=due))])
    assert told(book, roster=roster)[1].split()[2] == "unknown"


def test_a_file_that_nobody_could_grade_is_open(book: Gradebook) -> None:
    given(book, "kim", "iou").auto_score = None
    given(book, "kim", "iou").needs_manual_grade = True
    book.db.commit()
    assert told(book)[1].endswith("iou.py is open, 1 question")


def test_what_changed_is_told_in_the_order_of_the_assignment(book: Gradebook) -> None:
    was = before(book)
    given(book, "kim", "iou").auto_score = 20
    given(book, "kim", "unpooling").auto_score = 3
    book.db.commit()
    heading, kim = told(book, was=was)
    assert "changed" in heading
    assert "unpooling 4 → 3; iou 17.5 → 20" in kim


def test_points_that_a_person_gave_stand_and_are_named_as_such(book: Gradebook) -> None:
    was = before(book)
    iou = given(book, "kim", "iou")
    iou.auto_score, iou.manual_score, iou.needs_manual_grade = 20, 18, True
    book.db.commit()
    (_, kim) = told(book, was=was)
    assert "iou: suites say 20, a person's 18 stands" in kim
    assert "iou.py again" in kim
    assert kim.split()[1] == "22"


def test_another_penalty_is_a_change(book: Gradebook) -> None:
    was = before(book)
    book.find_submission(ASSIGNMENT, "kim").notebooks[0].late_submission_penalty = 10
    book.db.commit()
    assert "late 0 → 10" in told(book, was=was)[1]


def test_what_is_graded_for_the_first_time_has_not_changed(book: Gradebook) -> None:
    submit(book, "lee", {"iou": None, "unpooling": None, "written": None})
    was = before(book)
    given(book, "lee", "iou").auto_score = 20
    book.db.commit()
    assert "changed" not in told(book, was=was, students=("kim", "lee"))[0]


def test_work_that_nbgrader_passed_over_as_no_later_is_named(book: Gradebook) -> None:
    grades = {"kim": to_entry("kim", "k", result(lost(earned=2.0)))}
    assert told(book, grades=grades)[2] == (
        "Handed in anew, but no later than before, so the gradebook has the former work (--force "
        "takes it over): kim"
    )


def test_who_handed_nothing_in_and_who_is_no_student_of_ours_is_named(book: Gradebook) -> None:
    roster = Roster(
        RosterRow("roster.csv", Student(id=name, excused=name == "park"))
        for name in ("lee", "park")
    )
    assert told(book, roster=roster)[2:] == [
        "Nothing handed in: lee",
        "Not on the roster: kim",
    ]


def test_names_do_nothing_but_stand_there(book: Gradebook) -> None:
    submit(book, "\x1b[2J[bold]x", {"iou": 1.0})
    assert told(book, students=("kim", "\x1b[2J[bold]x"))[1].startswith("\ufffd[2J[bold]x  ")


def test_where_nobody_was_graded_it_is_said(book: Gradebook) -> None:
    assert told(book, students=()) == ["Nobody was graded."]


def test_the_rosters_students_are_in_the_gradebook_with_names_and_ids(book: Gradebook) -> None:
    students = (
        Student(id="kim", name="Kim, Minsu", email="kim@example.org", lms_id="77"),
        Student(id="lee", name="이지우"),
        Student(id="park"),
    )
    enrol(book, Roster(RosterRow("roster.csv", student) for student in students))
    found = {s.id: (s.last_name, s.first_name, s.email, s.lms_user_id) for s in book.students}
    assert found == {
        "kim": ("Kim", "Minsu", "kim@example.org", "77"),
        "lee": ("이지우", "", None, None),
        "park": (None, None, None, None),
    }


def test_what_the_roster_does_not_say_stays_in_the_gradebook(book: Gradebook) -> None:
    book.update_or_create_student("kim", email="kim@example.org")
    enrol(book, Roster([RosterRow("roster.csv", Student(id="kim", name="Kim"))]))
    assert book.find_student("kim").email == "kim@example.org"


def test_files_have_the_order_of_the_assignment() -> None:
    assert file_order(ASSIGNMENT, {"iou", "unet", "unpooling", "another", "fcn8s"}) == [
        *("unpooling", "fcn8s", "unet", "iou", "another")
    ]
    assert file_order("another", {"b", "a"}) == ["a", "b"]
