"""From a result to a grade: the ledger first, then the check run that the student sees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from autograder.course.entries import Entry, Push, to_entry
from autograder.course.ledger import Ledger
from autograder.course.moments import show as clock
from autograder.course.roster import Student
from autograder.document import result as results
from autograder.document.result import Result
from autograder.github import checks, grades, words
from autograder.github.acceptance import NoGrade, accept
from autograder.github.checks import Conclusion, Shown
from autograder.github.client import Client
from autograder.github.configuration import Course
from autograder.github.fetch import REASONS, Received
from autograder.github.order import Order
from autograder.grading.outline import Outline
from autograder.reports.feedback import withhold
from autograder.reports.losses import is_perfect, share
from autograder.reports.markdown import SUMMARY_CAP, annotate, summary
from autograder.reports.spreadsheet import number

NEEDS = {"checks": "write", "contents": "read", "metadata": "read"}
TOKEN_DIGITS = 32


@dataclass(frozen=True)
class Kept:
    """What stands in the ledger now; `result` is None where there is no grade, for `reason`.

    Where a check could not be decided, `partial` is what the others found.
    """

    key: str
    push: Push
    result: Result | None
    reason: str | None
    partial: Result | None = None


def keep(
    ledger: Ledger,
    course: Course,
    assignment: Outline,
    order: Order,
    about: Received,
    path: Path,
) -> Kept:
    """Put the result in `path` into the ledger, or the reason why it is no grade.

    Raises LedgerError.
    """
    result, reason = None, None
    try:
        if about.empty:
            raise NoGrade("there is no Python file in the assignment's folder")
        result = accept(path, course, assignment, order, about.files)
    except NoGrade as error:
        reason = str(error)
    content = results.encode(result) if result is not None else (reason or "").encode()
    key = hashlib.sha256(order.commit.encode() + b"\n" + content).hexdigest()
    student = order.student.id
    entry = Entry(student, key, 0.0, 0.0, reason=reason)
    if result is not None:
        entry = to_entry(student, key, result)
    received = about.at.astimezone(UTC).isoformat(timespec="seconds")
    ledger.add(replace(entry, commit=order.commit, received=received))
    push = ledger.find_push(student, key)
    assert push is not None
    return Kept(key, push, entry.result, entry.reason, entry.partial)


def show(
    client: Client, ledger: Ledger, course: Course, order: Order, about: Received, kept: Kept
) -> int:
    """Show what was kept on the student's commit. Returns the check run's number.

    Raises Refused, LedgerError.
    """
    shown = say(course, order.student, about, kept, ledger.pushes())
    token = kept.key[:TOKEN_DIGITS]
    check_run = client.persist(lambda: checks.show(client, order, token, shown, course.language))
    ledger.shown(kept.push.number, check_run)
    return check_run


def say(
    course: Course, student: Student, about: Received, kept: Kept, pushes: Sequence[Push]
) -> Shown:
    """What the check run says, in the course's language and with as much as students are told.

    `pushes` are the course's; of the student's, one is named as the one that counts.
    """
    theirs = [push for push in pushes if push.student == student.id]
    lines = [*_head(course, student, about), *_standing(course, student, kept, theirs)]
    lines += _files(course, about)
    head = "\n".join(f"{line}  " for line in lines) + "\n\n"
    if kept.partial is not None:
        title = words.OPEN.in_(course.language)
        return _shown("neutral", title, head, kept.partial, course)
    if kept.result is None:
        title = words.NO_GRADE.in_(course.language)
        return Shown("neutral", title, head + words.NO_GRADE_LONG.in_(course.language))
    conclusion: Conclusion = "success" if is_perfect(kept.result) else "failure"
    title = share(kept.result.earned, kept.result.points)
    return _shown(conclusion, title, head, kept.result, course)


def _shown(conclusion: Conclusion, title: str, head: str, result: Result, course: Course) -> Shown:
    told = withhold(result, course.feedback)
    text = head + summary(told, course.language, SUMMARY_CAP - len(head.encode()))
    return Shown(conclusion, title, text, annotate(told, course.language, course.folder))


def _head(course: Course, student: Student, about: Received) -> Iterator[str]:
    """What was received when, and by when it was due."""
    language, zone = course.language, course.zone_info
    received = (words.RECEIVED if about.known else words.RECEIVED_BY).in_(language)
    yield received.format(commit=f"`{about.commit[:7]}`", when=clock(about.at, zone))
    own = student.deadline is not None
    due = (words.OWN_DEADLINE if own else words.COURSES_DEADLINE).in_(language)
    yield due.format(when=clock(student.deadline or course.deadline, zone))


def _standing(
    course: Course, student: Student, kept: Kept, pushes: Sequence[Push]
) -> Iterator[str]:
    """What being late costs, and what counts for the student now."""
    language = course.language
    lateness = course.lateness(student, kept.push.received)
    if lateness.excused:
        yield words.EXCUSED.in_(language)
    elif not lateness.counts:
        yield words.TOO_LATE.in_(language)
    elif lateness.off and kept.result is not None:
        points = number(lateness.total(kept.push.earned))
        yield words.LATE.in_(language).format(late=number(lateness.off), points=points)
    counting = grades.counting(course, student, pushes)
    if counting is not None:
        total, of = number(counting.points), number(counting.push.points)
        yield words.COUNTS.in_(language).format(points=total, of=of)


def _files(course: Course, about: Received) -> Iterator[str]:
    """What was not found, and what was not taken over."""
    language = course.language
    if about.empty:
        folder = f"`{course.folder}`" if course.folder else words.TOP.in_(language)
        yield words.NOTHING.in_(language).format(folder=folder)
    if about.left_out:
        files = (f"`{name}` ({REASONS[why].in_(language)})" for name, why in about.left_out.items())
        yield words.LEFT_OUT.in_(language).format(files=", ".join(files))
