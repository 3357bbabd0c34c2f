"""Five of the twelve through nbgrader's real commands, from the release to the export.

`python -m quality.nbgrader_course` takes all twelve, and holds every score to what `autograder
grade` says.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from msgspec.structs import replace
from nbgrader.api import Gradebook

from autograder.authoring.manifest import Assignment
from autograder.course.entries import to_entry
from autograder.course.ledger import Ledger
from autograder.document.result import Check, Result
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.nbgrader.exchange import RECEIPT
from autograder.nbgrader.execute import DIED
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.protocol.errors import Verdict
from corpus.nbgrader.course import ASSIGNMENT, Course
from corpus.nbgrader.students import MARK, MODULES, NOTEBOOK

NAME = NOTEBOOK.removesuffix(".ipynb")
STUDENTS = ("stub", "half", "renamed", "late", "hostile")
EARNED = {"stub": 0, "half": 77, "renamed": 20, "late": 30, "hostile": 20}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Released, handed in, collected and autograded once, by whichever worker asks first.

    No test changes it.
    """
    room = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        room = room.parent  # all workers' folders lie in it
    said = room / "autograde.log"
    with FileLock(room / "course.lock"):
        course = Course(room / "nbgrader")
        if not said.exists():
            course.release()
            course.hand_in(STUDENTS)
            course.collect()
            # As in a zip file, in which a student may write what nbgrader submit writes elsewhere.
            (course.folder / "submitted" / "hostile" / ASSIGNMENT / "timestamp.txt").write_text("!")
            said.write_text(course.nbgrader("autograde", ASSIGNMENT), encoding="utf-8")
    course.said = said.read_text(encoding="utf-8")
    return course


@pytest.fixture
def own(course: Course, tmp_path: Path) -> Course:
    """A copy to change."""
    return course.copy(tmp_path / "clone")


@pytest.fixture
def gradebook(course: Course) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as book:
        yield book


@pytest.fixture
def own_gradebook(own: Course) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{own.folder / 'gradebook.db'}") as book:
        yield book


def autograded(course: Course, student: str) -> nbformat.NotebookNode:
    path = course.folder / "autograded" / student / ASSIGNMENT / NOTEBOOK
    notebook: nbformat.NotebookNode = nbformat.read(path, nbformat.NO_CONVERT)
    return notebook


def test_every_student_has_a_grade(gradebook: Gradebook) -> None:
    scores = {s.student.id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}
    assert scores == EARNED


def test_no_score_differs_from_grading_the_folder_alone(
    course: Course,
    gradebook: Gradebook,
    prepared: Sandbox,
    assignment: Assignment,
) -> None:
    with Ledger(course.folder / f"{ASSIGNMENT}.ledger") as ledger:
        seed = int(ledger.set_default("seed", "none was settled"))
    folder = course.folder / "submitted" / "half" / ASSIGNMENT
    result = grade(folder, GradingRun.of(assignment, seed=seed), prepared)
    assert {
        name: gradebook.find_grade(name, NAME, ASSIGNMENT, "half").auto_score for name in MODULES
    } == {task.name: task.earned for task in result.tasks}


def test_students_modules_are_not_overwritten(course: Course) -> None:
    for student in STUDENTS:
        handed_in = course.folder / "submitted" / student / ASSIGNMENT
        for path in handed_in.glob("*.py"):
            kept = course.folder / "autograded" / student / ASSIGNMENT / path.name
            assert kept.read_bytes() == path.read_bytes()


def test_a_hostile_student_left_no_mark(course: Course) -> None:
    assert list(course.root.parent.rglob(MARK)) == []
    kinds = {
        kind
        for cell in autograded(course, "hostile").cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") not in MODULES
        for output in cell.get("outputs", [])
        for kind in output.data
    }
    assert kinds == {"text/plain"}


def test_a_renamed_notebook_is_reported_and_read_in_the_place_of_the_other(
    course: Course, gradebook: Gradebook
) -> None:
    assert "was not handed in, but final (2).ipynb" in course.said
    submission = gradebook.find_submission(ASSIGNMENT, "renamed")
    assert (submission.score, submission.needs_manual_grade) == (20, True)
    assert "final (2).ipynb" in autograded(course, "renamed").cells[0].source


def test_written_answers_wait_for_a_person(gradebook: Gradebook) -> None:
    waiting = {
        s.student.id for s in gradebook.assignment_submissions(ASSIGNMENT) if s.needs_manual_grade
    }
    assert waiting == {"half", "hostile", "renamed"}


def test_marking_guides_stand_below_the_answers_for_whoever_grades(course: Course) -> None:
    cells = autograded(course, "half").cells
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    assert "**Marking guide**" in cells[names.index("written_padding") + 1].source


def test_a_day_and_an_hour_late_costs_two_days(gradebook: Gradebook) -> None:
    assert gradebook.find_submission(ASSIGNMENT, "late").late_submission_penalty == 20


