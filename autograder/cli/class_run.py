"""What `autograder course grade` and `regrade` do."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from autograder.cli.class_tables import changes_table, name_of, points_of, standing_table
from autograder.course.entries import Entry
from autograder.course.executors import Graders, on_dask, on_this_machine
from autograder.course.ledger import Ledger, LedgerError
from autograder.course.policy import Policy
from autograder.course.run import Job, Notice, prepare, run
from autograder.course.submissions import Class, ledger_of, survey
from autograder.errors import ExitCode
from autograder.reports import words
from autograder.reports.feedback import Feedback, withhold
from autograder.sandbox.grader.printable import printable
from autograder.sandbox.protocol.errors import Verdict

LINE_CAP = 10_000  # all the files that one student has beside the work
SHOWN = 8  # of the entries that came last, in the live table


def grade_class(
    folder: Path,
    ledger: Path | None,
    *,
    jobs: int,
    scheduler: str | None,
    seed: int | None,
    seed_per_student: bool,
    again: bool,
    assignment: str,
) -> ExitCode:
    """Grade into the ledger, and print what stands there now. Raises AutograderError."""
    console = _console()
    found = survey(folder, assignment)
    notices: list[Notice] = []
    with Ledger(ledger or ledger_of(folder)) as kept:
        policy = _policy(assignment, kept, seed, seed_per_student)
        known = None if again else kept.has
        work = prepare(found.submissions, policy, known, on_notice=notices.append)
        watch = Watch(len(found.submissions), console)
        with _graders(jobs, scheduler, assignment) as graders, watch:
            for entry in _entries(work, policy, graders, watch):
                kept.add(entry, again=again)
        students = {submission.student for submission in found.submissions}
        standing, reached = [], []
        for entry in kept.record():
            if entry.student in students:
                standing.append(_totals(entry))
                reached += _reached_for(entry)
        console.print(standing_table(standing))
        for line in (*reached, *_noticed(found, notices)):
            print(printable(line, LINE_CAP))
        for entry in standing:
            if entry.reason is not None:
                print(printable(f"{entry.student}: {entry.reason}", LINE_CAP))
        seeds = (
            f"{policy.seed}, another for each student" if policy.seed_per_student else policy.seed
        )
        console.print(f"{watch.summary}; seed {seeds}; kept in {kept.path}", highlight=False)
        for student, reason in watch.open.items():
            if not any(entry.student == student and entry.open for entry in standing):
                print(printable(f"{student}: {reason}; the grade from before stands"))
        open_grades = any(entry.open for entry in standing)
        look = open_grades or _to_look_at(found, notices)
        return ExitCode.INCOMPLETE if watch.refused or look else ExitCode.DONE


def _noticed(found: Class, notices: Iterable[Notice]) -> Iterator[str]:
    """What was taken where there was a choice, and all that was not read."""
    for notice in notices:
        if notice.line:
            yield f"{notice.student}: {notice.line}"
    for line in found.beside.lines():
        yield f"beside the submissions: {line}"


def _to_look_at(found: Class, notices: Iterable[Notice]) -> bool:
    return bool(found.beside.unread) or any(notice.to_look_at for notice in notices)


def _reached_for(entry: Entry) -> list[str]:
    """For the staff: what files reached for that no guard can close, at no cost in points."""
    found = entry.result or entry.partial
    return [
        f"{entry.student}: {file} reached for {what}"
        for file, what in (words.reached_for(found) if found is not None else ())
    ]


def _policy(
    assignment: str, kept: Ledger, seed: int | None = None, seed_per_student: bool = False
) -> Policy:
    """What the ledger has settled, or settles now."""
    settled = kept.seed(seed)
    return Policy(assignment, settled, seed_per_student=kept.seed_per_student(seed_per_student))


def regrade_class(
    folder: Path,
    ledger: Path | None,
    *,
    jobs: int,
    scheduler: str | None,
    write: bool,
    assignment: str,
) -> ExitCode:
    """Grade again, print whose grade changes, and append if asked. Raises AutograderError."""
    console = _console()
    found = survey(folder, assignment)
    notices: list[Notice] = []
    place = ledger or ledger_of(folder)
    if not place.is_file():
        raise LedgerError(f"there is no ledger {place}; grade the class first")
    with Ledger(place) as kept:
        policy = _policy(assignment, kept)
        before = {entry.student: _totals(entry) for entry in kept.record()}
        changes, refused = [], []
        work = prepare(found.submissions, policy, on_notice=notices.append)
        watch = Watch(len(found.submissions), console)
        with _graders(jobs, scheduler, assignment) as graders, watch:
            for entry in _entries(work, policy, graders, watch):
                if entry.reason is not None and not entry.open:
                    refused.append(f"{entry.student}: {entry.reason}")
                earlier = before.get(entry.student)
                changed = not entry.open and (
                    earlier is None or earlier.open or earlier.earned != entry.earned
                )
                if changed:
                    changes.append((earlier, _totals(entry)))
                if write:
                    # A suite may have been corrected without a new version.
                    kept.add(entry, again=changed)
        if changes:
            console.print(changes_table(changes))
        count = f"{len(changes)} of {len(found.submissions)} grades"
        if write:
            console.print(f"{count} changed")
        else:
            then = "; --write changes them" if changes else ""
            console.print(f"{count} would change{then}")
        for line in (*refused, *_noticed(found, notices)):
            print(printable(line, LINE_CAP))
        for student, reason in watch.open.items():
            print(printable(f"{student}: {reason}"))
        look = _to_look_at(found, notices)
        return ExitCode.INCOMPLETE if watch.refused or look else ExitCode.DONE


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 120)


def _totals(entry: Entry) -> Entry:
    """The entry without its checks, of which a large class has too many to hold at once."""
    result = None if entry.result is None else withhold(entry.result, Feedback.SCORE)
    return replace(entry, result=result, partial=None, traceback=None)


def _graders(jobs: int, scheduler: str | None, assignment: str) -> AbstractContextManager[Graders]:
    return on_this_machine(jobs, assignment) if scheduler is None else on_dask(scheduler)


def _entries(
    work: Iterable[Job | Entry], policy: Policy, graders: Graders, watch: Watch
) -> Iterator[Entry]:
    for entry in run(work, policy, graders, on_start=watch.on_start):
        yield entry
        watch.on_end(entry)


class Watch:
    """A live picture of a run: how far it is, what came last, which verdicts there were."""

    def __init__(self, submissions: int, console: Console) -> None:
        self._submissions = submissions
        self._running: set[str] = set()
        self.open: dict[str, str] = {}  # who could not be graded for no fault of theirs, and why
        self._last: deque[Entry] = deque(maxlen=SHOWN)
        self._verdicts: Counter[Verdict] = Counter()
        self.graded = self.refused = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
        )
        self._bar = self._progress.add_task("graded", total=submissions)
        self._live = Live(console=console, get_renderable=self._picture, transient=True)

    def __enter__(self) -> Watch:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def on_start(self, job: Job) -> None:
        self._running.add(job.student)

    def on_end(self, entry: Entry) -> None:
        self._running.discard(entry.student)
        self._last.append(_totals(entry))
        self._progress.advance(self._bar)
        if entry.open and entry.reason is not None:
            self.open[entry.student] = entry.reason
        if entry.result is None:
            self.refused += 1
            return
        self.graded += 1
        self._verdicts.update(check.verdict for check in entry.result.checks)

    @property
    def summary(self) -> str:
        """The run in one line."""
        before = self._submissions - self.graded - self.refused
        parts = [f"{self.graded} graded"]
        parts += [f"{before} unchanged"] if before else []
        parts += [f"{self.refused} without a grade"] if self.refused else []
        return ", ".join(parts)

    def _picture(self) -> RenderableType:
        table = Table(box=None, pad_edge=False)
        for entry in self._last:
            table.add_row(name_of(entry), points_of(entry))
        verdicts = ", ".join(
            f"{n} {verdict}" for verdict, n in self._verdicts.most_common() if verdict != "passed"
        )
        running = printable(", ".join(sorted(self._running)))
        lines = [f"[dim]running:[/] {escape(running)}", f"[dim]checks lost:[/] {verdicts or '-'}"]
        return Group(self._progress, table, *lines)
