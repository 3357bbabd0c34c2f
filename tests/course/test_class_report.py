"""`autograder course report`: what is written of a class, and where, out of its ledger alone."""

from __future__ import annotations

import csv
import json
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import msgspec
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.class_reports import ReportOptions, write_reports
from autograder.course.entries import Entry, to_entry
from autograder.course.ledger import Ledger
from autograder.course.roster import FileNames, NoRoster, missing, read_roster
from autograder.document.faults import Fault
from autograder.document.result import decode, encode
from autograder.reports.feedback import Feedback
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result

RESULT = result(lost(), lost(Verdict.PASSED, id="iou.b", earned=2.0, diagnosis=None))
HOSTILE = '=HYPERLINK("https://e.example")<script>'


def entry(student: str) -> Entry:
    document = msgspec.structs.replace(RESULT, submission=student)
    return Entry(student, "key", 4.0, 2.0, result=document)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Three who were graded, one whose name is hostile, and one who could not be graded."""
    path = tmp_path / "class.ledger"
    with Ledger(path) as kept:
        for student in ("ahn", HOSTILE, "김하늘"):
            kept.add(entry(student))
        kept.add(Entry("kang", "key", 4.0, 0.0, reason="+kang holds no Python file"))
    return path


def report(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["course", "report", *map(str, arguments)])
    assert not isinstance(done.exception, Exception), done.exception
    return done.exit_code, " ".join(done.output.split())


def test_each_student_has_a_page_and_the_class_has_one(ledger: Path, tmp_path: Path) -> None:
    to = tmp_path / "new" / "reports"
    code, said = report(ledger, "--to", to)
    assert (code, said) == (
        0, f"4 pages in {to / 'students'}, 1 without a grade; the class: {to / 'index.html'}"
    )  # fmt: skip
    index = (to / "index.html").read_text(encoding="utf-8")
    pages = sorted((to / "students").iterdir())
    assert len(pages) == 4
    for page in pages:
        assert f'href="{quote(f"students/{page.name}")}"' in index
        graded = page.name != "kang.html"
        assert ("You divided twice." in page.read_text(encoding="utf-8")) == graded
    assert sorted(path.name for path in to.iterdir()) == [".written", "index.html", "students"]


def test_pages_speak_korean_and_withhold_what_they_are_told_to(
    ledger: Path, tmp_path: Path
) -> None:
    assert report(ledger, "--to", tmp_path, "--lang", "ko", "--feedback", "hint")[0] == 0
    page = (tmp_path / "students" / "ahn.html").read_text(encoding="utf-8")
    assert "두 번 나누었습니다." in page
    assert "mean_iou(confusion)" not in page
    assert "채점됨 3명" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_table_of_grades_opens_in_a_spreadsheet_and_holds_no_formula(
    ledger: Path, tmp_path: Path
) -> None:
    (tmp_path / "roster").write_text("student\nahn\nnoh\n", encoding="utf-8")
    assert report(ledger, "--to", tmp_path, "--csv", "--roster", tmp_path / "roster")[0] == 0
    path = tmp_path / "grades.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert list(rows) == [f"'{HOSTILE}", "ahn", "kang", "noh", "김하늘"]
    ahn, kang, noh = rows["ahn"], rows["kang"], rows["noh"]
    assert (ahn["iou"], ahn["total"], ahn["out of"], ahn["status"]) == ("2", "2", "4", "graded")
    assert (ahn["passed"], ahn["failed"], ahn["timeout"]) == ("1", "1", "0")
    assert (kang["total"], kang["status"], kang["reason"]) == (
        "", "no grade", "'+kang holds no Python file"
    )  # fmt: skip
    assert (noh["total"], noh["out of"], noh["status"], noh["passed"]) == ("0", "4", "missing", "")


def test_every_line_of_json_is_a_grade_of_record_with_its_whole_result(
    ledger: Path, tmp_path: Path
) -> None:
    assert report(ledger, "--to", tmp_path, "--jsonl", "--feedback", "score")[0] == 0
    lines = (tmp_path / "results.jsonl").read_bytes().splitlines()
    entries = {one["student"]: one for one in map(json.loads, lines)}
    assert set(entries) == {"ahn", HOSTILE, "kang", "김하늘"}
    assert decode(msgspec.json.encode(entries["ahn"]["result"])).checks == RESULT.checks
    assert entries["kang"]["reason"] == "+kang holds no Python file"


def test_junit_and_gradescope_get_a_file_a_student(ledger: Path, tmp_path: Path) -> None:
    assert report(ledger, "--to", tmp_path, "--junit", "--gradescope")[0] == 0
    assert ET.parse(tmp_path / "junit" / "김하늘.xml").getroot().get("tests") == "2"
    graded = json.loads((tmp_path / "gradescope" / "ahn" / "results.json").read_text())
    assert graded["score"] == 2
    assert len(list((tmp_path / "gradescope").iterdir())) == 3


@pytest.fixture
def undecided(ledger: Path) -> Path:
    """The same class, and one more, of whom a check could not be decided."""
    document = result(lost(Verdict.UNDECIDED), lost(Verdict.PASSED, id="iou.b", earned=2.0))
    fault = Fault("iou.a", "Traceback\nRuntimeError: boom", "RuntimeError: boom")
    with Ledger(ledger) as kept:
        kept.add(to_entry("open", "key", document, (fault,)))
    return ledger


def test_who_is_undecided_has_a_page_that_says_so_and_no_grade(
    undecided: Path, tmp_path: Path
) -> None:
    to = tmp_path / "out"
    _, said = report(undecided, "--to", to, "--gradescope", "--junit", "--feedback", "score")
    assert said.startswith(f"5 pages in {to / 'students'}, 2 without a grade;")
    page = (to / "students" / "open.html").read_text(encoding="utf-8")
    assert "THE GRADE IS OPEN" in page
    assert "RuntimeError" not in page
    assert (to / "junit" / "open.xml").is_file()
    assert not (to / "gradescope" / "open").exists()


def test_the_staff_read_which_check_is_undecided_and_why(undecided: Path, tmp_path: Path) -> None:
    assert report(undecided, "--to", tmp_path, "--csv", "--jsonl")[0] == 0
    reason = "could not be decided: iou.a (RuntimeError: boom); ask the authors of the suite"
    assert reason in (tmp_path / "index.html").read_text(encoding="utf-8")
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["student"] == "open")
    assert (row["iou"], row["total"], row["status"], row["reason"]) == ("", "", "no grade", reason)
    lines = map(json.loads, (tmp_path / "results.jsonl").read_bytes().splitlines())
    (line,) = (line for line in lines if line["student"] == "open")
    assert (line["result"], line["partial"]["earned"]) == (None, 2)
    assert line["traceback"].endswith("RuntimeError: boom")


def test_a_folders_report_has_its_students_alone_and_counts_the_missing(
    ledger: Path, tmp_path: Path
) -> None:
    for student in ("ahn", "later"):
        (tmp_path / "class" / student).mkdir(parents=True)
    to = tmp_path / "out"
    code, said = report(tmp_path / "class", "--to", to)
    assert (code, said) == (
        0, f"2 pages in {to / 'students'}, 1 missing; the class: {to / 'index.html'}"
    )  # fmt: skip


def test_a_student_who_is_not_on_the_roster_is_named(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "roster").write_text(
        "\ufeffstudent\r\nahn\r\n\r\nkang\r\n김하늘\r\n", encoding="utf-8"
    )
    _, said = report(ledger, "--to", tmp_path / "out", "--roster", tmp_path / "roster")
    assert said.endswith("not on the roster")
    assert said.count("not on the roster") == 1


def test_so_is_one_of_a_folder_graded_or_not(ledger: Path, tmp_path: Path) -> None:
    for student in ("ahn", "stranger"):
        (tmp_path / "class" / student).mkdir(parents=True)
    (tmp_path / "roster").write_text("student\nahn\n", encoding="utf-8")
    to = tmp_path / "out"
    _, said = report(tmp_path / "class", "--to", to, "--roster", tmp_path / "roster")
    assert said.endswith(" stranger: not on the roster")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("gone", "--to", "out"), "there is no ledger gone; grade the class first"),
        (("empty", "--to", "out"), "empty holds no folders"),
        (("full", "--to", "out"), "full.ledger; grade the class first"),
        (("notes", "--to", "out"), "notes: file is not a database"),
        (("class.ledger", "--to", "notes"), "--to: notes cannot be written: "),
        (("class.ledger", "--to", "notes/out"), "--to: notes/out cannot be written: "),
        (("class.ledger", "--to", "out", "--roster", "gone"), "gone cannot be read: No such file"),
        (("class.ledger", "--to", "out", "--roster", "cp949"), "cp949 is not UTF-8 text"),
        (
            ("class.ledger", "--to", "out", "--roster", "blank"),
            "blank, line 1: there is no column student",
        ),
        (("class.ledger", "--to", "out", "--handout", "ftp://x"), "--handout: "),
    ],
)
def test_what_cannot_be_reported_is_one_line(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], reason: str
) -> None:
    monkeypatch.chdir(ledger.parent)
    Path("notes").write_text("no ledger, for all that it is a file " * 50)
    Path("blank").write_text("\n \n")
    Path("cp949").write_bytes("김하늘".encode("cp949"))
    Path("empty").mkdir()
    Path("full", "kim").mkdir(parents=True)
    done = CliRunner().invoke(app, ["course", "report", *arguments])
    assert done.exit_code == 2
    assert done.stderr.startswith("autograder: ")
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not Path("out").exists()


def test_memory_does_not_grow_with_what_the_results_hold(tmp_path: Path) -> None:
    document = zlib.compress(encode(result(*(lost(id=f"iou.{k}") for k in range(50)))))

    def entries(count: int) -> Iterator[Entry]:
        for number in range(count):
            student = f"student {number}"
            yield replace(entry(student), result=decode(zlib.decompress(document)))

    def peak(count: int) -> int:
        write_reports(
            entries(2), lambda _: (), tmp_path, "warm", ReportOptions(feedback=Feedback.SCORE)
        )
        tracemalloc.start()
        write_reports(
            entries(count), lambda _: (), tmp_path, "class", ReportOptions(feedback=Feedback.SCORE)
        )
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(10), peak(60)
    whole = len(encode(decode(zlib.decompress(document))))
    assert (many - few) / 50 < whole / 4  # a result in memory is larger than as text


# --- names


@pytest.mark.parametrize("student", ["ahn", "김하늘", "kim_12345", "a.b-c"])
def test_a_safe_name_is_the_files_name(student: str) -> None:
    assert FileNames().of(student) == student


@pytest.mark.parametrize(
    "student",
    [
        "..",
        "../../etc/passwd",
        "/abs",
        "a\\b",
        "a:b",
        "a\nb",
        "",
        ".hidden",
        "<b>",
        "%2e",
        "한" * 90,
    ],
)
def test_no_name_leaves_its_folder_or_is_too_long(student: str, tmp_path: Path) -> None:
    name = FileNames().of(student)
    path = tmp_path / f"{name}.html"
    path.write_text("")
    assert path.resolve().parent == tmp_path
    assert not name.startswith(".")


def test_names_that_some_file_systems_take_for_one_stay_apart() -> None:
    names = FileNames()
    decomposed = "\u1100\u1175\u11b7"  # 김, as macOS writes it
    files = [names.of(student) for student in ("Kim", "kim", "a/b", "a_b", "김", decomposed)]
    assert len({file.casefold() for file in files}) == 6
    assert names.of("a/c") == FileNames().of("a/c")


def test_a_roster_in_either_form_of_korean_finds_the_student() -> None:
    assert missing(["김", "noh"], ["\u1100\u1175\u11b7"]) == ["noh"]


def test_whoever_is_missing_is_named_once_in_whatever_form_of_korean() -> None:
    assert len(missing(["김", "\u1100\u1175\u11b7"], [])) == 1


def test_a_roster_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoRoster, match="cannot be read: Is a directory"):
        read_roster(tmp_path, ZoneInfo("UTC"))
