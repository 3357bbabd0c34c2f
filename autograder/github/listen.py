"""Answer webhooks: a server takes them, and a loop sends the commits that are due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from autograder.github import repositories
from autograder.github.client import Client
from autograder.github.configuration import Course
from autograder.github.dispatch import dispatch
from autograder.github.errors import BadConfiguration, CourseError
from autograder.github.grading_target import GradingTarget
from autograder.github.inbox import Due, Event, Inbox
from autograder.github.sweep import standing

IDLE_SECONDS = 60.0


@contextmanager
def journal(path: Path) -> Iterator[tuple[list[Event], Callable[[Event], None]]]:
    """(what an earlier run wrote down, how to write down more), a line of JSON each.

    A line that was cut off when a run was killed is passed over. Raises BadConfiguration.
    """
    try:
        file = path.open("a+b")
    except OSError as error:
        raise BadConfiguration(f"--journal: {path}: {error.strerror}") from None
    with file:
        file.seek(0)
        before: list[Event] = []
        line = b"\n"
        for line in file:
            try:
                before.append(msgspec.json.decode(line, type=Event))
            except msgspec.DecodeError:
                continue

        if not line.endswith(b"\n"):
            file.write(b"\n")

        def write(event: Event) -> None:
            file.write(msgspec.json.encode(event) + b"\n")
            file.flush()

        yield before, write


def send(client: Client, course: Course, due: Due, released: str, now: datetime) -> str:
    """Have a due commit graded. Returns a line about it. Raises CourseError.

    Webhooks may come late, twice and out of turn: of a push, the branch's head is sent, unless it
    was graded before or is what was `released`.
    """
    target: GradingTarget | None = due.target
    if due.is_push:
        repository = repositories.repository(client, due.target.repository)
        found = {repository.name.lower(): repository}
        target = standing(client, course, due.target.student, found, released).target
    if target is None:
        return f"{due.target.student.id}: as it was released"
    sent = dispatch(client, course, target, now, again=not due.is_push)
    return (
        f"{target.student.id} {target.commit}: {'sent' if sent else 'waits already or is graded'}"
    )


def work(
    client: Client,
    course: Course,
    inbox: Inbox,
    released: str,
    stop: threading.Event,
    clock: Callable[[], datetime],
    report: Callable[[str], None],
) -> None:
    """Send due commits until `stop` is set. Failures are reported; a sweep finds them later."""
    while not stop.is_set():
        for due in inbox.due(clock()):
            try:
                report(send(client, course, due, released, clock()))
            except CourseError as error:
                report(f"{due.target.student.id} {due.target.commit}: {error}")
        inbox.wait(clock(), IDLE_SECONDS)
