"""Grades out of a gradebook that was filled by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.nbgrader.export import Canvas, CourseOffice

ASSIGNMENT, NOTEBOOK = "segmentation", "practice"


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    """Three students: graded and late, not read yet, and one who handed in nothing."""
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        book.add_assignment(ASSIGNMENT)
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        for name, kind, points in (("iou", "code", 20), ("written", "markdown", 2)):
            book.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=points, cell_type=kind)
            book.add_source_cell(name, NOTEBOOK, ASSIGNMENT, cell_type=kind)
        book.add_student("kim", last_name='Kim "K", 철수', first_name="=1+1", lms_user_id="77")
        book.add_student("20240117")
        book.add_student("park")
        for student, written in (("kim", 1.5), ("20240117", None)):
            submission = book.add_submission(ASSIGNMENT, student)
            for name, score in (("iou", 17.5), ("written", None)):
                grade = book.find_grade(name, NOTEBOOK, ASSIGNMENT, student)
                grade.auto_score = score
                grade.manual_score = written if name == "written" else None
                grade.needs_manual_grade = name == "written" and written is None
            submission.notebooks[0].late_submission_penalty = 4 if student == "kim" else None
        book.db.commit()
        yield book


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_course_office_gets_a_row_for_every_student(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    CourseOffice(to=str(tmp_path / "grades.csv")).export(gradebook)
    header, *others = rows(tmp_path / "grades.csv")
    assert header == [
        "assignment", "student", "last name", "first name", "email",
        "iou", "manual", "late", "total", "out of", "status", "handed in", "deadline",
    ]  # fmt: skip
    students = {row[1]: row for row in others}
    assert students["kim"][2:] == [
        'Kim "K", 철수', "'=1+1", "", "17.5", "1.5", "-4", "15", "22", "graded", "", "",
    ]  # fmt: skip
    assert students["20240117"][5:] == [
        *("17.5", "0", "0", "17.5", "22", "needs manual grading", "", "")
    ]  # fmt: skip
    assert students["park"][5:] == ["", "", "", "0", "22", "missing", "", ""]


def test_a_file_that_nobody_could_grade_leaves_cell_and_total_empty(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    grade = gradebook.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim")
    grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()
    CourseOffice(to=str(tmp_path / "grades.csv")).export(gradebook)
    (kim,) = (row for row in rows(tmp_path / "grades.csv") if row[1] == "kim")
    assert kim[5:11] == ["", "1.5", "-4", "", "22", "needs manual grading"]


def test_the_file_opens_in_excel_with_korean_names(gradebook: Gradebook, tmp_path: Path) -> None:
    CourseOffice(to=str(tmp_path / "grades.csv")).export(gradebook)
    assert (tmp_path / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_students_and_assignments_can_be_chosen(gradebook: Gradebook, tmp_path: Path) -> None:
    to = str(tmp_path / "grades.csv")
    CourseOffice(to=to, student=[20240117], assignment=[ASSIGNMENT]).export(gradebook)
    assert [row[1] for row in rows(tmp_path / "grades.csv")] == ["student", "20240117"]


def test_canvas_gets_its_columns_and_only_finished_grades(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    Canvas(to=str(tmp_path / "canvas.csv"), section="A").export(gradebook)
    header, points, *others = rows(tmp_path / "canvas.csv")
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert points == ["    Points Possible", "", "", "", "", "22"]
    assert {row[3]: row for row in others} == {
        "kim": ['Kim "K", 철수, =1+1', "77", "", "kim", "A", "15"],
        "20240117": ["20240117", "", "", "20240117", "A", ""],
        "park": ["park", "", "", "park", "A", ""],
    }


def configured(tmp_path: Path, roster: str, **canvas: object) -> Config:
    path = tmp_path / "roster.csv"
    path.write_text(roster, encoding="utf-8")
    return Config(
        ClassRoster={"path": str(path)}, Exchange={"timezone": "Asia/Seoul"}, Canvas=canvas
    )


def test_files_have_the_order_of_the_assignment(gradebook: Gradebook, tmp_path: Path) -> None:
    for name in ("unet", "unpooling"):
        gradebook.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=10, cell_type="code")
    CourseOffice(to=str(tmp_path / "grades.csv")).export(gradebook)
    assert rows(tmp_path / "grades.csv")[0][5:8] == ["unpooling", "unet", "iou"]


def test_when_it_was_handed_in_and_which_deadline_was_used_is_told(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    gradebook.find_assignment(ASSIGNMENT).duedate = datetime(2027, 4, 30, 3)
    gradebook.find_submission(ASSIGNMENT, "kim").timestamp = datetime(2027, 4, 30, 2)
    gradebook.db.commit()
    config = configured(tmp_path, "student,deadline\nkim,2027-05-02 12:00\n")
    CourseOffice(to=str(tmp_path / "grades.csv"), config=config).export(gradebook)
    students = {row[1]: row[-2:] for row in rows(tmp_path / "grades.csv")}
    assert students["kim"] == ["2027-04-30 11:00 KST", "2027-05-02 12:00 KST (own)"]
    assert students["park"] == ["", "2027-04-30 12:00 KST"]


def test_who_is_on_the_roster_and_handed_nothing_in_is_missing(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    config = configured(tmp_path, 'student,name\nchoi,"Choi, Yuna"\n')
    CourseOffice(to=str(tmp_path / "grades.csv"), config=config).export(gradebook)
    (choi,) = (row for row in rows(tmp_path / "grades.csv") if row[1] == "choi")
    assert choi[2:4] + choi[8:11] == ["Choi", "Yuna", "0", "22", "missing"]


def test_who_is_excused_has_no_total(gradebook: Gradebook, tmp_path: Path) -> None:
    config = configured(tmp_path, "student,excused\nkim,yes\npark,yes\n")
    CourseOffice(to=str(tmp_path / "grades.csv"), config=config).export(gradebook)
    students = {row[1]: row[8:11] for row in rows(tmp_path / "grades.csv")}
    assert students["kim"] == students["park"] == ["", "22", "excused"]


def test_canvas_gets_ex_for_who_is_excused_and_the_section_of_the_roster(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    config = configured(tmp_path, "student,excused,section\nkim,yes,B\n")
    Canvas(to=str(tmp_path / "canvas.csv"), config=config).export(gradebook)
    students = {row[3]: row[4:] for row in rows(tmp_path / "canvas.csv")}
    assert students["kim"] == ["B", "EX"]


def test_canvas_finds_its_assignment_by_its_number(gradebook: Gradebook, tmp_path: Path) -> None:
    to = str(tmp_path / "canvas.csv")
    Canvas(to=to, assignment_ids={ASSIGNMENT: "4711"}).export(gradebook)
    assert rows(tmp_path / "canvas.csv")[0][-1] == "segmentation (4711)"


def test_what_is_no_number_of_canvas_is_refused(
    gradebook: Gradebook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SystemExit) as ended:
        Canvas(to=str(tmp_path / "canvas.csv"), assignment_ids={ASSIGNMENT: "4711)"}).export(
            gradebook
        )
    assert ended.value.code == 1
    assert caplog.messages == ["Canvas.assignment_ids: segmentation: 4711) is no number"]


@pytest.fixture
def impossible(gradebook: Gradebook) -> Gradebook:
    """kim has more than there is, 20240117 less than nothing, park extra credit."""
    gradebook.add_submission(ASSIGNMENT, "park")
    for student, score, extra in (("kim", 35, None), ("20240117", -1, None), ("park", 20, 2)):
        grade = gradebook.find_grade("iou", NOTEBOOK, ASSIGNMENT, student)
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = score, extra, False
    gradebook.db.commit()
    return gradebook


@pytest.mark.parametrize("exporter", [CourseOffice, Canvas])
def test_points_that_cannot_be_are_named_and_nothing_is_written(
    impossible: Gradebook,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    exporter: type[CourseOffice | Canvas],
) -> None:
    with pytest.raises(SystemExit) as ended:
        exporter(to=str(tmp_path / "out.csv")).export(impossible)
    assert ended.value.code == 1
    assert caplog.messages == [
        "segmentation, 20240117: iou has -1 of 20 points",
        "segmentation, kim: iou has 35 of 20 points",
        f"nothing was written; mend it in the Formgrader, or add --{exporter.__name__}.anyway=True",
    ]
    assert not (tmp_path / "out.csv").exists()


def test_on_request_points_that_cannot_be_are_written(
    impossible: Gradebook, tmp_path: Path
) -> None:
    CourseOffice(to=str(tmp_path / "grades.csv"), anyway=True).export(impossible)
    students = {row[1]: row[5] for row in rows(tmp_path / "grades.csv")}
    assert students == {"student": "iou", "kim": "35", "20240117": "-1", "park": "22"}


def test_points_of_others_than_those_asked_for_do_not_matter(
    impossible: Gradebook, tmp_path: Path
) -> None:
    CourseOffice(to=str(tmp_path / "grades.csv"), student=["park"]).export(impossible)
    assert (tmp_path / "grades.csv").exists()


def test_a_roster_that_cannot_be_read_is_named_and_nothing_is_written(
    gradebook: Gradebook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = configured(tmp_path, "name\nkim\n")
    with pytest.raises(SystemExit):
        CourseOffice(to=str(tmp_path / "grades.csv"), config=config).export(gradebook)
    assert "there is no column student" in caplog.text
    assert not (tmp_path / "grades.csv").exists()
