"""Pages as a browser shows them break no rule of WCAG 2.1 AA that axe-core can judge."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autograder.document.result import Counterexample, Grid
from autograder.document.text import Language, Text
from autograder.reports.class_page import class_page
from autograder.reports.class_summary import Status
from autograder.reports.html import page
from autograder.reports.losses import losses, told
from autograder.reports.lost_check import STYLE, html
from autograder.reports.no_grade import no_grade_page
from autograder.reports.similarity_page import (
    SharedLine,
    Similarity,
    SimilarPair,
    SimilarText,
    TooLittle,
    similarity_page,
)
from autograder.reports.standing import Standing, WrittenQuestion
from autograder.sandbox.protocol.errors import Verdict
from autograder.suites.segmentation.handout import UNPOOLING
from corpus.paths import EXAMPLES, RELEASE, ROOT
from corpus.results import lost, result, stamped
from tests.reports.test_class_page import summary
from tests.support.browser import NEEDED, NONE, Look, chromium, launched, violations

# axe-core takes long for many cells: as few as have every form, of wide tables, folds and maps.
LABELS = Counterexample(
    "predict_labels(scores)",
    (Grid("scores", (4, 1, 1, 8), "float32", tuple(k + 0.1234 for k in range(32))),),
    Grid("got", (1, 1, 11), "int64", tuple(range(11)), kind="labels"),
    Grid("expected", (1, 1, 11), "int64", (*range(10), 255), kind="labels"),
)
LARGE = Counterexample(
    "f(x)",
    (Grid("x", (1, 900, 900), "float32", None),),
    Grid("got", (5, 5), "float32", tuple(range(25))),
    Grid("expected", (5, 5), "float32", tuple(k + k % 2 for k in range(25))),
)
CHECKS = (
    lost(read_again=(UNPOOLING,)),
    stamped(),
    lost(id="iou.labels", message=Text("Labels.", "레이블."), counterexample=LABELS),
    lost(id="iou.large", message=Text("A value.", "값 하나."), counterexample=LARGE),
    lost(Verdict.UNDECIDED, id="iou.undecided", message=None, counterexample=None),
    lost(Verdict.PASSED, id="iou.spared", earned=2.0),
)
LATE = Standing(
    name="Kim",
    received="1 December 2026, 12:00",
    deadline="1 December 2026, 10:00",
    late=True,
    off=1.0,
    written=(WrittenQuestion("Why 31?", 5.0, 4.0, "Good."), WrittenQuestion("Why 9?", 5.0, None)),
)


def graded(language: Language) -> str:
    return page(result(*CHECKS, level="none"), language, "https://example.org/course", LATE)


def of_the_class(language: Language) -> str:
    return class_page(summary(), "spring", language, {"ahn": "ahn/report.html"})


def without_a_grade(language: Language) -> str:
    reason = "iou/iou.py: no Python file"
    return no_grade_page("kim", Status.NO_GRADE, language, reason=reason, standing=LATE)


def similar(language: Language) -> str:
    lines = tuple(SharedLine(f"x{k} = {k}", k % 3 > 0) for k in range(12))
    pair = SimilarPair("iou", SimilarText("ahn", lines, 0.8), SimilarText("baek", lines, 0.75))
    found = Similarity(0.7, 3, (pair,), (TooLittle("unet", "cho"),))
    return similarity_page(found, "spring", language)


def lost_checks(language: Language) -> str:
    """Lost checks alone, as the practice shows them beneath a cell."""
    drawn = "".join(html(told(loss, language), language) for loss in losses(CHECKS))
    return bare(f"<style>{STYLE}</style>{drawn}", language)


def bare(body: str, language: Language) -> str:
    head = '<meta charset="utf-8"><title>A page</title>'
    return f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


MADE: dict[str, Callable[[Language], str]] = {
    "graded": graded,
    "class": of_the_class,
    "no-grade": without_a_grade,
    "similar": similar,
    "lost-checks": lost_checks,
}
NOTEBOOKS = sorted((ROOT / "docs").glob("*.html"))
# Run in a student's folder: the HTML that its notebook would show, in each language.
SHOW = """
import json, sys
import check
shown = []
check._show = lambda html, text: shown[-1].append(html)
for language in sys.argv[1:]:
    shown.append([])
    check.check("transposed_conv", language)
    check.status(language)
print(json.dumps(["".join(parts) for parts in shown]))
"""
LOOKS = [Look("light", 390), Look("light", 1280), Look("dark", 390), Look("dark", 1280)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize(("name", "language"), list(product(MADE, Language)))
def test_a_report_is_accessible(
    browser: Browser, name: str, language: Language, look: Look, tmp_path: Path
) -> None:
    file = tmp_path / f"{name}-{language}.html"
    file.write_text(MADE[name](language), encoding="utf-8")
    assert violations(browser, file, look) == []


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, str]:
    """What `check` and `status` show in a notebook, of a student who is half done."""
    folder = tmp_path_factory.mktemp("checked")
    for source in (RELEASE, EXAMPLES / "half_done"):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    command = [sys.executable, "-c", SHOW, *Language]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    shown = dict(zip(Language, json.loads(done.stdout), strict=True))
    assert all('class="lost-check"' in html and 'class="checks"' in html for html in shown.values())
    return shown


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("language", Language)
def test_what_check_shows_in_a_notebook_is_accessible(
    browser: Browser,
    checked: dict[Language, str],
    language: Language,
    look: Look,
    tmp_path: Path,
) -> None:
    file = tmp_path / f"check-{language}.html"
    file.write_text(bare(checked[language], language), encoding="utf-8")
    assert violations(browser, file, look) == []


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], ids=str)
@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.name)
def test_a_notebooks_page_is_accessible(browser: Browser, page: Path, look: Look) -> None:
    assert violations(browser, page, look) == []


def test_both_notebooks_have_a_page() -> None:
    assert [page.name for page in NOTEBOOKS] == ["after_fcn.html", "practice.html"]


def test_a_finding_names_rule_selector_and_page(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "faint.html"
    file.write_text(
        "<!DOCTYPE html><html lang='en'><title>Faint</title>"
        "<style>@media (prefers-color-scheme: dark) { p { color: #ccc } }</style><p>Words</p>"
    )
    assert violations(browser, file, Look("light", 390)) == []
    (found,) = violations(browser, file, Look("dark", 390))
    assert found.startswith("color-contrast: p in faint.html (dark, 390 pixels): Fix any")


def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv(NEEDED, raising=False)


def test_without_chromium_a_test_is_skipped_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    no_browser(monkeypatch)
    with pytest.raises(pytest.skip.Exception, match="there is no Chromium here"):
        chromium()


def test_without_chromium_where_it_is_needed_a_test_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    no_browser(monkeypatch)
    monkeypatch.setenv(NEEDED, "1")
    with pytest.raises(pytest.fail.Exception) as failed:
        chromium()
    assert str(failed.value) == NONE
