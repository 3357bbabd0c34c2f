"""The page that a student gets, out of an autograded notebook and a gradebook made by hand."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from msgspec.structs import replace
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, Configurable

from autograder.course.entries import Entry, to_entry
from autograder.document.text import Language
from autograder.nbgrader.exchange import RECEIPT
from autograder.nbgrader.feedback_pages import FeedbackPages
from autograder.nbgrader.grade_metadata import (
    GradeMetadata,
    notebook_states,
    read_metadata,
    write_metadata,
)
from corpus.results import lost, result

ASSIGNMENT, NOTEBOOK = "segmentation", "practice"
ANSWER = "**Question 1 (2 points).** Why?\n\n# Mine\n\nBecause $x_{ij}$. <script>act()</script>"
GRADED = to_entry("kim", "k", replace(result(lost(earned=1.5)), submission="kim"))
NOTHING = Entry("kim", "k", 4.0, 0.0, reason="there is no Python file in /course/kim")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course in which kim's one file and one answer are in the gradebook."""
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        book.add_assignment(ASSIGNMENT, duedate=datetime(2027, 4, 30, 3))
        book.add_notebook(NOTEBOOK, ASSIGNMENT)
        for name, kind in (("iou", "code"), ("written", "markdown")):
            book.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=2, cell_type=kind)
        book.add_solution_cell("written", NOTEBOOK, ASSIGNMENT)
        source = "**Question 1 (2 points).** Why?"
        book.add_source_cell("written", NOTEBOOK, ASSIGNMENT, cell_type="markdown", source=source)
        book.add_student("kim", last_name="Kim", first_name="Minsu")
        book.add_submission(ASSIGNMENT, "kim", timestamp=datetime(2027, 4, 30, 2))
        book.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim").auto_score = 1.5
        book.db.commit()
    autograded(tmp_path, GRADED)
    return tmp_path


