"""Summarise a class from one result after another.

A result is looked at and let go: of each student a row of figures is kept, so a class of thousands
takes little memory.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from autograder.document.result import Check, Result, TaskResult
from autograder.document.text import Text
from autograder.reports.standing import NOTHING, Standing
from autograder.sandbox.protocol.errors import Cause, Verdict

BINS = 10
# What the sandbox stopped or refused; where a submission is worth a look.
STOPPED = (
    Verdict.FORBIDDEN,
    Verdict.CRASH,
    Verdict.MEMORY,
    Verdict.TIMEOUT,
    Verdict.BAD_SUBMISSION,
)
# Times the median of the class: a machine that was busy for a while does not make a row of these.
SLOW = 3.0


class Status(enum.StrEnum):
    """The state of a student's submission."""

    GRADED = "graded"
    NO_GRADE = "no grade"
    MISSING = "missing"
    EXCUSED = "excused"


@dataclass(frozen=True)
class StudentRow:
    """One student. `reason` says why there is no grade.

    `earned` are the points of the files; `total`, of `out_of`, is what they come to with lateness,
    a person's points and written questions.
    """

    student: str
    status: Status
    points: float = 0.0
    earned: float = 0.0
    tasks: tuple[TaskResult, ...] = ()
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    seconds: float = 0.0
    graded: str = ""
    reason: str = ""
    standing: Standing = NOTHING
    total: float = 0.0
    out_of: float = 0.0

    @property
    def ready(self) -> bool:
        """Whether the total is a grade: everything was graded, and every answer was read."""
        return self.status in (Status.GRADED, Status.MISSING) and not self.standing.waits


@dataclass
class CheckFigures:
    """One check over the class; `check` is any student's, for its title and points."""

    task: str
    function: str
    title: Text
    points: float
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    missed: float = 0.0

    @property
    def count(self) -> int:
        return self.verdicts.total()

    @property
    def passed(self) -> int:
        return self.verdicts[Verdict.PASSED]

    @property
    def mean_missed(self) -> float:
        return self.missed / self.count


@dataclass
class MisconceptionFigures:
    """One misconception, and whose feedback names it."""

    function: str
    explanation: Text
    students: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Incident:
    """A submission that was stopped, to which something was refused, or with a misnamed file."""

    student: str
    verdict: Verdict
    functions: tuple[str, ...]
    message: Text | None
    checks: int


@dataclass(frozen=True)
class TaskFigures:
    """One file over the class."""

    name: str
    points: float
    mean: float
    full: int
    zero: int


@dataclass(frozen=True)
class Bin:
    """The number of students with `low` to below `high` points; the last bin holds `high` too."""

    low: float
    high: float
    count: int


def not_passed(verdicts: Counter[Verdict]) -> dict[Verdict, int]:
    """The number of checks by verdict, the most frequent first, without those that passed."""
    return {v: n for v, n in verdicts.most_common() if v is not Verdict.PASSED}


