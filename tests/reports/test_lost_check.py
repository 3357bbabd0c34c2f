"""A lost check as students see it: the same in their practice and on the page of their grade."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from autograder.document.text import Language
from autograder.reports import lost_check
from autograder.reports.losses import Loss, told
from autograder.reports.lost_check import Grid, Lost, drawings, html, number, text
from corpus.paths import RELEASE
from corpus.results import HOSTILE, MULTILINE
from corpus.results import lost as lost_check_of

VALUES = (1, 4, 7, 6, 5, 16, 22, 14, 9, 22, 16, 6, 9, 18, 11, 4)
EXPECTED = Grid("expected", (1, 1, 4, 4), "float32", VALUES)
GOT = Grid("got", (1, 1, 4, 4), "float32", (*VALUES[:10], 15, *VALUES[11:]))
LOST = Lost(
    functions=("transposed_conv2d",),
    verdict="failed",
    share="0 / 2",
    title="The lecture's worked example",
    message="1 of 16 values differs.",
    call="transposed_conv2d(x, weight)",
    inputs=(
        Grid("x", (1, 1, 2, 2), "float32", (1, 2, 3, 4)),
        Grid("weight", (1, 1, 3, 3), "float32", (1, 2, 3, 2, 2, 1, 3, 2, 1)),
    ),
    got=GOT,
    expected=EXPECTED,
    notes=("x is not contiguous.",),
    frames=(("transposed_conv.py", 12, "return x"),),
    diagnosis="The slide's number.",
    hint="Add the stamps.",
)
TOLD = """\
transposed_conv2d  ·  failed  ·  0 / 2
The lecture's worked example
1 of 16 values differs.
  transposed_conv2d(x, weight)
  x 1×1×2×2 float32    weight 1×1×3×3 float32
   1  2                 1  2  3
   3  4                 2  2  1
                        3  2  1
  got 1×1×4×4        expected 1×1×4×4
    1   4   7   6      1   4   7   6
    5  16  22  14      5  16  22  14
    9  22 [15]  6      9  22 [16]  6
    9  18  11   4      9  18  11   4
  x is not contiguous.
In your code:
  transposed_conv.py:12  return x
