"""A file whose grade is open has no score, and whoever grades is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import v4
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from autograder.course.entries import Entry, to_entry
from autograder.course.ledger import Ledger
from autograder.course.submissions import Submission
from autograder.document.text import Language
from autograder.grading.assignments import load_assignment
from autograder.nbgrader import class_grading
from autograder.nbgrader.autograde import TrustedAutograde
from autograder.nbgrader.class_grading import ClassRequest, Grades, grade_class
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.save_grades import SaveGrades
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result

ASSIGNMENT, NOTEBOOK = "segmentation", "practice"
REASON = "could not be decided: iou.a; ask the authors of the suite"


def opened(student: str, key: str = "k") -> Entry:
    return to_entry(student, key, result(lost(Verdict.UNDECIDED)))


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    """One student, whose `iou` had 1.5 points."""
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        book.add_assignment(ASSIGNMENT)
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        book.add_grade_cell("iou", NOTEBOOK, ASSIGNMENT, max_score=2, cell_type="code")
        book.add_student("kim")
        book.add_submission(ASSIGNMENT, "kim")
        book.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim").auto_score = 1.5
        book.db.commit()
        yield book


def save(gradebook: Gradebook, entry: Entry) -> tuple[float | None, bool]:
    """What the gradebook has of the file then: its score, and whether it waits for a person."""
    step = SaveGrades()
    step.gradebook, step.student_id = gradebook, "kim"
    step.notebook_id, step.assignment_id = NOTEBOOK, ASSIGNMENT
    cell = v4.new_code_cell("", metadata={"nbgrader": {"grade_id": "iou", "solution": False}})
    step._add_score(cell, {"nbgrader": {"grading": Grading(entry, {"iou": 2}, Language.EN)}})
    grade = gradebook.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim")
    return grade.auto_score, grade.needs_manual_grade


def test_a_file_that_is_undecided_has_no_score_and_waits(gradebook: Gradebook) -> None:
    assert save(gradebook, opened("kim")) == (None, True)


def test_a_file_that_is_decided_again_has_its_score_and_does_not_wait(
    gradebook: Gradebook,
) -> None:
    save(gradebook, opened("kim"))
    assert save(gradebook, to_entry("kim", "k", result(lost(earned=2.0)))) == (2.0, False)


def test_points_that_a_person_gave_to_an_open_file_stay(gradebook: Gradebook) -> None:
    save(gradebook, opened("kim"))
    grade = gradebook.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim")
    grade.manual_score, grade.needs_manual_grade = 1.0, False
    assert save(gradebook, opened("kim")) == (None, False)
    assert gradebook.find_submission(ASSIGNMENT, "kim").score == 1.0


def test_a_written_question_whose_notebook_was_not_read_waits_for_a_person(
    gradebook: Gradebook,
) -> None:
    gradebook.add_grade_cell("why", NOTEBOOK, ASSIGNMENT, max_score=2, cell_type="markdown")
    gradebook.add_student("lee")
    gradebook.add_submission(ASSIGNMENT, "lee")
    step = SaveGrades()
    step.gradebook, step.student_id = gradebook, "lee"
    step.notebook_id, step.assignment_id = NOTEBOOK, ASSIGNMENT
    about = {"grade_id": "why", "grade": True, "solution": True, "points": 2}
    cell = v4.new_markdown_cell("", metadata={"nbgrader": about})
    cell.metadata.nbgrader.checksum = compute_checksum(cell)  # a blank one
    grading = Grading(opened("lee"), {}, Language.EN, waiting={"why": None})
    step._add_score(cell, {"nbgrader": {"grading": grading}})
    grade = gradebook.find_grade("why", NOTEBOOK, ASSIGNMENT, "lee")
    assert (grade.auto_score, grade.needs_manual_grade) == (None, True)


@pytest.fixture
def order(tmp_path: Path) -> ClassRequest:
    points = {task.name: task.points for task in load_assignment(ASSIGNMENT).tasks}
    return ClassRequest(ASSIGNMENT, points, tmp_path / "class.ledger")


def test_who_is_undecided_is_named_now_and_at_the_next_run(
    order: ClassRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded = [opened("kim"), to_entry("lee", "k", result(lost(earned=1.0)))]
    monkeypatch.setattr(class_grading, "run", lambda jobs, policy, graders: graded)
    submissions = [Submission(name, tmp_path / name) for name in ("kim", "lee")]
    first = grade_class(submissions, order)
    graded.clear()
    second = grade_class(submissions, order)
    assert first.undecided == second.undecided == {"kim": REASON}
    assert [entry.earned for entry in first.entries.values() if not entry.open] == [1.0]


def test_who_keeps_an_earlier_grade_is_named_too(
    order: ClassRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger(order.ledger) as ledger:
        ledger.add(to_entry("kim", "before", result(lost(earned=1.0))))
    monkeypatch.setattr(class_grading, "run", lambda jobs, policy, graders: [opened("kim")])
    grades = grade_class([Submission("kim", tmp_path / "kim")], order)
    assert grades.undecided == {"kim": REASON}
    assert grades.entries["kim"].earned == 1.0


def test_autograde_goes_on_names_student_and_check_and_then_fails(
    gradebook: Gradebook,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    converted: list[Autograde] = []
    monkeypatch.setattr(Autograde, "convert_notebooks", lambda step: converted.append(step))
    grades = Grades({"kim": opened("kim")}, {"kim": REASON})
    monkeypatch.setattr("autograder.nbgrader.autograde.grade_class", lambda *a: grades)
    about = {"root": str(tmp_path), "assignment_id": ASSIGNMENT}
    config = Config(CourseDirectory=about, TrustedAutograde={"language": "en"})
    step = TrustedAutograde(coursedir=CourseDirectory(config=config), config=config)
    step.assignments, step._points, step._left_out = {}, {}, {}
    with pytest.raises(NbGraderException, match="without a final grade"):
        step.convert_notebooks()
    assert converted == [step]
    assert f"kim: {REASON}" in caplog.text
    assert "1 without a final grade" in caplog.text