class ClassSummary:
    """Figures of a class; `add` a student at a time."""

    def __init__(self) -> None:
        self.rows: list[StudentRow] = []
        self.incidents: list[Incident] = []
        self.unsafe: list[str] = []
        self.graders: Counter[tuple[str, int]] = Counter()  # (suites, seed)
        self._checks: dict[str, CheckFigures] = {}
        self._misconceptions: dict[tuple[str, Text], MisconceptionFigures] = {}

    def add(
        self,
        student: str,
        result: Result | None,
        *,
        graded: str = "",
        reason: str | None = None,
        standing: Standing = NOTHING,
    ) -> None:
        """A student's grade of record, or why there is none."""
        status = Status.EXCUSED if standing.excused else Status.GRADED
        if result is None:
            status = Status.EXCUSED if standing.excused else Status.NO_GRADE
            row = StudentRow(student, status, graded=graded, reason=reason or "", standing=standing)
            self.rows.append(row)
            return
        self.rows.append(
            StudentRow(
                student,
                status,
                result.points,
                result.earned,
                result.tasks,
                Counter(check.verdict for check in result.checks),
                result.seconds,
                graded,
                standing=standing,
                total=standing.total(result),
                out_of=standing.out_of(result.points),
            )
        )
        self.graders[result.versions.suites, result.seed] += 1
        if result.sandbox.level == "none":
            self.unsafe.append(student)
        for check in result.checks:
            self._count(student, check)
        self.incidents += _incidents(student, result.checks)

    def add_missing(self, student: str, standing: Standing = NOTHING) -> None:
        """Add a student without a graded submission."""
        status = Status.EXCUSED if standing.excused else Status.MISSING
        self.rows.append(StudentRow(student, status, standing=standing))

    def with_status(self, status: Status) -> list[StudentRow]:
        return [row for row in self.rows if row.status is status]

    @property
    def graded(self) -> list[StudentRow]:
        return self.with_status(Status.GRADED)

    @property
    def points(self) -> float:
        return max((row.points for row in self.graded), default=0.0)

    @property
    def mean(self) -> float:
        return fmean(row.earned for row in self.graded)

    @property
    def median(self) -> float:
        return median(row.earned for row in self.graded)

    @property
    def tasks(self) -> list[TaskFigures]:
        """The figures of each task, in the assignment's order."""
        by_name: dict[str, list[TaskResult]] = {}
        for row in self.rows:
            for task in row.tasks:
                by_name.setdefault(task.name, []).append(task)
        return [
            TaskFigures(
                name,
                points=results[0].points,
                mean=fmean(task.earned for task in results),
                full=sum(task.earned >= task.points for task in results),
                zero=sum(task.earned == 0 for task in results),
            )
            for name, results in by_name.items()
        ]

    @property
    def checks(self) -> list[CheckFigures]:
        """Every check, in the suites' order."""
        return list(self._checks.values())

    @property
    def hardest(self) -> list[CheckFigures]:
        """The checks that any student lost, the least often passed first."""
        lost = [check for check in self.checks if check.passed < check.count]
        return sorted(lost, key=lambda check: (check.passed / check.count, -check.points))

    @property
    def misconceptions(self) -> list[MisconceptionFigures]:
        """The most frequent first."""
        return sorted(self._misconceptions.values(), key=lambda one: -len(one.students))

    @property
    def slow(self) -> list[StudentRow]:
        """Those that took several times as long as half of the class, the slowest first."""
        far = SLOW * self.median_seconds
        return sorted(
            (row for row in self.graded if row.seconds > far), key=lambda row: -row.seconds
        )

    @property
    def median_seconds(self) -> float:
        return median([row.seconds for row in self.graded] or [0.0])

    @property
    def bins(self) -> list[Bin]:
        """The number of students in each tenth of the files' points."""
        whole = self.points or 1.0
        counts = Counter(min(BINS - 1, int(BINS * row.earned / whole)) for row in self.graded)
        return [Bin(whole * k / BINS, whole * (k + 1) / BINS, counts[k]) for k in range(BINS)]

    def _count(self, student: str, check: Check) -> None:
        figures = self._checks.setdefault(
            check.id, CheckFigures(check.task, check.function, check.title, check.points)
        )
        figures.verdicts[check.verdict] += 1
        figures.missed += check.points - check.earned
        if check.diagnosis is not None:
            one = self._misconceptions.setdefault(
                (check.function, check.diagnosis),
                MisconceptionFigures(check.function, check.diagnosis),
            )
            if student not in one.students[-1:]:
                one.students.append(student)


def _incidents(student: str, checks: Sequence[Check]) -> Iterable[Incident]:
    """One a verdict (and a file with another name), however many checks it ended."""
    found: dict[tuple[Verdict, str], list[Check]] = {}
    for check in checks:
        if check.verdict in STOPPED or _was_refused(check):
            found.setdefault((check.verdict, ""), []).append(check)
        elif _has_another_name(check):
            found.setdefault((check.verdict, check.task), []).append(check)
    for (verdict, _), ended in found.items():
        functions = tuple(dict.fromkeys(check.function for check in ended))
        yield Incident(student, verdict, functions, ended[0].message, len(ended))


def _was_refused(check: Check) -> bool:
    """Whether the sandbox refused it a file, a connection or a process."""
    return check.verdict is Verdict.ERROR and check.cause in (Cause.REFUSED, Cause.PROCESSES)


def _has_another_name(check: Check) -> bool:
    """Whether its file is missing, and one is there that may have been meant."""
    message = check.message.en if check.message else ""
    return check.verdict is Verdict.MISSING and "was not found, but " in message
