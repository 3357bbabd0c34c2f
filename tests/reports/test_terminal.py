"""What a student sees: grids as on paper, lost checks with their reasons, in two languages."""

from __future__ import annotations

import io
import re

import msgspec
from rich.console import Console

from autograder.document.result import Result
from autograder.document.text import Language, Text
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.terminal import print_result
from autograder.reports.words import VERDICTS
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result


def printed(document: Result, language: Language = Language.EN, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_result(document, console, language)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_lost_check_is_told_with_all_there_is_to_learn() -> None:
    text = printed(result(lost()))
    for part in (
        "mean_iou(confusion)",
        "The mean is a mean",
        "1 of 4 values differs.",
        "[15]",
        "iou.py:12  return x[0]",
        "Hint: Count them.",
        "Diagnosis: You divided twice.",
        "0 / 2",
    ):
        assert part in text


def test_the_same_is_told_in_korean() -> None:
    text = printed(result(lost()), Language.KO)
    for part in ("평균은 평균이다", "힌트: 세어 보십시오.", "틀림", "기대값"):
        assert part in text
    assert "Hint" not in text


def test_checks_lost_for_one_reason_are_told_once() -> None:
    missing = Text("iou.py was not found.", "iou.py을(를) 찾을 수 없습니다.")
    stub = {"message": missing, "counterexample": None, "hint": None, "diagnosis": None}
    checks = [lost(Verdict.MISSING, id=f"iou.{n}", **stub) for n in range(5)]
    text = printed(result(*checks))
    assert text.count("was not found") == 1
    assert "5 checks" in text
    assert "0 / 10" in text


def test_a_task_names_its_functions_with_the_points_they_lost() -> None:
    checks = [lost(id=f"iou.{n}", points=0.5) for n in range(3)]
    text = printed(result(*checks, lost(id="iou.x", function="predict_labels")))
    assert "predict_labels −2, mean_iou −1.5\n" in re.sub(" +\n", "\n", text)


def test_a_result_without_a_sandbox_is_never_taken_for_one_of_record() -> None:
    assert "NOT ISOLATED" in printed(result(lost(), level="none"))
    assert "NOT ISOLATED" not in printed(result(lost()))


def test_a_full_score_says_so() -> None:
    passed = lost(Verdict.PASSED, earned=2.0, counterexample=None)
    assert "Every check passed." in printed(result(passed))


def test_a_check_kept_despite_a_mistake_elsewhere_says_so() -> None:
    message = Text("Right but for center_crop.", "center_crop을 빼면 맞습니다.")
    kept = lost(Verdict.PASSED, earned=2.0, counterexample=None, message=message)
    document = result(kept, msgspec.structs.replace(kept, id="iou.b"), lost())
    text = printed(document)
    assert "Not lost through a mistake elsewhere" in text
    assert text.count("Right but for center_crop.") == 1
    assert text.count("mean_iou: The mean is a mean  2 / 2") == 2
    assert "center_crop을 빼면 맞습니다." in printed(document, Language.KO)
    assert "Not lost through" not in printed(result(lost()))
    assert "Not lost through" not in printed(withhold(document, Feedback.SCORE))


def test_a_narrow_terminal_loses_no_words() -> None:
    words = printed(result(lost()), width=40).split()
    assert {"Count", "mean_iou(confusion)", "divided", "differs."} <= set(words)


def test_students_text_is_not_read_as_markup() -> None:
    document = result(lost(message=Text("[red]bold[/red] [link=x]", "[/]")))
    assert "[red]bold[/red] [link=x]" in printed(document)


def test_feedback_can_withhold_inputs_and_values() -> None:
    text = printed(withhold(result(lost()), Feedback.HINT))
    assert "Hint: Count them." in text
    assert "The mean is a mean" in text
    assert "[15]" not in text
    assert "1 of 4" not in text


def test_feedback_can_withhold_all_but_the_points() -> None:
    text = printed(withhold(result(lost()), Feedback.SCORE))
    assert "0 / 2" in text
    assert "The mean" not in text
    assert "Hint" not in text
    assert "Every check passed" not in text


def test_every_verdict_has_words() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert all(text.en and text.ko for text in VERDICTS.values())
