"""Run the commands of `autograder github`: read the course, sign in, print, exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder.cli.options import UsageError, check_parent
from autograder.course.ledger import Ledger
from autograder.course.moments import show
from autograder.course.roster import Student
from autograder.document.faults import NoAssignment
from autograder.errors import ExitCode
from autograder.github import dispatch, fetch, listen, provision, publish, repositories
from autograder.github import sweep as sweeping
from autograder.github.client import Client, Permissions, connect
from autograder.github.configuration import Course, read_course
from autograder.github.errors import BadConfiguration, CourseError, NoCredentials, NoLogin
from autograder.github.grading_target import GradingTarget, for_each, grading_target
from autograder.github.inbox import Inbox
from autograder.github.roster import on_github
from autograder.github.sweep import BranchHead
from autograder.github.webhooks import Receiver
from autograder.grading.outline import Outline, read_outline
from autograder.sandbox.grader.printable import printable


class SweepEntry(msgspec.Struct, frozen=True):
    """One entry of `sweep --json`."""

    student: str
    repository: str
    sha: str


def run_provision(config: Path) -> ExitCode:
    course, roster = read_course(config)
    with sign_in(course, provision.NEEDS) as client:
        found = repositories.repositories(client)
        return _change(
            list(roster),
            lambda student: provision.provision(client, course, student, found, utc_now()),
        )


def run_close(config: Path, *, now: bool) -> ExitCode:
    course, roster = read_course(config)
    moment, everybody = utc_now(), list(on_github(roster))
    keep = [] if now else [s for s in everybody if not provision.is_closed(course, s, moment)]
    if keep and len(keep) == len(everybody):
        ends = min(filter(None, map(course.closes, keep)), default=None)
        raise UsageError(f"work is taken {_until(course, ends)}; --now closes before that")
    for student in keep:
        whose = "own deadline" if student.deadline else "the course's deadline"
        until = _until(course, course.closes(student))
        print(printable(f"{student.id}: keeps write access {until} ({whose})"))
    with sign_in(course, provision.CLOSE_NEEDS) as client:
        return _change(
            [student for student in roster if student not in keep],
            lambda student: provision.close(client, course, student),
            f", {len(keep)} keep write access" if keep else "",
        )


def _until(course: Course, ends: datetime | None) -> str:
    return f"until {show(ends, course.zone_info)}" if ends else "without an end"


def run_sweep(
    config: Path, ledger: Path, *, send: bool, failed: bool, json: Path | None
) -> ExitCode:
    course, roster = read_course(config)
    check_parent("--json", json)
    if not ledger.exists():
        say(f"there is no ledger {ledger} yet: everything counts as not graded")
    with Ledger(ledger) as opened:
        is_graded = sweeping.graded(opened.pushes(), failed=failed)
    waiting: list[SweepEntry] = []
    failures = without = 0
    with sign_in(course, dispatch.NEEDS if send else sweeping.NEEDS) as client:
        look = standings(client, course)

        def work(student: Student) -> str | None:
            wanted = look(student).target
            if wanted is None or is_graded(wanted):
                return None
            waiting.append(SweepEntry(student.id, wanted.repository, wanted.commit))
            if not send:
                return "not graded"
            return (
                "sent" if dispatch.dispatch(client, course, wanted, utc_now()) else "waits already"
            )

        for student, outcome in for_each(roster, work):
            if isinstance(outcome, CourseError):
                without += isinstance(outcome, NoLogin)
                failures += not isinstance(outcome, NoLogin)
                say(f"{student.id}: {failure_line(outcome)}")
            elif outcome is not None:
                print(printable(f"{student.id} {waiting[-1].sha}: {outcome}"), flush=True)
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(waiting), indent=2) + b"\n")
    print(f"{len(waiting)} of {len(roster)} not graded{_counted(without, failures)}")
    return ExitCode.INCOMPLETE if failures else ExitCode.DONE


def run_listen(config: Path, *, host: str, port: int, journal: Path) -> ExitCode:
    # Brings Tornado along, which no other command here needs.
    from autograder.github import server

    course, roster = read_course(config)
    secret = os.environ.get("AUTOGRADER_WEBHOOK_SECRET")
    if not secret:
        raise NoCredentials("AUTOGRADER_WEBHOOK_SECRET is not set")
    with listen.journal(journal) as (before, write), sign_in(course, dispatch.NEEDS) as client:
        released = sweeping.released(client, repositories.repository(client, course.template))
        inbox = Inbox(course.regrades_a_day, write, before)
        receiver = Receiver(course, roster, inbox, secret)
        try:
            sockets = server.bind(host, port)
        except OSError as error:
            raise UsageError(f"--port: cannot listen on {host}:{port}: {error.strerror}") from None
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with (
            server.answering(sockets, receiver, utc_now, lambda line: print(line, flush=True)),
            suppress(KeyboardInterrupt),
        ):
            print(f"listening on http://{host}:{sockets[0].getsockname()[1]}", flush=True)
            listen.work(client, course, inbox, released, threading.Event(), utc_now, say)
    return ExitCode.DONE


def run_fetch(config: Path, student: str, sha: str, to: Path | None) -> ExitCode:
    course, roster = read_course(config)
    wanted = grading_target(course, roster, student, sha)
    to = to or Path(wanted.submission)
    fetch.check_folder(to)
    with sign_in(course, fetch.NEEDS) as client:
        about, files = fetch.fetch(client, course, wanted, utc_now())
    for line in fetch.lines(about, course.zone_info):
        print(printable(line))
    fetch.write(about, files, to)
    return ExitCode.DONE


def run_publish(config: Path, student: str, sha: str, *, result: Path, ledger: Path) -> ExitCode:
    course, roster = read_course(config)
    wanted = grading_target(course, roster, student, sha)
    assignment = read_assignment(config, course)
    with sign_in(course, publish.NEEDS) as client, Ledger(ledger) as opened:
        # Asked anew: whatever a runner could have had in its hands is not believed.
        about, _ = fetch.fetch(client, course, wanted, utc_now())
        return publish_result(client, opened, course, assignment, wanted, about, result)


def publish_result(
    client: Client,
    ledger: Ledger,
    course: Course,
    assignment: Outline,
    target: GradingTarget,
    about: fetch.Received,
    result: Path,
) -> ExitCode:
    """Keep a result in the ledger, then show it to the student; print how that went."""
    grading = publish.keep(ledger, course, assignment, target, about, result)
    grade = grading.reason or f"{grading.push.earned:g} / {grading.push.points:g}"
    print(printable(f"{target.student.id} {target.commit}: {grade}"))
    try:
        check_run = publish.show(client, ledger, course, target, about, grading)
    except CourseError as error:
        say(f"kept in {ledger.path}, but not shown to the student: {error}")
        return ExitCode.INCOMPLETE
    print(f"check run {check_run}")
    return ExitCode.INCOMPLETE if grading.reason else ExitCode.DONE


def _change(
    students: Sequence[Student], work: Callable[[Student], list[str]], also: str = ""
) -> ExitCode:
    """Print what was changed for each student, and how it went for all."""
    changed = failures = without = 0
    for student, outcome in for_each(students, work):
        if isinstance(outcome, CourseError):
            without += isinstance(outcome, NoLogin)
            failures += not isinstance(outcome, NoLogin)
            say(f"{student.id}: {failure_line(outcome)}")
        elif outcome:
            changed += 1
            print(printable(f"{student.id}: {'; '.join(outcome)}"), flush=True)
    same = len(students) - changed - failures - without
    print(f"{changed} changed, {same} as they were{also}{_counted(without, failures)}")
    return ExitCode.INCOMPLETE if failures else ExitCode.DONE


def failure_line(error: CourseError) -> str:
    """The reason why nothing was done for one student."""
    return f"passed over: {error}" if isinstance(error, NoLogin) else str(error)


def _counted(without: int, failures: int) -> str:
    return f", {without} without a login" * bool(without) + f", {failures} failed" * bool(failures)


def standings(client: Client, course: Course) -> Callable[[Student], BranchHead]:
    """Returns a function that looks up the head of a student's repository."""
    found = repositories.repositories(client)
    released = sweeping.released(client, found.get(course.template.lower()))
    return lambda student: sweeping.standing(client, course, student, found, released)


def sign_in(course: Course, permissions: Permissions, *, only_granted: bool = False) -> Client:
    def wait(seconds: float) -> None:
        say(f"waiting {seconds:.0f} s for GitHub")
        time.sleep(seconds)

    environment = os.environ
    return connect(course.organisation, environment, permissions, wait, only_granted=only_granted)


def read_assignment(config: Path, course: Course) -> Outline:
    try:
        return read_outline(course.assignment)
    except NoAssignment as error:
        raise BadConfiguration(f"{config}: assignment: {error}") from None


def existing(ledger: Path) -> Ledger:
    if not ledger.is_file():
        raise UsageError(f"--ledger: there is no ledger {ledger}")
    return Ledger(ledger)


def say(line: str) -> None:
    print(printable(line), file=sys.stderr, flush=True)


def utc_now() -> datetime:
    return datetime.now(UTC)
