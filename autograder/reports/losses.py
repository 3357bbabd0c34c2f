"""Which checks a report tells of, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from autograder.document.result import Check, Counterexample, Result
from autograder.document.result import Grid as Kept
from autograder.document.text import Language, Text
from autograder.reports import words
from autograder.reports.lost_check import Grid, Lost
from autograder.sandbox.protocol.errors import Verdict


@dataclass(frozen=True)
class Loss:
    """Checks lost for one and the same reason (a stub, a missing file), reported once."""

    checks: tuple[Check, ...]

    @property
    def first(self) -> Check:
        return self.checks[0]

    @property
    def functions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(check.function for check in self.checks))

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def earned(self) -> float:
        return sum(check.earned for check in self.checks)

    @property
    def share(self) -> str:
        """The earned share of the points; unknown for undecided checks."""
        if self.first.verdict is Verdict.UNDECIDED:
            return f"– / {self.points:g}"
        return share(self.earned, self.points)


@dataclass(frozen=True)
class Spared:
    """Checks that passed although a function elsewhere is wrong, and the sentence about it."""

    message: Text
    checks: tuple[Check, ...]


def losses(checks: Iterable[Check]) -> list[Loss]:
    """The checks that did not pass, in order; those that are undecided are among them."""
    lost = [check for check in checks if check.verdict is not Verdict.PASSED]
    return [Loss(tuple(group)) for _, group in groupby(lost, _reason)]


def told(loss: Loss, language: Language) -> Lost:
    """The loss as it is drawn: everything there is to learn from it, in one language."""
    check = loss.first
    count = len(loss.checks)
    title = words.CHECKS.in_(language).format(count=count) if count > 1 else None
    example = check.counterexample or Counterexample("", ())
    return Lost(
        functions=loss.functions,
        verdict=words.VERDICTS[check.verdict].in_(language),
        share=loss.share,
        title=title or check.title.in_(language),
        message=_in(language, check.message),
        call=example.call,
        inputs=tuple(map(_drawn, example.inputs)),
        got=None if example.got is None else _drawn(example.got),
        expected=None if example.expected is None else _drawn(example.expected),
        notes=tuple(x.layout.in_(language) for x in example.inputs if x.layout is not None),
        frames=tuple((frame.file, frame.line, frame.source) for frame in check.traceback),
        diagnosis=_in(language, check.diagnosis),
        hint=_in(language, check.hint),
    )


def _in(language: Language, text: Text | None) -> str:
    return "" if text is None else text.in_(language)


def _drawn(grid: Kept) -> Grid:
    return Grid(grid.name, grid.shape, grid.dtype, grid.values, grid.kind)


def spared(checks: Sequence[Check]) -> list[Spared]:
    """The checks that passed with a message, by message."""
    passing = [check for check in checks if check.verdict is Verdict.PASSED and check.message]
    return [
        Spared(message, tuple(check for check in passing if check.message == message))
        for message in dict.fromkeys(check.message for check in passing)
        if message is not None
    ]


def passed(checks: Iterable[Check]) -> list[Check]:
    return [check for check in checks if check.verdict is Verdict.PASSED]


@dataclass(frozen=True)
class PointsToEarn:
    """A function and the points that it could still earn."""

    task: str
    function: str
    points: float

    @property
    def minus(self) -> str:
        """The points as they were taken off."""
        return f"−{self.points:g}"


def points_to_earn(checks: Iterable[Check], task: str | None = None) -> list[PointsToEarn]:
    """The functions (of one task, if it is named) that lost points, the most first."""
    points: dict[tuple[str, str], float] = {}
    for check in checks:
        decided = check.verdict is not Verdict.UNDECIDED
        if decided and check.earned < check.points and task in (None, check.task):
            key = (check.task, check.function)
            points[key] = points.get(key, 0.0) + check.points - check.earned
    found = [PointsToEarn(task, function, lost) for (task, function), lost in points.items()]
    return sorted(found, key=lambda one: -one.points)


def is_perfect(result: Result) -> bool:
    """Whether nothing at all was lost."""
    return result.earned == result.points and not losses(result.checks)


def share(earned: float, points: float) -> str:
    return f"{earned:g} / {points:g}"


def _reason(check: Check) -> object:
    if check.counterexample is None:
        return (check.task, check.verdict, check.message)
    return (check.function, check.verdict, check.message, check.counterexample)