def test_a_notebook_run_on_request_is_apart_and_its_death_costs_nothing(
    own: Course, own_gradebook: Gradebook
) -> None:
    path = own.folder / "submitted" / "half" / ASSIGNMENT / NOTEBOOK
    notebook = nbformat.read(path, nbformat.NO_CONVERT)
    sources = ("import unpooling; print('beside', unpooling.__name__)", "import os; os._exit(0)")
    notebook.cells[:0] = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, path)
    own.nbgrader(
        "autograde", ASSIGNMENT, "--force", "--student=half", "--ExecuteSandboxed.enabled=True"
    )
    own_gradebook.db.expire_all()
    ran, died, *_ = (cell for cell in autograded(own, "half").cells if cell.cell_type == "code")
    assert ran.outputs[0].text == "beside unpooling\n"
    assert died.outputs[0].text == f"{DIED.en}\n"
    assert own_gradebook.find_submission(ASSIGNMENT, "half").score == EARNED["half"]


def test_a_forged_time_is_told_and_costs_nobody_the_grade(
    course: Course, gradebook: Gradebook
) -> None:
    assert "hostile: when this was handed in is not known" in course.said
    submission = gradebook.find_submission(ASSIGNMENT, "hostile")
    assert (submission.timestamp, submission.score) == (None, EARNED["hostile"])


def test_regrading_keeps_what_a_person_gave_and_tells_what_changed(
    own: Course, own_gradebook: Gradebook
) -> None:
    written = own_gradebook.find_grade("written_padding", NAME, ASSIGNMENT, "half")
    written.manual_score, written.needs_manual_grade = 1.5, False
    comment = own_gradebook.find_comment("written_padding", NAME, ASSIGNMENT, "half")
    comment.manual_comment = "Well said."
    own_gradebook.find_grade("iou", NAME, ASSIGNMENT, "half").auto_score = 5
    own_gradebook.db.commit()

    said = own.nbgrader("autograde", ASSIGNMENT, "--force", "--student=half")
    own_gradebook.db.expire_all()
    assert "iou 5 → 17" in said
    assert said.count("→") == 1
    assert (written.manual_score, written.needs_manual_grade) == (1.5, False)
    assert comment.comment == "Well said."
    assert own_gradebook.find_grade("iou", NAME, ASSIGNMENT, "half").auto_score == 17


def test_a_file_that_is_undecided_waits_for_a_person_and_is_never_a_0(
    own: Course, own_gradebook: Gradebook
) -> None:
    with Ledger(own.folder / f"{ASSIGNMENT}.ledger") as ledger:
        (half,) = (entry for entry in ledger.record() if entry.student == "half")
        assert half.result is not None
        first = next(check for check in half.result.checks if check.task == "iou")
        ledger.add(to_entry("half", half.key, with_undecided(half.result, first)), again=True)

    done = own.run("nbgrader", "autograde", ASSIGNMENT, "--force", "--student=half")
    assert done.returncode == 1
    assert f"half: could not be decided: {first.id}; ask the authors of the suite" in done.stderr
    own_gradebook.db.expire_all()
    grades = {name: own_gradebook.find_grade(name, NAME, ASSIGNMENT, "half") for name in MODULES}
    assert (grades["iou"].auto_score, grades["iou"].needs_manual_grade) == (None, True)
    assert {name: grade.auto_score for name, grade in grades.items() if name != "iou"} == {
        task.name: task.earned for task in half.result.tasks if task.name != "iou"
    }
    (output,) = [
        output["data"]["text/plain"]
        for cell in autograded(own, "half").cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "iou"
        for output in cell.outputs[:1]
    ]
    assert "THE GRADE IS OPEN" in output


@pytest.fixture
def strangers(own: Course) -> subprocess.CompletedProcess[str]:
    """What `nbgrader autograde` says of a class with odd names, a link and a dear notebook."""
    submitted = own.folder / "submitted"
    for name in (ODD_NAME, "two\n::error::lines", "dear", os.fsdecode(b"no\xffutf8")):
        shutil.copytree(submitted / "stub", submitted / name)
    notebook = submitted / "dear" / ASSIGNMENT / NOTEBOOK
    notebook.chmod(0o644)
    notebook.write_text('{"cells": [' + "{}," * 100_000 + "{}]}")
    (submitted / ODD_NAME / ASSIGNMENT / "\x1b[2J.ipynb").touch()
    (submitted / "link").symlink_to("half")
    return own.run("nbgrader", "autograde", ASSIGNMENT)


ODD_NAME = "::error::odd\x1b[2J\u202e"


def test_what_strangers_chose_ends_no_run_and_is_printable(
    strangers: subprocess.CompletedProcess[str], own: Course, own_gradebook: Gradebook
) -> None:
    assert strangers.returncode == 1
    said = strangers.stdout + strangers.stderr
    assert "dear: the written questions wait for a person" in said
    assert "/link/segmentation: a link, which is not followed" in said
    assert "a name that is no UTF-8" in said
    assert "a name that nbgrader cannot read" in said
    assert "3 without a final grade" in said
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]
    found = {s.student.id: s for s in own_gradebook.assignment_submissions(ASSIGNMENT)}
    assert set(found) == {*STUDENTS, "dear", ODD_NAME}
    assert found["dear"].needs_manual_grade
    assert not found[ODD_NAME].needs_manual_grade


