"""A result as text in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Line

from autograder.document.result import Result
from autograder.document.text import Language
from autograder.reports import words
from autograder.reports.losses import (
    Loss,
    Spared,
    is_perfect,
    losses,
    points_to_earn,
    share,
    spared,
    told,
)
from autograder.reports.lost_check import example_lines
from autograder.sandbox.grader.printable import printable

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
        console.print(_lost(loss, language, console.width))
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


def _lost(loss: Loss, language: Language, width: int) -> RenderableType:
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
    parts += [_marked(line) for line in example_lines(told(loss, language), language, width)]
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


def _marked(line: str) -> Line:
    """A line of a drawing; what differs, which stands in brackets, is red too."""
    marked = Line(line)
    marked.highlight_regex(r"(?<= )\[[^\s\]]+\]", "bold red")
    return marked


def _labelled(label: str, text: str) -> Line:
    return Line(f"{label}: ", style="cyan") + Line(text, style="default")
