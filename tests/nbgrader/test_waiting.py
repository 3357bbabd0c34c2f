"""Questions that wait have no score, say why, and are read again only if their answer changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, v4
from nbgrader.api import Grade, Gradebook
from nbgrader.utils import compute_checksum

from autograder.course.entries import Entry
from autograder.document.text import Language, Text
from autograder.nbgrader.feedback import notices
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.save_grades import SaveGrades
from autograder.nbgrader.submitted import ELSEWHERE, Submitted, answers

ASSIGNMENT, NOTEBOOK = "segmentation", "practice"
ENTRY = Entry("kim", "", 100, 0)
REASON = Text("the metadata was lost", "메타데이터가 없어졌습니다")


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        book.add_assignment(ASSIGNMENT)
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        book.add_grade_cell("why", NOTEBOOK, ASSIGNMENT, max_score=2, cell_type="markdown")
        book.add_solution_cell("why", NOTEBOOK, ASSIGNMENT)
        book.add_student("kim")
        book.add_submission(ASSIGNMENT, "kim")
        yield book


def question(source: str = "Why?") -> NotebookNode:
    """With the checksum of the released text, as nbgrader leaves it."""
    about = {"grade_id": "why", "grade": True, "solution": True, "points": 2}
    cell: NotebookNode = v4.new_markdown_cell("Why?", metadata={"nbgrader": about})
    cell.metadata.nbgrader.checksum = compute_checksum(cell)
    cell.source = source
    return cell


def save(gradebook: Gradebook, grading: Grading, source: str = "Why?") -> Grade:
    step = SaveGrades()
    step.gradebook, step.student_id = gradebook, "kim"
    step.notebook_id, step.assignment_id = NOTEBOOK, ASSIGNMENT
    step.preprocess_cell(question(source), {"nbgrader": {"grading": grading}}, 0)
    return gradebook.find_grade("why", NOTEBOOK, ASSIGNMENT, "kim")


def comment(gradebook: Gradebook) -> str | None:
    found: str | None = gradebook.find_comment("why", NOTEBOOK, ASSIGNMENT, "kim").auto_comment
    return found


def grading(reason: Text | None = REASON, **about: Any) -> Grading:
    return Grading(ENTRY, {}, Language.EN, waiting={"why": reason}, **about)


def test_a_question_without_any_answer_has_0(gradebook: Gradebook) -> None:
    grade = save(gradebook, Grading(ENTRY, {}, Language.EN))
    assert (grade.auto_score, grade.needs_manual_grade) == (0, False)
    assert comment(gradebook) == "No response."


def test_a_question_that_waits_has_no_score_though_its_cell_is_blank(gradebook: Gradebook) -> None:
    grade = save(gradebook, grading())
    assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
    assert gradebook.find_submission(ASSIGNMENT, "kim").needs_manual_grade


@pytest.mark.parametrize(("language", "said"), [("en", REASON.en), ("ko", REASON.ko)])
def test_whoever_grades_sees_why_it_waits(
    language: Language, said: str, gradebook: Gradebook
) -> None:
    save(gradebook, Grading(ENTRY, {}, language, waiting={"why": REASON}))
    assert comment(gradebook) == said


def test_an_answer_where_it_should_be_has_no_comment(gradebook: Gradebook) -> None:
    save(gradebook, grading(None), "Why? So.")
    assert comment(gradebook) is None


def mark(gradebook: Gradebook) -> None:
    grade = gradebook.find_grade("why", NOTEBOOK, ASSIGNMENT, "kim")
    grade.manual_score, grade.needs_manual_grade = 1.5, False
    gradebook.find_comment("why", NOTEBOOK, ASSIGNMENT, "kim").manual_comment = "Well said."


def test_what_a_person_marked_need_not_be_read_again(gradebook: Gradebook) -> None:
    before = {"why": "Why?", ELSEWHERE: "So."}
    save(gradebook, grading(answers_before=before, elsewhere="So."))
    mark(gradebook)
    grade = save(gradebook, grading(answers_before=before, elsewhere="So."))
    assert (grade.score, grade.needs_manual_grade) == (1.5, False)
    found = gradebook.find_comment("why", NOTEBOOK, ASSIGNMENT, "kim")
    assert found.comment == "Well said."


@pytest.mark.parametrize(
    ("source", "elsewhere", "reason"),
    [("Why? No.", "So.", None), ("Why? No.", "So.", REASON), ("Why?", "No.", REASON)],
)
def test_an_answer_that_changed_is_to_be_read_again_wherever_it_stands(
    source: str, elsewhere: str, reason: Text | None, gradebook: Gradebook
) -> None:
    before = {"why": "Why?", ELSEWHERE: "So."}
    save(gradebook, grading(reason, answers_before=before))
    mark(gradebook)
    again = grading(reason, answers_before=before, elsewhere=elsewhere)
    grade = save(gradebook, again, source)
    assert (grade.score, grade.needs_manual_grade) == (1.5, True)


def test_text_elsewhere_is_nothing_to_an_answer_in_its_place(gradebook: Gradebook) -> None:
    before = {"why": "Why? So.", ELSEWHERE: "x = 1"}
    save(gradebook, grading(None, answers_before=before))
    mark(gradebook)
    again = grading(None, answers_before=before, elsewhere="x = 2")
    assert not save(gradebook, again, "Why? So.").needs_manual_grade


def test_what_graders_put_into_a_notebook_is_no_text_of_a_student() -> None:
    cells = [
        v4.new_markdown_cell("**Damaged.**", id="problem"),
        question(),
        v4.new_markdown_cell("> a guide", metadata={"autograder": "marking guide"}),
        v4.new_code_cell("x = 1"),
    ]
    assert answers(v4.new_notebook(cells=cells)) == {"why": "Why?", ELSEWHERE: "x = 1"}


def test_the_notice_names_questions_and_reason_in_the_students_language() -> None:
    found = Grading(ENTRY, {}, Language.KO, waiting={"why": REASON, "how": REASON, "what": None})
    first, second = notices(found)
    assert "사람이 읽고" in first
    assert second == f"- `why`, `how`: {REASON.ko}."


def test_nothing_is_said_of_answers_in_their_places() -> None:
    assert list(notices(grading(None))) == []


def test_whoever_autogrades_is_told_the_reason_once() -> None:
    found = Grading(ENTRY, {}, Language.EN)
    problem = Text("It was not handed in.", "제출되지 않았습니다.")
    waiting = {"why": REASON, "how": REASON}
    found.take_over(Submitted(v4.new_notebook(), problem, "missing", waiting))
    assert list(found.notebook_lines()) == [
        "It was not handed in.",
        "the written questions wait for a person: the metadata was lost (why, how)",
    ]
