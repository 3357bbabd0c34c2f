"""The tables of the four figures in docs/conventions.md: as printed, and right in our row.

The other libraries' rows are compared with what the command prints where the same versions are
installed; the contract's row with fractions, counted here once more.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

import pytest

from corpus.paths import ROOT

Row = tuple[str, ...]
LIBRARIES = ("scikit-learn", "torchmetrics", "monai", "segmentation-models-pytorch", "kornia")


def rows_of(text: str) -> list[Row]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def section() -> str:
    text = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")
    return text.partition("\n## What five libraries give")[2].partition("\n## ")[0]


def table(header: str) -> list[Row]:
    """The rows under the header that begins with this cell."""
    for part in section().split("\n\n"):
        rows = rows_of(part)
        if rows and rows[0][0] == header:
            return [rows[0], *rows[2:]]
    raise AssertionError(f"no table {header}")


Matrix = list[list[int]]


def matrices() -> list[Matrix]:
    return [ast.literal_eval(row[1]) for row in table("case")[1:]]


def mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def counts(n: Matrix, k: int) -> tuple[int, int, int]:
    """Pixels of class k that were found, that the target has, that either map has."""
    union = sum(n[i][j] for i in range(3) for j in range(3) if k in (i, j))
    return n[k][k], sum(n[k]), union


def pixel_accuracy(n: Matrix) -> Fraction | None:
    return mean([Fraction(i == j) for i in range(3) for j in range(3) for _ in range(n[i][j])])


def mean_accuracy(n: Matrix) -> Fraction | None:
    each = [counts(n, k) for k in range(3)]
    return mean([Fraction(found, own) for found, own, _ in each if own])


def mean_iu(n: Matrix) -> Fraction | None:
    each = [counts(n, k) for k in range(3)]
    return mean([Fraction(found, union) for found, _, union in each if union])


def frequency_weighted_iu(n: Matrix) -> Fraction | None:
    each = [counts(n, k) for k in range(3)]
    return mean([Fraction(found, union) for found, own, union in each for _ in range(own)])


FIGURES = {
    "pixel accuracy": pixel_accuracy,
    "mean accuracy": mean_accuracy,
    "mean IU": mean_iu,
    "frequency-weighted IU": frequency_weighted_iu,
}


def test_the_five_cases_are_what_their_names_say() -> None:
    names = [row[0] for row in table("case")[1:]]
    assert names == list(table("mean IU")[0][2:])
    occurs = [(counts(n, 2)[1] > 0, sum(row[2] for row in n) > 0) for n in matrices()]
    assert occurs == [(True, True), (False, False), (False, True), (True, False), (False, False)]
    assert not any(sum(row) for row in matrices()[4])


@pytest.mark.parametrize("figure", FIGURES)
def test_our_row_is_what_fractions_give(figure: str) -> None:
    row = table(figure)[1]
    assert row[:2] == ("this assignment", f"`{FIGURES[figure].__name__}(n)`")
    exact = [FIGURES[figure](n) for n in matrices()]
    assert list(row[2:]) == ["NaN" if x is None else f"{float(x):.4g}" for x in exact]


@pytest.mark.parametrize("figure", FIGURES)
def test_every_library_has_a_row_for_every_figure(figure: str) -> None:
    rows = table(figure)[2:]
    assert [name for name, _ in groupby(row[0].split()[0] for row in rows)] == [*LIBRARIES]
    assert all(len(row) == 2 + len(matrices()) for row in rows)


@pytest.mark.parametrize("figure", FIGURES)
def test_what_differs_from_our_row_and_nothing_else_is_bold(figure: str) -> None:
    ours, *others = table(figure)[1:]
    for row in others:
        if row[1] != "none":
            for own, cell in zip(ours[2:], row[2:], strict=True):
                assert cell.startswith("**") == (cell.strip("*") != own), row


def test_versions_are_those_that_the_command_installs() -> None:
    text = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"([\w-]+)==([\d.]+)", text))
    for figure in FIGURES:
        for row in table(figure)[2:]:
            name, version = row[0].split()
            assert pinned[name] == version


def test_the_command_prints_the_rows_that_the_document_shows() -> None:
    command = [sys.executable, "-m", "quality.conventions"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert printed.returncode == 0, printed.stderr
    shown = rows_of((ROOT / "docs" / "conventions.md").read_text(encoding="utf-8"))
    versions = {row[0] for row in shown}
    # A library that is missing here, or of another version, has a row of another name.
    rows = [row for row in rows_of(printed.stdout) if row[0] in versions]
    assert [row for row in rows if row not in shown] == []
    assert sum(row[0] == "this assignment" for row in rows) == 5
