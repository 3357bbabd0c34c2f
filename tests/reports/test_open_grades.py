"""A grade that is open is never told as one, however much is withheld."""

from __future__ import annotations

import pytest

from autograder.document.text import Language
from autograder.reports import words
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.html import fragment, page
from autograder.reports.losses import is_perfect, losses, points_to_earn
from autograder.reports.markdown import annotate, summary
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result
from tests.reports.test_terminal import printed

UNDECIDED = lost(Verdict.UNDECIDED, counterexample=None, diagnosis=None, hint=None, traceback=())
OPEN = result(UNDECIDED, lost(Verdict.PASSED, id="iou.b", earned=2.0, message=None))


def one_line(text: str) -> str:
    """Without the marks that keep words from meaning something in Markdown or HTML."""
    return " ".join(text.replace("\\", "").split())


@pytest.mark.parametrize("feedback", ["full", "hint", "score"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_report_says_that_the_grade_is_open(feedback: Feedback, language: Language) -> None:
    told = withhold(OPEN, feedback)
    said = words.OPEN.in_(language)
    for text in (printed(told, language), page(told, language), summary(told, language)):
        assert said in one_line(text)
        assert words.SO_FAR.in_(language) in one_line(text)


def test_no_report_gives_points_to_an_undecided_check() -> None:
    for text in (printed(OPEN), page(OPEN, Language.EN), summary(OPEN, Language.EN)):
        assert "– / 2" in text
        assert "0 / 2" not in text


def test_a_file_that_was_decided_is_not_called_open() -> None:
    told = fragment(result(lost()), "iou", Language.EN)
    assert words.OPEN.en not in told


def test_an_undecided_check_is_told_and_is_no_loss() -> None:
    assert [loss.functions for loss in losses(OPEN.checks)] == [("mean_iou",)]
    assert points_to_earn(OPEN.checks) == []
    assert not is_perfect(OPEN)
    assert annotate(OPEN, Language.EN) == ()
