"""JUnit, Gradescope, and the command that writes them: whatever a text holds, they can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.document.result import Counterexample, Grid, Result, TaskResult, encode
from autograder.document.text import Language, Text
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.gradescope import OpenGrade, gradescope
from autograder.reports.junit import junit
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import HOSTILE, filled_with, lost, result, stamped

CONTROL = "a\x00b\x1b[31m\ud800\ufffe\x0b]]> &<"

# The fields that Gradescope's specification names, and what they may hold.
FORMATS = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
GRADESCOPE = {
    "type": "object",
    "required": ["score", "tests"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMATS,
        "test_output_format": FORMATS,
        "test_name_format": FORMATS,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["score", "max_score", "name"],
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}


def graded(document: Result, language: Language = Language.EN) -> dict[str, Any]:
    results: dict[str, Any] = json.loads(gradescope(document, language))
    jsonschema.validate(results, GRADESCOPE)
    return results


def test_gradescope_has_a_test_for_each_check_and_the_whole_score() -> None:
    results = graded(result(lost(), lost(Verdict.PASSED, earned=2.0)))
    assert results["score"] == 2
    first, second = results["tests"]
    assert (first["status"], first["score"], first["max_score"]) == ("failed", 0, 2)
    assert second["status"] == "passed"
    assert "[15]" in first["output"]


def test_gradescope_speaks_korean() -> None:
    assert "평균은 평균이다" in gradescope(result(lost()), Language.KO)
    assert "Count them" not in gradescope(result(lost()), Language.KO)


def test_gradescope_shows_points_by_task_where_checks_are_withheld() -> None:
    (test,) = graded(withhold(result(lost()), Feedback.SCORE))["tests"]
    assert test == {"name": "iou.py", "number": "1", "score": 0, "max_score": 2, "status": "failed"}


def test_gradescope_takes_students_text_as_text() -> None:
    results = graded(filled_with(HOSTILE))
    assert results["output_format"] == results["test_output_format"] == "text"
    assert results["test_name_format"] == "text"


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_verdict_has_a_place_in_both(verdict: Verdict, language: Language) -> None:
    document = result(lost(verdict))
    if verdict is not Verdict.UNDECIDED:
        graded(document, language)
    (case,) = ET.fromstring(junit(document, language)).iter("testcase")
    names = {child.tag for child in case}
    assert names == {
        Verdict.PASSED: {"system-out"},
        Verdict.FAILED: {"failure"},
        Verdict.UNDECIDED: {"skipped"},
    }.get(verdict, {"error"})


@pytest.mark.parametrize("feedback", ["full", "score"])
def test_gradescope_gets_no_grade_that_is_open(feedback: Feedback) -> None:
    document = withhold(result(lost(Verdict.UNDECIDED)), feedback)
    with pytest.raises(OpenGrade, match=r"^the grade is open, for iou\.a could not be decided$"):
        gradescope(document, Language.EN)


def test_junit_skips_what_is_undecided_and_knows_no_points_for_it() -> None:
    root = ET.fromstring(junit(result(lost(Verdict.UNDECIDED), lost(Verdict.ERROR)), Language.EN))
    assert [root.get(name) for name in ("failures", "errors", "skipped")] == ["0", "1", "1"]
    skipped = root.find(".//skipped")
    assert skipped is not None
    assert (skipped.text or "").startswith("iou.a  – / 2")


def test_junit_counts_and_tells() -> None:
    document = result(stamped(), lost(Verdict.ERROR), lost(Verdict.PASSED, message=None))
    root = ET.fromstring(junit(document, Language.EN))
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["3", "1", "1"]
    (suite,) = root
    points = suite.find("properties/property[@name='points']")
    assert points is not None
    assert points.get("value") == "6"
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "1 of 4 values differs."
    assert "Count them." in (failure.text or "")


def test_junit_suites_of_two_students_are_told_apart_when_merged() -> None:
    documents = [msgspec.structs.replace(result(lost()), submission=who) for who in ("kim", "lee")]
    suites = [suite for each in documents for suite in ET.fromstring(junit(each, Language.EN))]
    assert [suite.get("name") for suite in suites] == ["kim: iou", "lee: iou"]


@pytest.mark.parametrize("text", [CONTROL, HOSTILE])
def test_junit_is_xml_whatever_a_text_holds(text: str) -> None:
    root = ET.fromstring(junit(filled_with(text), Language.EN))
    assert len(list(root.iter("testcase"))) == 2
    assert (root.get("name") or "").startswith(text[0])


def test_an_empty_result_has_both() -> None:
    assert graded(result())["score"] == 0
    assert ET.fromstring(junit(result(), Language.EN)).get("tests") == "0"


# --- the command


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    path.write_bytes(encode(result(stamped(), lost())))
    return path


def report(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["report", *map(str, arguments)])
    return done.exit_code, " ".join(done.output.split())


def test_the_command_writes_what_was_asked_for(source: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.html", "a.md", "a.xml", "a.json")]
    options = ("--html", "--markdown", "--junit", "--gradescope")
    arguments = [part for pair in zip(options, files, strict=True) for part in pair]
    code, _ = report(source, *arguments, "--lang", "ko", "--feedback", "hint")
    assert code == 0
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "세어 보십시오" in text
        assert "1 of 4" not in text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "nothing to write: give at least one of --html, --markdown"),
        (("--html", "missing/a.html"), "--html: there is no folder"),
        (("--html", "result.json"), "result.json is the result already"),
        (("--html", "a", "--junit", "a"), "--junit: a is the file of --html already"),
        (("--html", "a.html", "--handout", "ftp://x"), "--handout: the handout's folder is no"),
        (("--markdown", "folder"), "--markdown: folder cannot be written: Is a directory"),
    ],
)
def test_what_cannot_be_written_is_one_line(
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    reason: str,
) -> None:
    monkeypatch.chdir(source.parent)
    Path("folder").mkdir()
    code, output = report("result.json", *arguments)
    assert code == 2
    assert output.startswith("autograder: ")
    assert reason in output


def changed(**fields: object) -> bytes:
    return encode(msgspec.structs.replace(result(lost()), **fields))


def with_grid(grid: Grid) -> bytes:
    return encode(result(lost(counterexample=Counterexample("f(x)", (grid,)))))


def with_a_secret() -> bytes:
    return encode(msgspec.structs.replace(result(lost(Verdict.UNDECIDED)), undecided=()))


def with_map(cells: Grid) -> bytes:
    large = Grid("got", (20, 20), "float64", None)
    example = Counterexample("f(x)", (), large, large, cells)
    return encode(result(lost(counterexample=example)))


def test_a_document_of_the_first_version_is_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    old = json.loads(changed(schema="autograder-result/1"))
    (check,) = old["checks"]
    del check["read_again"], check["counterexample"]["drawing"]
    for grid in ("got", "expected"):
        del check["counterexample"][grid]["kind"]
    Path("r.json").write_text(json.dumps(old))
    assert report("r.json", "--html", "a.html")[0] == 0
    assert "The mean is a mean" in Path("a.html").read_text()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda: b"{", "r.json is not a result"),
        (lambda: b"[" * 100_000, "r.json is not a result"),
        (lambda: b"{}", "missing required field"),
        (lambda: changed(schema="autograder-result/9"), "schema 'autograder-result/9', not"),
        (lambda: changed(tasks=(TaskResult("unet", 2, 0),)), "check 'iou.a' has no task"),
        (lambda: with_grid(Grid("x", (2, 2), "int64", (1,))), "has 1 values for the shape (2, 2)"),
        (lambda: with_grid(Grid("x", (-1, -1), "int64", (1,))), "has the shape (-1, -1)"),
        (with_a_secret, "it does not say which checks are undecided"),
        (lambda: with_map(Grid("differences", (1,), "float64", (1.0,))), "has a map of nothing"),
        (lambda: with_map(Grid("differences", (0, 1), "float64", ())), "has a map of nothing"),
    ],
)
def test_a_file_that_is_no_result_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: Callable[[], bytes],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r.json").write_bytes(content())
    code, output = report("r.json", "--html", "a.html")
    assert code == 2
    assert reason in output
    assert not Path("a.html").exists()


def test_a_file_that_is_not_there_or_too_large_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cannot be read: No such file" in report("r.json", "--html", "a.html")[1]
    with Path("r.json").open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    assert "larger than any result" in report("r.json", "--html", "a.html")[1]


def test_the_command_writes_nothing_for_gradescope_of_an_open_grade(tmp_path: Path) -> None:
    path, to = tmp_path / "r.json", tmp_path / "results.json"
    path.write_bytes(encode(result(lost(Verdict.UNDECIDED))))
    code, output = report(path, "--gradescope", to)
    assert code == 2
    assert "--gradescope: the grade is open" in output
    assert not to.exists()


def test_a_result_of_a_dying_process_still_makes_every_report(tmp_path: Path) -> None:
    text = Text("killed", "종료됨")
    crash = lost(Verdict.CRASH, message=text, counterexample=None, traceback=(), hint=None)
    path = tmp_path / "r.json"
    path.write_bytes(encode(result(crash)))
    assert report(path, "--html", tmp_path / "a.html")[0] == 0
