"""A check run's summary and notes: within GitHub's limits, and deaf to students' text."""

from __future__ import annotations

import msgspec
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from autograder.document.result import Check, Counterexample, Grid, Result
from autograder.document.text import Language, Text
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.markdown import ANNOTATIONS_CAP, SUMMARY_CAP, annotate, summary
from autograder.sandbox.protocol.errors import Frame, Verdict
from corpus.results import HOSTILE, MULTILINE, filled_with, lost, result, stamped


def tokens(text: str) -> list[Token]:
    """All tokens of a text, those inside lines among them."""
    found = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def kinds(text: str) -> list[str]:
    return [token.type for token in tokens(text) if token.type not in ("text", "text_special")]


def structure(text: str) -> list[str]:
    """The tokens without words, and without the breaks that a long word makes."""
    return [kind for kind in kinds(text) if kind != "softbreak"]


@pytest.mark.parametrize("text", [HOSTILE, MULTILINE])
def test_students_text_makes_no_markup(text: str) -> None:
    document = summary(filled_with(text), Language.EN)
    assert structure(document) == structure(summary(filled_with("plain"), Language.EN))
    assert not {"link_open", "image", "html_inline", "html_block"} & set(kinds(document))


@pytest.mark.parametrize("text", [HOSTILE, MULTILINE])
def test_mentions_and_addresses_stand_in_code_alone(text: str) -> None:
    """Outside code GitHub makes links of them, whatever was escaped."""
    prose = "".join(
        token.content
        for token in tokens(summary(filled_with(text), Language.EN))
        if token.type in ("text", "text_special")
    )
    for reference in ("@teacher", "#1", "#2", "a@e"):
        assert reference not in prose


def test_an_address_is_escaped_where_github_would_look_for_one() -> None:
    document = summary(
        result(lost(hint=Text("see https://e.example www.e.example", "x"))), Language.EN
    )
    assert "https://" not in document
    assert "www." not in document


@pytest.mark.parametrize("text", [HOSTILE, MULTILINE])
def test_no_line_is_a_workflow_command(text: str) -> None:
    document = filled_with(text)
    notes = [note.message for note in annotate(document, Language.EN)]
    for line in "\n".join((summary(document, Language.EN), *notes)).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_a_lost_check_is_told_with_all_there_is_to_learn() -> None:
    text = summary(result(lost()), Language.EN)
    for part in ("0 / 2", "[15]", "Count them", "You divided twice", "iou.py:12  return x[0]"):
        assert part in text


def test_the_same_is_told_in_korean() -> None:
    text = summary(result(lost()), Language.KO)
    assert "두 번 나누었습니다" in text
    assert "Hint" not in text


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_verdict_has_a_summary(verdict: Verdict, language: Language) -> None:
    earned = 2.0 if verdict is Verdict.PASSED else 0.0
    assert "`iou.py`" in summary(result(lost(verdict, earned=earned)), language)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_long_summary_is_cut_between_checks_and_counts_those_left_out(
    language: Language,
) -> None:
    checks = [
        lost(id=f"iou.{n}", message=Text(f"{n} " + "word " * 300, f"{n} " + "단어 " * 300))
        for n in range(200)
    ]
    text = summary(result(*checks), language)
    assert SUMMARY_CAP - 4_000 < len(text.encode()) <= SUMMARY_CAP
    told = text.count("\n### ")
    assert str(200 - told) in text.splitlines()[-1]
    assert text.count("```") % 2 == 0


def test_a_summary_that_fits_leaves_nothing_out() -> None:
    assert "left out" not in summary(result(lost(), stamped()), Language.EN)


def test_even_one_check_that_is_too_long_is_left_out_whole() -> None:
    text = summary(result(lost(message=Text("word " * 40_000, "x"))), Language.EN)
    assert "room for no more: 1" in text
    assert "word" not in text


def test_a_large_or_empty_grid_or_none_at_all_is_text() -> None:
    large = Grid("x", (1, 99, 99), "float32", None)
    empty = Grid("got", (0, 2), "float32", ())
    example = Counterexample("f(x)", (large,), empty, Grid("expected", (), "float32", (None,)))
    text = summary(result(lost(counterexample=example)), Language.EN)
    assert "too large to print" in text
    assert "got 0×2: empty" in text
    assert "expected scalar" in text


def test_kept_checks_and_a_full_score_and_no_sandbox_are_told() -> None:
    spared = lost(Verdict.PASSED, earned=2.0, message=Text("Right but for f.", "x"))
    text = summary(result(spared, level="none"), Language.EN)
    assert "Right but for f." in text
    assert "Every check passed" in text
    assert "NOT ISOLATED" in text


def test_a_task_names_its_functions_with_the_points_they_lost() -> None:
    text = summary(result(lost(), lost(id="iou.b", points=0.5)), Language.KO)
    assert "| `iou.py` | 0 / 2.5 | `mean_iou` −2.5 |" in text


def test_points_alone_are_a_table() -> None:
    text = summary(withhold(result(lost()), Feedback.SCORE), Language.EN)
    assert "| `iou.py` | 0 / 2 |" in text
    assert "###" not in text


def noted(*checks: Check) -> Result:
    return msgspec.structs.replace(result(*checks), files={"iou.py": "0"})


def test_a_note_stands_on_the_deepest_line_of_the_students_own() -> None:
    frames = (Frame("iou.py", 3, "f", "g()"), Frame("iou.py", 12, "g", "x[9]"))
    (note,) = annotate(noted(lost(Verdict.ERROR, traceback=frames)), Language.EN, "work")
    assert (note.path, note.start_line, note.end_line) == ("work/iou.py", 12, 12)
    assert note.title == "mean_iou: error (0 / 2)"
    assert note.message == "1 of 4 values differs.\nYou divided twice.\nCount them."


def test_a_line_that_is_not_the_students_has_no_note() -> None:
    frames = (Frame("/etc/passwd", 1, "f", "x"),)
    assert annotate(noted(lost(traceback=frames)), Language.EN) == ()
    assert annotate(noted(lost(traceback=())), Language.EN) == ()
    assert annotate(noted(lost(traceback=(Frame("iou.py", 0, "f", "x"),))), Language.EN) == ()


def test_there_are_at_most_fifty_notes_and_the_dearest_are_kept() -> None:
    checks = [
        lost(id=f"iou.{n}", points=float(n), traceback=(Frame("iou.py", n, "f", "x"),),
             message=Text(f"m{n}", "x"))
        for n in range(1, 61)
    ]  # fmt: skip
    notes = annotate(noted(*checks), Language.EN)
    assert len(notes) == ANNOTATIONS_CAP
    assert notes[0].start_line == 60
    assert notes[-1].start_line == 11


def test_a_note_keeps_within_githubs_limits() -> None:
    (note,) = annotate(
        noted(lost(function="f" * 400, message=Text("a" * 9_000, "x"))),
        Language.EN,
    )
    assert len(note.title) == 255
    assert len(note.message.encode()) < 64 * 1024