def with_undecided(result: Result, check: Check) -> Result:
    """What the suite says where this check fails by itself, of files that were not graded yet."""
    failed = replace(check, verdict=Verdict.UNDECIDED, earned=0.0)
    checks = tuple(failed if each.id == check.id else each for each in result.checks)
    return replace(result, checks=checks, undecided=(check.id,), files={})


def test_the_console_ends_with_a_table_and_the_rest_is_in_a_file(course: Course) -> None:
    *_, heading, half, hostile, late, renamed, stub, last = course.said.splitlines()
    assert heading.split() == [
        *("student", "points", "of", "108", "late", "notebook", "waiting")
    ]  # fmt: skip
    assert half.split() == ["half", "77", "0", "read", "4", "questions"]
    assert hostile.split()[:4] == ["hostile", "20", "unknown", "read"]
    assert late.split() == ["late", "10", "-20", "read"]
    assert renamed.split() == ["renamed", "20", "0", "renamed", "4", "questions"]
    assert stub.split() == ["stub", "0", "0", "read"]
    assert last == "Everything that was said: course/log/autograde.log"
    assert len(course.said.splitlines()) < 12
    text = (course.folder / "log" / "autograde.log").read_text(encoding="utf-8")
    assert "graded 1 of 5: " in text
    assert "Copying " in text


def test_feedback_reaches_the_students_and_tells_no_solution(own: Course) -> None:
    secret = own.folder / "autograded" / "stub" / ASSIGNMENT / "submission_secret.txt"
    secret.unlink()  # as of a submission that came by another way
    own.nbgrader("generate_feedback", ASSIGNMENT)
    said = own.nbgrader("release_feedback", ASSIGNMENT)
    assert "No feedback is released to stub" in said
    released = list((own.exchange / "segmentation-course" / "feedback").glob("*.html"))
    assert len(released) == len(STUDENTS) - 1
    assert "Nobody has read all answers of half, hostile, renamed yet" in said
    folder = own.folder / "feedback" / "half" / ASSIGNMENT
    page = (folder / f"{NAME}.html").read_text()
    assert "The call reached upsample_nearest2d" in page
    assert "Marking guide" not in page
    assert {path.name for path in folder.iterdir()} == {f"{NAME}.html", *RECEIPT}
    hostile = (own.folder / "feedback" / "hostile" / ASSIGNMENT / f"{NAME}.html").read_text()
    assert "<script>hostile()" not in hostile
    assert "onerror=hostile()>" not in hostile


def test_grades_are_exported(own: Course) -> None:
    own.nbgrader("export")
    with (own.root / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["late"]["total"] == "10"
    assert rows["late"]["status"] == "graded"
    assert rows["hostile"]["status"] == "needs manual grading"


def test_points_that_are_not_the_suites_are_refused(own: Course, own_gradebook: Gradebook) -> None:
    own_gradebook.find_graded_cell("iou", NAME, ASSIGNMENT).max_score = 30
    own_gradebook.db.commit()
    done = own.run("nbgrader", "autograde", ASSIGNMENT, "--force")
    assert done.returncode == 1
    assert "No grade was given: the gradebook's points (" in done.stderr
    assert "run autograder release, then nbgrader generate_assignment" in done.stderr
    assert autograded(own, "half").cells  # what was graded before is still there


def test_an_assignment_that_was_never_generated_is_refused(own: Course) -> None:
    done = own.run("nbgrader", "autograde", "another")
    assert done.returncode == 1
    assert "The gradebook has no another: run nbgrader generate_assignment first." in done.stderr


def test_a_released_notebook_that_is_gone_is_named(own: Course) -> None:
    (own.root / "assignment" / ASSIGNMENT / NOTEBOOK).unlink()
    done = own.run("nbgrader", "autograde", ASSIGNMENT)
    assert done.returncode == 1
    assert f"There is no {own.root / 'assignment' / ASSIGNMENT / NOTEBOOK}" in done.stderr


def test_a_solution_in_the_release_is_not_released(own: Course) -> None:
    solution = own.root / "solutions" / ASSIGNMENT / "iou.py"
    shutil.copyfile(solution, own.root / "assignment" / ASSIGNMENT / "iou.py")
    done = own.run("nbgrader", "release_assignment", ASSIGNMENT, "--force")
    assert done.returncode != 0
    assert "Not released: iou.py:" in done.stderr


def test_a_solution_in_nbgraders_source_is_not_built(course: Course, own: Course) -> None:
    solution = own.root / "solutions" / ASSIGNMENT / "iou.py"
    shutil.copyfile(solution, own.folder / "source" / ASSIGNMENT / "iou.py")
    done = own.run("nbgrader", "generate_assignment", ASSIGNMENT, "--force")
    assert done.returncode == 1
    assert "a line of a solution in iou.py" in done.stderr
    assert "Traceback" not in done.stderr
    built = own.root / "assignment" / ASSIGNMENT / "iou.py"
    released = course.root / "assignment" / ASSIGNMENT / "iou.py"
    assert built.read_bytes() == released.read_bytes()
