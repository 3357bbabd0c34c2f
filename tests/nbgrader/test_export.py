"""Grades out of a gradebook that was filled by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

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
        "iou", "manual", "late", "total", "out of", "status",
    ]  # fmt: skip
    students = {row[1]: row for row in others}
    assert students["kim"][2:] == [
        'Kim "K", 철수', "'=1+1", "", "17.5", "1.5", "-4", "15", "22", "graded",
    ]  # fmt: skip
    assert students["20240117"][5:] == ["17.5", "0", "0", "17.5", "22", "needs manual grading"]
    assert students["park"][5:] == ["", "", "", "0", "22", "missing"]


def test_a_file_that_nobody_could_grade_leaves_cell_and_total_empty(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    grade = gradebook.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim")
    grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()
    CourseOffice(to=str(tmp_path / "grades.csv")).export(gradebook)
    (kim,) = (row for row in rows(tmp_path / "grades.csv") if row[1] == "kim")
    assert kim[5:] == ["", "1.5", "-4", "", "22", "needs manual grading"]


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
