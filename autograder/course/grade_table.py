"""The table of a class's grades, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.reports.class_summary import ClassSummary, Status, StudentRow
from autograder.reports.spreadsheet import number, plain
from autograder.reports.standing import Standing
from autograder.sandbox.protocol.errors import Verdict


def table(summary: ClassSummary) -> Iterator[Sequence[object]]:
    """A header and a row a student, by student."""
    tasks = [task.name for task in summary.tasks]
    verdicts = [verdict.value for verdict in Verdict]
    yield [
        *("student", "name", *tasks, "written", "late", "total", "out of", "status"),
        *(*verdicts, "received", "deadline", "own deadline", "graded", "reason"),
    ]
    for row in sorted(summary.rows, key=lambda row: row.student):
        standing = row.standing
        yield [
            *(plain(row.student), plain(standing.name)),
            *_points(row, summary, tasks),
            *_verdicts(row),
            *(standing.received, standing.deadline, "yes" if standing.own else ""),
            *(row.graded, plain(row.reason)),
        ]


def _points(row: StudentRow, summary: ClassSummary, tasks: Sequence[str]) -> Iterator[str]:
    standing = row.standing
    earned = {task.name: task.earned for task in row.tasks} | dict(standing.by_hand)
    yield from (number(earned[task]) if task in earned else "" for task in tasks)
    answers = [one.earned for one in standing.written]
    yield number(sum(one or 0.0 for one in answers)) if answers and None not in answers else ""
    yield _late(standing)
    yield number(row.total) if row.ready else ""
    yield number(row.out_of or standing.out_of(summary.points))
    yield "needs manual grading" if row.status is Status.GRADED and standing.waits else row.status


def _late(standing: Standing) -> str:
    """The points that lateness takes off, or why that is no number."""
    if not standing.counts:
        return "too late"
    return "late, time not known" if standing.called_late else number(-standing.off)


def _verdicts(row: StudentRow) -> Iterator[str]:
    """The number of checks by verdict."""
    for verdict in Verdict:
        yield str(row.verdicts[verdict]) if row.tasks else ""