Diagnosis: The slide's number.
Hint: Add the stamps."""


def compared(got: Grid, expected: Grid) -> Lost:
    return replace(LOST, inputs=(), got=got, expected=expected)


def row(*values: float | None) -> Grid:
    return Grid("x", (len(values),), "float32", values)


def cells(lost: Lost) -> list[tuple[str, str]]:
    """The cells of what the call gave, each with what was expected where that differs."""
    ((got, _),) = (row for row in drawings(lost, "en", 16)[0] if row)
    return [cell for sheet in (*got.shown, *got.folded) for line in sheet.rows for cell in line]


def test_students_get_the_very_file() -> None:
    assert (RELEASE / "lost_check.py").read_bytes() == Path(lost_check.__file__).read_bytes()


def test_the_file_needs_the_standard_library_alone() -> None:
    tree = ast.parse(Path(lost_check.__file__).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {name.name for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
    assert {str(module).split(".")[0] for module in modules} <= sys.stdlib_module_names


def test_as_text_what_was_got_stands_beside_what_was_expected() -> None:
    assert text(LOST, "en") == TOLD


def test_what_does_not_fit_a_narrow_terminal_stands_below() -> None:
    lines = text(LOST, "en", width=35).splitlines()
    assert lines.index("  got 1×1×4×4") < lines.index("  expected 1×1×4×4")


def test_as_korean_text_the_columns_stand_as_in_english() -> None:
    lines = text(LOST, "ko").splitlines()
    assert "  결과 1×1×4×4       기대값 1×1×4×4" in lines
    assert "    9  22 [15]  6      9  22 [16]  6" in lines
    assert "진단: The slide's number." in lines


def test_long_sentences_are_wrapped_and_lose_no_word() -> None:
    words = " ".join(f"word{n}" for n in range(60))
    told = text(replace(LOST, message=words), "en", width=60)
    assert " ".join(told.split()).count(words) == 1
    assert all(len(line) <= 60 for line in told.splitlines() if "word" in line)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_as_html_the_language_is_the_articles_own(language: str) -> None:
    drawn = html(LOST, language)
    assert drawn.startswith(f'<article class="lost-check" lang="{language}">\n<h3>')
    assert drawn.count("<article") == drawn.count("</article>") == 1
    assert html(LOST, language, level=4).count("<h4>") == 1


def test_as_html_a_cell_that_differs_says_so_without_colour() -> None:
    drawn = html(LOST, "en")
    assert '<td class="off">15<span class="aloud">, not 16</span></td>' in drawn
    assert '<td class="off">16<span class="aloud">, not 15</span></td>' in drawn
    assert drawn.count('class="off"') == 2


def test_as_html_a_note_keeps_its_lines() -> None:
    drawn = html(replace(LOST, notes=("printed: a\n  b",)), "en")
    assert '<p class="remark">printed: a\n  b</p>' in drawn
    assert ".remark { white-space: pre-wrap; }" in lost_check.STYLE


@pytest.mark.parametrize("words", [HOSTILE, MULTILINE])
def test_whatever_a_text_holds_adds_no_element(words: str) -> None:
    def filled(told: str) -> Lost:
        grid = Grid(told, (1, 2), told, (1, 2))
        wrong = replace(grid, values=(1, 3))
        return Lost(
            (told,), told, told, told, told, told, (grid,), grid, wrong,
            (told,), ((told, 3, told),), told, told,
        )  # fmt: skip

    tags = re.findall(r"</?[a-z0-9]+", html(filled(words), "en"))
    assert tags == re.findall(r"</?[a-z0-9]+", html(filled("plain"), "en"))


def test_slots_are_html_of_the_pages_own() -> None:
    drawn = html(LOST, "en", asked="<i>asked</i>", drawn="<i>drawn</i>", more="<i>more</i>")
    assert "The lecture" not in drawn
    places = [drawn.index(part) for part in ("asked", "<table", "drawn", "Add the", "more")]
    assert places == sorted(places)


def test_what_is_too_large_is_said_once_for_all() -> None:
    large = [Grid(name, (1, 99, 99), "float32", None) for name in ("x", "weight")]
    lost = replace(LOST, inputs=large, got=replace(GOT, values=None, shape=(9, 99)), notes=())
    line = "x 1×99×99 float32, weight 1×99×99 float32, got 9×99: too large to print"
    assert line in text(lost, "en")
    assert line in html(lost, "en")
    assert html(lost, "ko").count("너무 커서 생략") == 1


def test_slices_that_differ_are_shown_at_once_and_none_is_lost() -> None:
    values = tuple(range(12))
    got = Grid("got", (2, 3, 1, 2), "int64", (*values[:11], 0))
    lost = compared(got, replace(got, values=values))
    ((mine, its),) = (row for row in drawings(lost, "en", 16)[0] if row)
    assert [sheet.place for sheet in mine.shown] == [(0, 0), (0, 1), (1, 2)]
    assert [sheet.place for sheet in its.shown] == [(0, 0), (0, 1), (1, 2)]
    assert [sheet.place for sheet in mine.folded] == [(0, 2), (1, 0), (1, 1)]
    assert "3 more" in html(lost, "en")
    assert "got[1, 2]" in text(lost, "en")
    assert "… +3" in text(lost, "en")


def test_a_large_slice_shows_the_window_with_the_first_difference() -> None:
    zeros = Grid("got", (16, 16), "int64", (0,) * 256)
    wrong = replace(zeros, values=(*(0,) * 255, 1))
    ((got, _),) = (row for row in drawings(compared(wrong, zeros), "en", 12)[0] if row)
    (sheet,) = got.shown
    assert sheet.cut
    assert sheet.rows[11][11] == ("1", "0")


@pytest.mark.parametrize(
    ("got", "expected", "marked"),
    [
        pytest.param(row(1, None), row(1, None), ["", ""], id="no number in both"),
        pytest.param(row(None), row(2), ["2"], id="no number"),
        pytest.param(row(1e9, 2), row(1, 3), ["1", "3"], id="scale is what was expected"),
        pytest.param(row(inf, 1), row(inf, 2), ["", "2"], id="infinity"),
        pytest.param(row(1, 0.1000001), row(1, 0.1), ["", ""], id="rounding"),
        pytest.param(row(1, 2), replace(row(1, 3), shape=(2, 1)), ["", ""], id="another shape"),
    ],
)
def test_what_differs(got: Grid, expected: Grid, marked: list[str]) -> None:
    assert [other for _, other in cells(compared(got, expected))] == marked


def test_two_values_that_differ_late_are_written_with_more_digits() -> None:
    assert cells(compared(row(1.23456), row(1.23452))) == [("1.23456", "1.23452")]


def test_a_dtype_is_told_where_it_is_what_differs() -> None:
    assert "float32" not in text(compared(GOT, EXPECTED), "en")
    assert "got 1×1×4×4 int64" in text(compared(replace(GOT, dtype="int64"), EXPECTED), "en")


@pytest.mark.parametrize(
    ("shape", "values", "told"),
    [((), (None,), "nan"), ((0, 3), (), "empty"), ((3,), (1, None, 2), "nan")],
)
def test_grids_of_any_form_are_drawn(
    shape: tuple[int, ...], values: tuple[float | None, ...], told: str
) -> None:
    grid = Grid("got", shape, "float32", values)
    assert told in html(compared(grid, grid), "en")
    assert told in text(compared(grid, grid), "en")


@pytest.mark.parametrize(
    ("value", "told"),
    [(3, "3"), (3.0, "3"), (-0.25, "-0.25"), (None, "nan"), (1 / 3, "0.3333"), (-inf, "-inf")],
)
def test_numbers_are_short(value: float | None, told: str) -> None:
    assert number(value) == told


def test_a_check_of_a_result_is_told_whole() -> None:
    lost = told(Loss((lost_check_of(),)), Language.KO)
    assert (lost.title, lost.hint) == ("평균은 평균이다", "세어 보십시오.")
    assert lost.frames == (("iou.py", 12, "return x[0]"),)
    assert lost.got is not None
    assert lost.got.values == (1, 2, 3, 15)


def test_colours_are_named_before_they_are_used() -> None:
    named = set(re.findall(r"(--[a-z-]+):", lost_check.PALETTE))
    assert set(re.findall(r"var\((--[a-z-]+)\)", lost_check.STYLE)) <= named
    light, dark = lost_check.PALETTE.split("@media")
    assert light.count("--") == dark.count("--") == len(named)
