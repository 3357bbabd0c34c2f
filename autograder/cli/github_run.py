"""What the commands of `autograder github` do: read the course, sign in, print, exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from autograder.cli.refusal import refuse
from autograder.course.ledger import Ledger, LedgerError
from autograder.github import dispatch, fetch, grades, listen, provision, publish, repositories
from autograder.github import sweep as sweeping
from autograder.github.client import Client, Permissions, connect
from autograder.github.configuration import Course, read_course
from autograder.github.errors import CourseError, NoCredentials
from autograder.github.inbox import Inbox
from autograder.github.order import for_each, order
from autograder.github.roster import Roster, Student
from autograder.github.sweep import Standing
from autograder.github.webhooks import Receiver
from autograder.grading.faults import NoAssignment
from autograder.grading.outline import read_outline
from autograder.reports import spreadsheet
from autograder.sandbox.printable import printable

DONE, SOME = 0, 1
T = TypeVar("T")


class Found(msgspec.Struct, frozen=True):
    """One entry of `sweep --json`."""

    student: str
    repository: str
    sha: str


def run_provision(config: Path) -> int:
    course, roster = read_course(config)
    with _connect(course, provision.NEEDS) as client:
        found = repositories.repositories(client)
        return _change(
            roster, lambda student: provision.provision(client, course, student, found, _now())
        )


def run_close(config: Path, *, now: bool) -> int:
    course, roster = read_course(config)
    if _now() <= course.closes and not now:
        raise CourseError(
            f"work is taken until {course.closes.isoformat()}; --now closes before that"
        )
    with _connect(course, provision.CLOSE_NEEDS) as client:
        return _change(roster, lambda student: provision.close(client, course, student))


def run_sweep(config: Path, ledger: Path, *, send: bool, failed: bool, json: Path | None) -> int:
    course, roster = read_course(config)
    _check_parent("--json", json)
    if not ledger.exists():
        _say(f"there is no ledger {ledger} yet: everything counts as not graded")
    with Ledger(ledger) as kept:
        is_graded = sweeping.graded(kept.pushes(), failed=failed)
    waiting: list[Found] = []
    failures = 0
    with _connect(course, dispatch.NEEDS if send else sweeping.NEEDS) as client:
        look = _standings(client, course)

        def work(student: Student) -> str | None:
            wanted = look(student).order
            if wanted is None or is_graded(wanted):
                return None
            waiting.append(Found(student.id, wanted.repository, wanted.commit))
            if not send:
                return "not graded"
            return "sent" if dispatch.dispatch(client, course, wanted, _now()) else "waits already"

        for student, outcome in for_each(roster, work):
            if isinstance(outcome, CourseError):
                failures += 1
                _say(f"{student.id}: {outcome}")
            elif outcome is not None:
                print(printable(f"{student.id} {waiting[-1].sha}: {outcome}"), flush=True)
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(waiting), indent=2) + b"\n")
    print(f"{len(waiting)} of {len(roster)} not graded{_failed(failures)}")
    return SOME if failures else DONE


def run_listen(config: Path, *, host: str, port: int, journal: Path) -> int:
    # Brings Tornado along, which no other command here needs.
    from autograder.github import server

    course, roster = read_course(config)
    secret = os.environ.get("AUTOGRADER_WEBHOOK_SECRET")
    if not secret:
        raise NoCredentials("AUTOGRADER_WEBHOOK_SECRET is not set")
    with listen.journal(journal) as (before, write), _connect(course, dispatch.NEEDS) as client:
        released = sweeping.released(client, repositories.repository(client, course.template))
        inbox = Inbox(course.regrades_a_day, write, before)
        receiver = Receiver(course, roster, inbox, secret)
        try:
            sockets = server.bind(host, port)
        except OSError as error:
            raise CourseError(f"--port: cannot listen on {host}:{port}: {error.strerror}") from None
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with (
            server.answering(sockets, receiver, _now, lambda line: print(line, flush=True)),
            suppress(KeyboardInterrupt),
        ):
            print(f"listening on http://{host}:{sockets[0].getsockname()[1]}", flush=True)
            listen.work(client, course, inbox, released, threading.Event(), _now, _say)
    return DONE


def run_fetch(config: Path, student: str, sha: str, to: Path | None) -> int:
    course, roster = read_course(config)
    wanted = order(course, roster, student, sha)
    to = to or Path(wanted.submission)
    fetch.check_folder(to)
    with _connect(course, fetch.NEEDS) as client:
        about, files = fetch.fetch(client, course, wanted, _now())
    for line in fetch.told(about):
        print(printable(line))
    fetch.write(about, files, to)
    return DONE


def run_publish(config: Path, student: str, sha: str, *, result: Path, ledger: Path) -> int:
    course, roster = read_course(config)
    wanted = order(course, roster, student, sha)
    try:
        assignment = read_outline(course.assignment)
    except NoAssignment as error:
        raise CourseError(f"{config}: assignment: {error}") from None
    with _connect(course, publish.NEEDS) as client, Ledger(ledger) as kept:
        # Asked anew: whatever a runner could have had in its hands is not believed.
        about, _ = fetch.fetch(client, course, wanted, _now())
        grading = publish.keep(kept, course, assignment, wanted, about, result)
        grade = grading.reason or f"{grading.push.earned:g} / {grading.push.points:g}"
        print(printable(f"{student} {sha}: {grade}"))
        try:
            check_run = publish.show(client, kept, course, wanted, about, grading)
        except CourseError as error:
            _say(f"kept in {ledger}, but not shown to the student: {error}")
            return SOME
    print(f"check run {check_run}")
    return SOME if grading.reason else DONE


def run_status(config: Path, ledger: Path) -> int:
    from autograder.cli.github_status import print_status

    course, roster = read_course(config)
    with _existing(ledger) as kept:
        pushes = kept.pushes()
    with _connect(course, sweeping.NEEDS) as client:
        outcomes = list(for_each(roster, _standings(client, course)))
    print_status(course, outcomes, pushes)
    return SOME if any(isinstance(outcome, CourseError) for _, outcome in outcomes) else DONE


def run_grades(config: Path, ledger: Path, csv: Path) -> int:
    course, roster = read_course(config)
    _check_parent("--csv", csv)
    with _existing(ledger) as kept:
        rows = list(grades.table(course, roster, kept))
    try:
        spreadsheet.write(csv, rows)
    except OSError as error:
        raise CourseError(f"--csv: {csv}: {error.strerror}") from None
    print(f"{len(rows) - 1} students written to {csv}")
    return DONE


def run_gradebook(config: Path, ledger: Path, to: Path) -> int:
    # Brings nbgrader along, which no other command here needs.
    from autograder.nbgrader.record import GradeOfRecord, NoGradebook, write_grades

    course, _ = read_course(config)
    found = []
    with _existing(ledger) as kept:
        pushes = kept.pushes()
        for student, grade in sorted(grades.of_record(course, pushes).items()):
            result = kept.result(grade.push.number)
            assert result is not None, "what could not be graded does not count"
            others = {push.received for push in pushes if push.student == student}
            found.append(GradeOfRecord(student, grade.push.received, result, grade.late, others))
    outcomes: Counter[str] = Counter()
    try:
        for written, outcome in write_grades(to, course.assignment, found):
            outcomes[outcome] += 1
            print(printable(f"{written.student}: {outcome}"))
    except NoGradebook as error:
        raise CourseError(f"--to: {error}") from None
    told = ", ".join(f"{count} {outcome.split(':')[0]}" for outcome, count in outcomes.items())
    print(f"{len(found)} with a grade: {told}" if told else "nobody has a grade yet")
    return DONE


def ended(command: Callable[..., int], *arguments: object, **options: object) -> int:
    """The exit code of a command; what cannot go on ends in one line."""
    try:
        return command(*arguments, **options)
    except (CourseError, LedgerError) as error:
        return refuse(error)


def _change(roster: Roster, work: Callable[[Student], list[str]]) -> int:
    """Print what was changed for each student, and how it went for all."""
    changed = failures = 0
    for student, outcome in for_each(roster, work):
        if isinstance(outcome, CourseError):
            failures += 1
            _say(f"{student.id}: {outcome}")
        elif outcome:
            changed += 1
            print(printable(f"{student.id}: {'; '.join(outcome)}"), flush=True)
    same = len(roster) - changed - failures
    print(f"{changed} changed, {same} as they were{_failed(failures)}")
    return SOME if failures else DONE


def _failed(count: int) -> str:
    return f", {count} failed" if count else ""


def _standings(client: Client, course: Course) -> Callable[[Student], Standing]:
    """Asks where a student's repository stands, one after the other."""
    found = repositories.repositories(client)
    released = sweeping.released(client, found.get(course.template.lower()))
    return lambda student: sweeping.standing(client, course, student, found, released)


def _connect(course: Course, permissions: Permissions) -> Client:
    def wait(seconds: float) -> None:
        _say(f"waiting {seconds:.0f} s for GitHub")
        time.sleep(seconds)

    return connect(course.organisation, os.environ, permissions, wait)


def _existing(ledger: Path) -> Ledger:
    if not ledger.is_file():
        raise CourseError(f"--ledger: there is no ledger {ledger}")
    return Ledger(ledger)


def _check_parent(option: str, path: Path | None) -> None:
    if path is not None and not path.absolute().parent.is_dir():
        raise CourseError(f"{option}: there is no folder {path.absolute().parent}")


def _say(line: str) -> None:
    print(printable(line), file=sys.stderr, flush=True)


def _now() -> datetime:
    return datetime.now(UTC)
