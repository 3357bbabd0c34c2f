"""The tables that `autograder course grade` and `regrade` print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from autograder.course.entries import Entry
from autograder.sandbox.grader.printable import printable


def points_of(entry: Entry) -> str:
    if entry.reason:
        return escape(printable(entry.reason))
    return f"{entry.earned:g} / {entry.points:g}"


def name_of(entry: Entry) -> str:
    return escape(printable(entry.student))


def standing_table(entries: Sequence[Entry]) -> RenderableType:
    """The grades of record: a row a student, a column a task."""
    tasks = next((e.result.tasks for e in entries if e.result is not None), ())
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("student")
    for name in (*(task.name for task in tasks), "total"):
        table.add_column(name, justify="right")
    for entry in entries:
        if entry.result is None:
            table.add_row(name_of(entry), *("" for _ in tasks), "-")
            continue
        earned = (f"{task.earned:g}" for task in entry.result.tasks)
        table.add_row(name_of(entry), *earned, f"{entry.earned:g}")
    return table


def changes_table(pairs: Sequence[tuple[Entry | None, Entry]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("student", "before", "now", "change", "in"):
        table.add_column(column, justify="left" if column in ("student", "in") else "right")
    for before, now in sorted(pairs, key=lambda change: change[1].student):
        before = None if before is None or before.open else before
        old = before.earned if before else 0.0
        table.add_row(
            name_of(now),
            f"{old:g}" if before else "-",
            f"{now.earned:g}",
            f"{now.earned - old:+g}",
            ", ".join(_tasks_that_changed(before, now)),
        )
    return table


def _tasks_that_changed(before: Entry | None, now: Entry) -> Iterator[str]:
    if before is None or before.result is None or now.result is None:
        return
    old = {task.name: task.earned for task in before.result.tasks}
    for task in now.result.tasks:
        if old.get(task.name) != task.earned:
            yield f"{task.name} {old.get(task.name, 0.0):g} → {task.earned:g}"
