"""Pages of a class that was graded in nbgrader: marks and comments beside the suites' feedback."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result

RESULT = result(lost(), lost(Verdict.PASSED, id="iou.b", earned=2.0))  # 2 of 4 points
RECEIVED = datetime(2026, 11, 27, 12, 30)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Read whole (kim), file overruled and one answer unread (lee), not in the gradebook (park)."""
    monkeypatch.chdir(tmp_path)
    with Ledger(Path("segmentation.ledger")) as kept:
        for student in ("kim", "lee", "park"):
            document = msgspec.structs.replace(RESULT, submission=student)
            kept.add(Entry(student, "key", 4.0, 2.0, result=document))
    with Gradebook("sqlite:///gradebook.db") as book:
        book.add_assignment("segmentation", duedate=datetime(2026, 11, 27, 12, 0))
        book.add_notebook("practice", "segmentation")
        book.add_grade_cell("iou", "practice", "segmentation", max_score=4, cell_type="code")
        for name in ("written_a", "written_b"):
            where = (name, "practice", "segmentation")
            book.add_grade_cell(*where, max_score=2, cell_type="markdown")
            book.add_solution_cell(*where)
            book.add_source_cell(*where, cell_type="markdown", source=f"\n**About {name}.** Why?")
        for student in ("kim", "lee"):
            book.add_student(student)
            submission = book.add_submission("segmentation", student, timestamp=RECEIVED)
            submission.notebooks[0].late_submission_penalty = 1.0
            by_name = {grade.name: grade for grade in submission.notebooks[0].grades}
            by_name["iou"].auto_score, by_name["iou"].needs_manual_grade = 2.0, False
            by_name["written_a"].manual_score = 1.5
            by_name["written_a"].needs_manual_grade = False
            comments = {comment.name: comment for comment in submission.notebooks[0].comments}
            comments["written_a"].manual_comment = f"Well said, {student} <b>"
            last = by_name["written_b"]
            last.needs_manual_grade = student == "lee"
            last.auto_score = None if student == "lee" else 0.0
            if student == "lee":
                by_name["iou"].manual_score = 3.0
        book.db.commit()
    return tmp_path


def report(*more: str) -> tuple[int, str]:
    if "--config" not in more:
        Path("utc.toml").write_text("")
        more = ("--config", "utc.toml", *more)
    command = ["course", "report", "segmentation.ledger", "--to", "out", "--csv"]
    done = CliRunner().invoke(app, [*command, "--gradebook", "gradebook.db", *more])
    return done.exit_code, done.output


def page(student: str) -> str:
    return Path("out", "students", f"{student}.html").read_text(encoding="utf-8")


def grades() -> dict[str, dict[str, str]]:
    with Path("out", "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_marks_and_comments_stand_on_the_students_page(room: Path) -> None:
    assert report()[0] == 0
    assert "About written_a. Why?" in page("kim")
    assert "Well said, kim &lt;b&gt;" in page("kim")
    assert "<b>2.5</b> / 8" in page("kim")  # 2 + 1.5 + 0 - 1
    assert "You divided twice." in page("kim")


def test_an_answer_that_nobody_read_leaves_the_grade_open(room: Path) -> None:
    report()
    assert "still to be read" in page("lee")
    assert "<b>3.5</b> / 8 so far" in page("lee")  # 3 by hand + 1.5 - 1
    assert (grades()["lee"]["total"], grades()["lee"]["status"]) == ("", "needs manual grading")
    assert (grades()["kim"]["total"], grades()["kim"]["written"]) == ("2.5", "1.5")


def test_points_that_a_person_gave_are_named_as_such(room: Path) -> None:
    report()
    assert "given by a person; the hidden tests say 2" in page("lee")
    assert "given by a person" not in page("kim")
    assert grades()["lee"]["iou"] == "3"


def test_times_are_the_gradebooks_in_the_courses_zone(room: Path) -> None:
    Path("course.toml").write_text('zone = "Asia/Seoul"\n')
    report("--config", "course.toml")
    sentence = "Handed in 2026-11-27 21:30 KST, after the deadline 2026-11-27 21:00 KST. Points off"
    assert sentence in page("kim")
    assert "The deadline was 2026-11-27 21:00 KST." in page("park")


def test_an_excused_student_has_no_total(room: Path) -> None:
    Path("roster.csv").write_text("student,name,excused\nkim,Kim Hana,yes\n")
    report("--roster", "roster.csv")
    assert (grades()["kim"]["total"], grades()["kim"]["status"]) == ("", "excused")
    assert "Kim Hana" in page("kim")


def test_without_rules_the_zone_is_not_known(room: Path) -> None:
    command = ["course", "report", "segmentation.ledger", "--to", "out"]
    done = CliRunner().invoke(app, [*command, "--gradebook", "gradebook.db"])
    assert (done.exit_code, "--gradebook needs --config" in done.stderr) == (2, True)


def test_who_is_missing_could_have_earned_what_the_others_could(room: Path) -> None:
    Path("roster.csv").write_text("student\nkim\nlee\npark\nmoon\n")
    report("--roster", "roster.csv")
    assert {row["out of"] for row in grades().values()} == {"8"}
    assert grades()["moon"]["total"] == "0"


def test_the_environment_need_not_be_active(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert report()[0] == 0


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("gone.db", None, "there is no gradebook gone.db"),
        ("notes.db", b"no gradebook at all " * 100, "notes.db: "),
        ("other.db", b"", "other.db has no segmentation"),
    ],
)
def test_a_gradebook_that_holds_no_marks_is_one_line(
    room: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    code, said = report("--gradebook", name)
    assert (code, len(said.splitlines())) == (2, 1)
    assert reason in said
