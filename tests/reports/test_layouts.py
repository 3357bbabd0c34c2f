"""Every report tells how an input lies in memory."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from autograder.document.result import Counterexample, Grid, Result
from autograder.document.text import Language, Text
from autograder.reports.gradescope import gradescope
from autograder.reports.html import fragment, page
from autograder.reports.junit import junit
from autograder.reports.markdown import summary
from autograder.reports.terminal import print_result
from corpus.results import EXPECTED, GOT, lost, result

TOLD = Text("x is not contiguous: stride 6.", "x은(는) 연속이 아닙니다: stride 6.")
VIEW = Grid("x", (1, 1, 2, 2), "float32", (1, 2, 3, 4), TOLD)
PLAIN = Grid("y", (1, 1, 2, 2), "float32", (1, 2, 3, 4))


def terminal(document: Result, language: Language) -> str:
    out = io.StringIO()
    print_result(document, Console(file=out, width=100), language)
    return out.getvalue()


REPORTS: dict[str, Callable[[Result, Language], str]] = {
    "terminal": terminal,
    "page": page,
    "fragment": lambda document, language: fragment(document, "iou", language),
    "markdown": summary,
    "gradescope": gradescope,
    "junit": junit,
}


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_view_is_told_once(report: str, language: Language) -> None:
    example = Counterexample("f(x, y)", (VIEW, PLAIN), GOT, EXPECTED)
    text = REPORTS[report](result(lost(counterexample=example)), language)
    assert text.count(TOLD.in_(language)) == 1
