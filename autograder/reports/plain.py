"""A check as lines of plain text, for code blocks and for reports that know no other form."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.document.result import Check, Counterexample, Grid
from autograder.document.text import Language
from autograder.reports import words
from autograder.reports.grids import form, sheets, telling

SHEETS_CAP = 3


def check_lines(check: Check, language: Language) -> Iterator[str]:
    """Everything there is to learn from a check."""
    if check.message:
        yield check.message.in_(language)
    if check.counterexample:
        yield from counterexample_lines(check.counterexample, language)
    if check.traceback:
        yield f"{words.YOUR_CODE.in_(language)}:"
        yield from traceback_lines(check)
    for label, text in ((words.DIAGNOSIS, check.diagnosis), (words.HINT, check.hint)):
        if text is not None:
            yield f"{label.in_(language)}: {text.in_(language)}"


def traceback_lines(check: Check) -> Iterator[str]:
    for frame in check.traceback:
        yield f"  {frame.file}:{frame.line}  {frame.source}"


def counterexample_lines(example: Counterexample, language: Language) -> Iterator[str]:
    """The call, then its tensors one below the other; what differs stands in brackets."""
    yield f"  {example.call}"
    for grid in example.inputs:
        yield from _grid_lines(grid, None, grid.name, language)
        if grid.layout is not None:
            yield f"  {grid.layout.in_(language)}"
    if example.got is not None:
        yield from _grid_lines(example.got, example.expected, words.GOT.in_(language), language)
    if example.expected is not None:
        yield from _grid_lines(example.expected, None, words.EXPECTED.in_(language), language)


def _grid_lines(grid: Grid, other: Grid | None, name: str, language: Language) -> Iterator[str]:
    yield f"  {name} {form(grid)}"
    if grid.values is None:
        yield f"  {words.LARGE.in_(language)}"
    found = sheets(grid, other)
    for sheet in telling(found, SHEETS_CAP):
        if len(found) > 1:
            yield f"  [{', '.join(map(str, sheet.index))}]"
        for row in sheet.marked():
            yield f"  {''.join(row)}"
        if sheet.cut:
            yield "  …"
    if len(found) > SHEETS_CAP:
        yield f"  … +{len(found) - SHEETS_CAP}"
