"""What decides a grade beside the result, on pages and in tables; and what an old report leaves."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result

RESULT = result(lost(), lost(Verdict.PASSED, id="iou.b", earned=2.0))  # 2 of 4 points
RULES = """\
zone = "Asia/Seoul"
deadline = "2026-11-27 21:00"
roster = "roster.csv"
[late]
days = 3
points_a_day = 0.5
grace_minutes = 10
"""
ROSTER = """\
student,name,deadline,excused
ahn,안하나,,
baek,Baek,2026-11-29 21:00 KST,
cho,Cho,,yes
doh,Doh,,
eun,Eun,,
gil,Gil,,
hong,Hong,,yes
"""
COLLECTED = """\
student,received,late,source
ahn,2026-11-27 21:10:00+09:00,,a
baek,2026-11-28 21:10:00+09:00,,b
cho,2026-12-25 21:10:00+09:00,,c
doh,2026-11-28 21:10:00+09:00,,d
eun,,late,e
gil,2026-12-25 21:10:00+09:00,,g
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class that was collected and graded: in grace, own deadline, excused, late, unknown, ..."""
    monkeypatch.chdir(tmp_path)
    with Ledger(Path("class.ledger")) as kept:
        for student in ("ahn", "baek", "cho", "doh", "eun", "gil"):
            document = msgspec.structs.replace(RESULT, submission=student)
            kept.add(Entry(student, "key", 4.0, 2.0, result=document))
            Path("class", student).mkdir(parents=True)
    Path("class", "collected.csv").write_text(COLLECTED, encoding="utf-8")
    Path("course.toml").write_text(RULES, encoding="utf-8")
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def report(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["course", "report", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def grades() -> dict[str, dict[str, str]]:
    with Path("out", "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def page(student: str) -> str:
    return Path("out", "students", f"{student}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("student", "late", "total", "status", "own"),
    [
        ("ahn", "0", "2", "graded", ""),  # within the grace
        ("baek", "0", "2", "graded", "yes"),  # before a deadline of one's own
        ("cho", "0", "", "excused", ""),
        ("doh", "-1", "1", "graded", ""),  # two days begun
        ("eun", "late, time not known", "2", "graded", ""),
        ("gil", "too late", "0", "graded", ""),
        ("hong", "0", "", "excused", ""),  # handed nothing in, and is excused
    ],
)
def test_the_table_says_what_lateness_costs_and_by_which_deadline(
    room: Path, student: str, late: str, total: str, status: str, own: str
) -> None:
    report("class", "--to", "out", "--config", "course.toml", "--csv")
    row = grades()[student]
    assert (row["late"], row["total"], row["status"]) == (late, total, status)
    assert row["own deadline"] == own
    due = "2026-11-29 21:00 KST" if own else "2026-11-27 21:00 KST"
    assert row["deadline"] == due


@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        ("ahn", "after the deadline 2026-11-27 21:00 KST, within the grace: nothing is taken off."),
        (
            "baek",
            "Handed in 2026-11-28 21:10 KST; the deadline was 2026-11-29 21:00 KST (your own)",
        ),
        ("cho", "You are excused from this assignment"),
        (
            "doh",
            "Handed in 2026-11-28 21:10 KST, after the deadline 2026-11-27 21:00 KST. Points off",
        ),
        ("eun", "Handed in late, as the learning system says without a time; the deadline was"),
        ("gil", "too long after the deadline 2026-11-27 21:00 KST: it does not count."),
        ("hong", "You are excused from this assignment"),
    ],
)
def test_each_page_says_when_it_was_handed_in_and_what_that_costs(
    room: Path, student: str, sentence: str
) -> None:
    report("class", "--to", "out", "--config", "course.toml")
    assert sentence in page(student)


def test_the_grade_on_the_page_is_that_of_the_table(room: Path) -> None:
    report("class", "--to", "out", "--config", "course.toml", "--lang", "ko")
    assert "<b>1</b> / 4" in page("doh")
    assert "1점이 감점됩니다" in page("doh")
    assert "안하나" in page("ahn")


def test_the_class_page_shows_lateness_only_where_there_is_a_deadline(room: Path) -> None:
    report("class", "--to", "out", "--config", "course.toml")
    index = Path("out", "index.html").read_text(encoding="utf-8")
    assert "2026-11-29 21:00 KST (own)" in index
    report("class", "--to", "out")
    assert "Deadline" not in Path("out", "index.html").read_text(encoding="utf-8")


def test_every_export_says_which_deadline_was_used(room: Path) -> None:
    report("class", "--to", "out", "--config", "course.toml", "--jsonl", "--junit", "--gradescope")
    lines = Path("out", "results.jsonl").read_text(encoding="utf-8").splitlines()
    standings = {line["student"]: line["standing"] for line in map(json.loads, lines)}
    assert (standings["baek"]["deadline"], standings["baek"]["own"]) == (
        "2026-11-29 21:00 KST",
        True,
    )
    junit = Path("out", "junit", "baek.xml").read_text(encoding="utf-8")
    assert 'name="deadline" value="2026-11-29 21:00 KST"' in junit
    doh = json.loads(Path("out", "gradescope", "doh", "results.json").read_text(encoding="utf-8"))
    assert (doh["score"], "Points off: 1" in doh["output"]) == (1, True)
    assert not Path("out", "gradescope", "cho").exists()


def test_who_decides_by_hand_is_told_whose_time_is_not_known(room: Path) -> None:
    said = report("class", "--to", "out", "--config", "course.toml")
    assert "when it was handed in is not known, nothing is taken off: eun\n" in said
    assert "as the learning system says without a time; decide by hand: eun\n" in said
    assert "2 excused" in said


def test_the_time_of_a_push_is_the_ledgers(room: Path) -> None:
    with Ledger(Path("pushes.ledger")) as kept:
        document = msgspec.structs.replace(RESULT, submission="doh")
        pushed = "2026-11-27T12:30:00+00:00"
        entry = Entry("doh", "key", 4.0, 2.0, result=document, commit="c" * 40, received=pushed)
        kept.add(entry)
    report("pushes.ledger", "--to", "out", "--config", "course.toml")
    assert "Handed in 2026-11-27 21:30 KST, after the deadline" in page("doh")


def test_a_roster_with_deadlines_needs_a_zone(room: Path) -> None:
    Path("roster.csv").write_text("student,deadline\nahn,2026-11-27 21:00\n")
    command = ["course", "report", "class", "--to", "out", "--roster", "roster.csv"]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "--config says in which zone" in done.stderr) == (2, True)


def test_without_rules_nothing_is_taken_off(room: Path) -> None:
    said = report("class", "--to", "out", "--csv")
    assert said.splitlines()[1:] == [
        "late, as the learning system says without a time; decide by hand: eun"
    ]
    assert {row["total"] for row in grades().values()} == {"2"}


# --- who has no grade


def test_who_is_missing_has_a_page_that_says_what_to_do(room: Path) -> None:
    Path("roster.csv").write_text(ROSTER + "im,Im,,\n", encoding="utf-8")
    report("class", "--to", "out", "--config", "course.toml", "--csv")
    assert "Nothing was handed in" in page("im")
    assert "The deadline was 2026-11-27 21:00 KST.</p>" in page("im")
    assert "staff what and when" in " ".join(page("im").split())
    assert (grades()["im"]["total"], grades()["im"]["status"]) == ("0", "missing")


def test_who_could_not_be_graded_reads_why_and_no_folder_of_the_courses(room: Path) -> None:
    with Ledger(Path("class.ledger")) as kept:
        reason = "/srv/ta/class/eun.zip holds no Python file"
        kept.add(Entry("eun", "new", 4.0, 0.0, reason=reason))
    report("class", "--to", "out", "--config", "course.toml")
    assert "No grade yet" in page("eun")
    assert "eun.zip holds no Python file" in page("eun")
    assert "/srv" not in page("eun")


def test_whose_grade_is_open_has_nothing_to_do(room: Path) -> None:
    with Ledger(Path("class.ledger")) as kept:
        kept.add(Entry("eun", "new", 4.0, 0.0, reason="the grader died", open=True))
    report("class", "--to", "out", "--config", "course.toml", "--lang", "ko")
    assert "여러분의 잘못이 아닙니다" in page("eun")


# --- what an earlier report left


def test_what_only_an_earlier_report_wrote_is_removed_and_named(
    room: Path,
) -> None:
    report("class", "--to", "out", "--gradescope", "--junit")
    Path("class", "gil").rmdir()
    said = report("class", "--to", "out")
    assert not Path("out", "students", "gil.html").exists()
    assert not Path("out", "gradescope", "ahn").exists()
    assert "removed, of an earlier report: gradescope/ahn/results.json, " in said
    assert " and 8 more\n" in said


def test_what_somebody_else_put_there_is_named_and_left(room: Path) -> None:
    report("class", "--to", "out")
    Path("out", "students", "kim.html").write_text("mine")
    said = report("class", "--to", "out")
    assert "not of this report, left as it was: students/kim.html\n" in said
    assert Path("out", "students", "kim.html").read_text() == "mine"


def test_nothing_outside_of_the_folder_is_removed(room: Path) -> None:
    report("class", "--to", "out")
    Path("mine.txt").write_text("mine")
    Path("out", ".written").write_text(f"../mine.txt\n{Path('mine.txt').absolute()}\n")
    report("class", "--to", "out")
    assert Path("mine.txt").read_text() == "mine"


# --- mistakes


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("course.toml", 'zone = "Asia/Soul"', "course.toml: zone: Asia/Soul is no time zone"),
        (
            "roster.csv",
            "student\nkim\nkim\n",
            "roster.csv, line 3: student: kim stands there twice",
        ),
        ("class/collected.csv", "x\n", "collected.csv, line 1: the columns are not student, "),
    ],
)
def test_a_file_with_a_mistake_is_one_line(room: Path, file: str, text: str, reason: str) -> None:
    Path(file).write_text(text)
    done = CliRunner().invoke(
        app, ["course", "report", "class", "--to", "out", "--config", "course.toml"]
    )
    assert done.exit_code == 2
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not Path("out").exists()
