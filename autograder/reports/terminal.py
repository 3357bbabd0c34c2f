"""A result as text in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Line

from autograder.document.result import Counterexample, Grid, Result
from autograder.document.text import Language
from autograder.reports import words
from autograder.reports.grids import form, sheets, telling
from autograder.reports.losses import (
    Loss,
    Spared,
    is_perfect,
    losses,
    points_to_earn,
    share,
    spared,
)
from autograder.sandbox.grader.printable import printable

SHEETS_CAP = 3
BAR = 20


def print_result(result: Result, console: Console, language: Language = Language.EN) -> None:
    """Print a table of tasks and points, then each lost check with its explanation."""
    console.print(_summary(result, language))
    if result.undecided:
        console.print(Line(words.OPEN.in_(language), style="bold yellow"))
    if result.sandbox.level == "none":
        console.print(Line(words.UNSAFE.in_(language), style="bold red"))
    for file, what in words.reached_for(result, language):
        console.print(
            Line(words.TOUCHED.in_(language).format(file=printable(file), what=what), "yellow")
        )
    if is_perfect(result):
        console.print(Line(words.PERFECT.in_(language), style="green"))
    for loss in losses(result.checks):
        console.print()
        console.print(_lost(loss, language))
    groups = spared(result.checks)
    if groups:
        console.print()
        console.print(_spared(groups, language))


def _summary(result: Result, language: Language) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(words.TASK.in_(language))
    table.add_column(words.POINTS.in_(language), justify="right")
    table.add_column("")
    table.add_column(words.LOST.in_(language))
    for task in result.tasks:
        lost = points_to_earn(result.checks, task.name)
        functions = ", ".join(f"{one.function} {one.minus}" for one in lost)
        table.add_row(
            f"{task.name}.py", share(task.earned, task.points), _bar(task.earned, task.points),
            Line(functions, style="yellow"),
        )  # fmt: skip
    table.add_row(
        Line((words.TOTAL_SO_FAR if result.undecided else words.TOTAL).in_(language), style="bold"),
        Line(share(result.earned, result.points), style="bold"),
    )
    about = Line(
        f"{printable(result.submission)} · {words.SEED.in_(language)} {result.seed} · "
        f"{result.device} · {result.seconds:.1f} {words.SECONDS.in_(language)}",
        style="dim",
    )
    return Group(about, "", table)


def _bar(earned: float, points: float) -> Line:
    filled = round(BAR * earned / points) if points else 0
    return Line("█" * filled, style="green") + Line("░" * (BAR - filled), style="dim")


def _lost(loss: Loss, language: Language) -> RenderableType:
    check = loss.first
    verdict = words.VERDICTS[check.verdict].in_(language)
    title = Line(", ".join(loss.functions), style="bold")
    title.append(f"  {verdict}", style="red")
    title.append(f"  {loss.share}", style="dim")
    parts: list[RenderableType] = [Rule(title, align="left", style="dim", characters="─")]
    if len(loss.checks) > 1:
        parts.append(Line(words.CHECKS.in_(language).format(count=len(loss.checks)), style="dim"))
    else:
        parts.append(Line(check.title.in_(language), style="bold"))
    if check.message:
        parts.append(Line(check.message.in_(language)))
    if check.counterexample:
        parts.append(_counterexample(check.counterexample, language))
    if check.traceback:
        parts.append(Line(f"{words.YOUR_CODE.in_(language)}:", style="dim"))
        parts += [Line(f"  {frame.file}:{frame.line}  {frame.source}") for frame in check.traceback]
    if check.diagnosis:
        parts.append(_labelled(words.DIAGNOSIS.in_(language), check.diagnosis.in_(language)))
    if check.hint:
        parts.append(_labelled(words.HINT.in_(language), check.hint.in_(language)))
    return Group(*parts)


def _spared(groups: Sequence[Spared], language: Language) -> RenderableType:
    """Checks that a mistake in another function did not cost."""
    title = Line(words.KEPT.in_(language), style="bold")
    parts: list[RenderableType] = [Rule(title, align="left", style="dim", characters="─")]
    for group in groups:
        parts.append(Line(group.message.in_(language)))
        for check in group.checks:
            line = Line(f"  {check.function}: {check.title.in_(language)}")
            parts.append(line.append(f"  {share(check.earned, check.points)}", style="dim"))
    return Group(*parts)


def _labelled(label: str, text: str) -> Line:
    return Line(f"{label}: ", style="cyan") + Line(text, style="default")


def _counterexample(example: Counterexample, language: Language) -> RenderableType:
    got, expected = example.got, example.expected
    grids = [_grid(grid, None, grid.name, language) for grid in example.inputs]
    # A dtype is worth a word where it is what differs.
    typed = got is None or expected is None or got.dtype != expected.dtype
    if got is not None:
        grids.append(_grid(got, expected, words.GOT.in_(language), language, typed=typed))
    if expected is not None:
        grids.append(_grid(expected, None, words.EXPECTED.in_(language), language, typed=typed))
    return Group(
        Line(f"  {example.call}", style="bold"),
        Padding(Columns(grids, padding=(0, 4)), (0, 0, 0, 2)),
        *(
            Padding(Line(grid.layout.in_(language)), (0, 0, 0, 2))
            for grid in example.inputs
            if grid.layout is not None
        ),
    )


def _grid(
    grid: Grid, other: Grid | None, name: str, language: Language, *, typed: bool = True
) -> RenderableType:
    lines = [Line(name, style="cyan") + Line(f" {form(grid, typed=typed)}", style="dim")]
    if grid.values is None:
        return Group(*lines, Line(words.LARGE.in_(language), style="dim"))
    found = sheets(grid, other)
    for sheet in telling(found, SHEETS_CAP):
        if len(found) > 1:
            lines.append(Line(f"[{', '.join(map(str, sheet.index))}]", style="dim"))
        for i, row in enumerate(sheet.marked()):
            line = Line()
            for j, cell in enumerate(row):
                line.append(cell, style="bold red" if (i, j) in sheet.differs else "")
            lines.append(line)
        if sheet.cut:
            lines.append(Line("…", style="dim"))
    if len(found) > SHEETS_CAP:
        lines.append(Line(f"… +{len(found) - SHEETS_CAP}", style="dim"))
    return Group(*lines)