@pytest.fixture
def book(root: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        yield book
        book.db.commit()


def autograded(
    root: Path, entry: Entry | None, language: Language = Language.EN, *, note: str | None = None
) -> None:
    about = {"nbgrader": {"grade_id": "written"}}
    cells: list[NotebookNode] = [
        v4.new_markdown_cell(ANSWER, metadata=about),
        v4.new_markdown_cell("- 1 point: why", metadata={"autograder": "marking guide"}),
        v4.new_code_cell("secret_of_the_notebook"),
    ]
    if note:
        cells.insert(0, v4.new_markdown_cell(note, id="problem"))
    notebook = v4.new_notebook(cells=cells)
    if entry is not None:
        write_metadata(notebook, GradeMetadata(entry, language, "read"))
    folder = root / "autograded" / "kim" / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{NOTEBOOK}.ipynb")
    for name in (*RECEIPT, "data.png"):
        (folder / name).write_text(name)


def made(root: Path) -> str:
    """The page."""
    generate(root)
    return (root / "feedback" / "kim" / ASSIGNMENT / f"{NOTEBOOK}.html").read_text()


def generate(root: Path, **coursedir: str) -> None:
    about = {"root": str(root), "assignment_id": ASSIGNMENT, **coursedir}
    config = Config(CourseDirectory=about, Exchange={"timezone": "Asia/Seoul"})
    FeedbackPages(coursedir=CourseDirectory(config=config), config=config).start()


def test_the_page_begins_with_name_and_points(root: Path) -> None:
    main = made(root).partition("<main>")[2]
    assert main.strip().startswith("<header>\n<h1>Feedback · Kim, Minsu</h1>\n")
    assert "<b>1.5</b> / 4 so far" in main


def test_files_are_named_and_nothing_of_the_notebook_is_copied(root: Path) -> None:
    page = made(root)
    assert '<a href="#task-1">iou.py</a>' in page
    assert "Test cell" not in page
    assert "secret_of_the_notebook" not in page
    assert "1 point: why" not in page


def test_an_answer_is_there_and_cannot_act(root: Path) -> None:
    page = made(root)
    assert '<a href="#answer-1">Question 1 (2 points)</a>' in page
    assert "<msub><mi>x</mi>" in page
    assert "<script" not in page
    assert "<h1>Mine" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page


def test_mark_and_comment_of_an_answer_are_there(root: Path, book: Gradebook) -> None:
    grade = book.find_grade("written", NOTEBOOK, ASSIGNMENT, "kim")
    grade.manual_score, grade.needs_manual_grade = 0.5, False
    book.find_comment(
        "written", NOTEBOOK, ASSIGNMENT, "kim"
    ).manual_comment = "Well <b>**said**</b>."
    book.db.commit()
    page = made(root)
    assert "<b>2</b> / 4</p>" in page
    assert "0.5 / 2" in page
    assert "Well &lt;b&gt;<strong>said</strong>&lt;/b&gt;." in page


def test_points_that_a_person_gave_are_named_as_such(root: Path, book: Gradebook) -> None:
    book.find_grade("iou", NOTEBOOK, ASSIGNMENT, "kim").manual_score = 2
    book.db.commit()
    assert "given by a person; the hidden tests say 1.5" in made(root)


def test_the_page_is_in_the_students_language(root: Path) -> None:
    autograded(root, GRADED, Language.KO)
    page = made(root)
    assert '<html lang="ko">' in page
    assert "채점 결과 · Kim, Minsu" in page


def test_times_are_those_of_the_courses_clocks(root: Path) -> None:
    assert "Handed in 2027-04-30 11:00 KST; the deadline was 2027-04-30 12:00 KST." in made(root)


def test_what_was_the_matter_with_the_notebook_stands_at_the_top(root: Path) -> None:
    autograded(root, GRADED, note="**It is damaged.**")
    header = made(root).partition("</header>")[0]
    assert "<strong>It is damaged.</strong>" in header


def test_who_has_no_grade_reads_why(root: Path) -> None:
    autograded(root, NOTHING)
    page = made(root)
    assert "No grade yet" in page
    assert "there is no Python file in kim" in page
    assert "Question 1" in page


def test_beside_the_page_lies_only_what_leads_it_back(root: Path) -> None:
    made(root)
    folder = root / "feedback" / "kim" / ASSIGNMENT
    assert {path.name for path in folder.iterdir()} == {f"{NOTEBOOK}.html", *RECEIPT}


def test_a_page_is_made_anew_each_time_and_nothing_stale_is_left(
    root: Path, book: Gradebook
) -> None:
    made(root)
    stale = root / "feedback" / "kim" / ASSIGNMENT / "old.html"
    stale.touch()
    grade = book.find_grade("written", NOTEBOOK, ASSIGNMENT, "kim")
    grade.manual_score, grade.needs_manual_grade = 2, False
    book.db.commit()
    assert "<b>3.5</b> / 4" in made(root)
    assert not stale.exists()


def test_who_is_left_out_keeps_the_page_that_is_there(root: Path) -> None:
    page = root / "feedback" / "kim" / ASSIGNMENT / "old.html"
    page.parent.mkdir(parents=True)
    page.touch()
    generate(root, student_id_exclude="kim")
    assert page.exists()


def test_the_command_says_how_many_and_whose_answers_nobody_has_read(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        generate(root)
    assert caplog.messages[-3:] == [
        f"1 page in {root / 'feedback'}",
        "Answers that nobody has read yet: kim",
        f"Everything that was said: {root / 'log' / 'generate_feedback.log'}",
    ]


def test_a_notebook_of_an_earlier_version_is_named_with_what_to_do(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    autograded(root, None)
    with pytest.raises(NbGraderException):
        generate(root)
    assert "kim was autograded by an earlier version: run nbgrader autograde" in caplog.text


def test_a_roster_that_cannot_be_read_is_named_before_anything_is_made(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "roster.csv").write_text("name\nKim\n")
    about = {"root": str(root), "assignment_id": ASSIGNMENT}
    config = Config(CourseDirectory=about, ClassRoster={"path": str(root / "roster.csv")})
    step = FeedbackPages(coursedir=CourseDirectory(config=config), config=config)
    with pytest.raises(NbGraderException):
        step.start()
    assert "No feedback was made: " in caplog.text
    assert not (root / "feedback").exists()


def test_a_course_that_is_not_configured_so_keeps_nbgraders_own() -> None:
    made = FeedbackPages(parent=Configurable(config=Config()))
    assert type(made) is GenerateFeedback


def test_what_is_kept_in_a_notebook_is_read_again(tmp_path: Path) -> None:
    notebook = v4.new_notebook()
    write_metadata(notebook, GradeMetadata(GRADED, Language.KO, "renamed"))
    assert read_metadata(notebook) == GradeMetadata(GRADED, Language.KO, "renamed")
    (tmp_path / "kim").mkdir()
    nbformat.write(notebook, tmp_path / "kim" / "practice.ipynb")
    folders = {name: tmp_path / name for name in ("kim", "lee")}
    assert notebook_states(folders) == {"kim": "renamed", "lee": ""}
