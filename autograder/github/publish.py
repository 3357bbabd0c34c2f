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
from autograder.github.grading_target import GradingTarget
from autograder.grading.outline import Outline
from autograder.reports.feedback import withhold
from autograder.reports.losses import is_perfect, share
from autograder.reports.markdown import SUMMARY_CAP, annotate, summary
from autograder.reports.spreadsheet import number

NEEDS = {"checks": "write", "contents": "read", "metadata": "read"}
TOKEN_DIGITS = 32


@dataclass(frozen=True)
class Recorded:
    """The grading in the ledger; `result` is None where there is no grade, for `reason`.

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
    target: GradingTarget,
    about: Received,
    path: Path,
) -> Recorded:
    """Put the result in `path` into the ledger, or the reason why it is no grade.

    Raises LedgerError.
    """
    result, reason = None, None
    try:
        if about.empty:
            raise NoGrade("there is no Python file in the assignment's folder")
        result = accept(path, course, assignment, target, about.files)
    except NoGrade as error:
        reason = str(error)
    content = results.encode(result) if result is not None else (reason or "").encode()
    key = hashlib.sha256(target.commit.encode() + b"\n" + content).hexdigest()
    student = target.student.id
    entry = Entry(student, key, 0.0, 0.0, reason=reason)
    if result is not None:
        entry = to_entry(student, key, result)
    received = about.at.astimezone(UTC).isoformat(timespec="seconds")
    ledger.add(replace(entry, commit=target.commit, received=received))
    push = ledger.find_push(student, key)
    assert push is not None
    return Recorded(key, push, entry.result, entry.reason, entry.partial)


def show(
    client: Client,
    ledger: Ledger,
    course: Course,
    target: GradingTarget,
    about: Received,
    recorded: Recorded,
) -> int:
    """Show what was kept on the student's commit. Returns the check run's number.

    Raises Refused, LedgerError.
    """
    shown = say(course, target.student, about, recorded, ledger.pushes())
    token = recorded.key[:TOKEN_DIGITS]
    check_run = client.persist(lambda: checks.show(client, target, token, shown, course.language))
    ledger.record_check_run(recorded.push.number, check_run)
    return check_run


def say(
    course: Course, student: Student, about: Received, recorded: Recorded, pushes: Sequence[Push]
) -> Shown:
    """The check run's content, in the course's language and at its level of feedback.

    `pushes` are the course's; of the student's, one is named as the one that counts.
    """
    theirs = [push for push in pushes if push.student == student.id]
    lines = [*_head(course, student, about), *_standing(course, student, recorded, theirs)]
    lines += _files(course, about)
    head = "\n".join(f"{line}  " for line in lines) + "\n\n"
    if recorded.partial is not None:
        title = words.OPEN.in_(course.language)
        return _shown("neutral", title, head, recorded.partial, course)
    if recorded.result is None:
        title = words.NO_GRADE.in_(course.language)
        return Shown("neutral", title, head + words.NO_GRADE_LONG.in_(course.language))
    conclusion: Conclusion = "success" if is_perfect(recorded.result) else "failure"
    title = share(recorded.result.earned, recorded.result.points)
    return _shown(conclusion, title, head, recorded.result, course)


def _shown(conclusion: Conclusion, title: str, head: str, result: Result, course: Course) -> Shown:
    withheld = withhold(result, course.feedback)
    text = head + summary(withheld, course.language, SUMMARY_CAP - len(head.encode()))
    return Shown(conclusion, title, text, annotate(withheld, course.language, course.folder))


def _head(course: Course, student: Student, about: Received) -> Iterator[str]:
    """Lines about the receipt and the deadline."""
    language, zone = course.language, course.zone_info
    received = (words.RECEIVED if about.known else words.RECEIVED_BY).in_(language)
    yield received.format(commit=f"`{about.commit[:7]}`", when=clock(about.at, zone))
    own = student.deadline is not None
    due = (words.OWN_DEADLINE if own else words.COURSES_DEADLINE).in_(language)
    yield due.format(when=clock(student.deadline or course.deadline, zone))


def _standing(
    course: Course, student: Student, recorded: Recorded, pushes: Sequence[Push]
) -> Iterator[str]:
    """Lines about the penalty and the grade that counts now."""
    language = course.language
    lateness = course.lateness(student, recorded.push.received)
    if lateness.excused:
        yield words.EXCUSED.in_(language)
    elif not lateness.counts:
        yield words.TOO_LATE.in_(language)
    elif lateness.off and recorded.result is not None:
        points = number(lateness.total(recorded.push.earned))
        yield words.LATE.in_(language).format(late=number(lateness.off), points=points)
    counting = grades.counting(course, student, pushes)
    if counting is not None:
        total, of = number(counting.points), number(counting.push.points)
        yield words.COUNTS.in_(language).format(points=total, of=of)


def _files(course: Course, about: Received) -> Iterator[str]:
    """Lines about files that were missing or not taken over."""
    language = course.language
    if about.empty:
        folder = f"`{course.folder}`" if course.folder else words.TOP.in_(language)
        yield words.NOTHING.in_(language).format(folder=folder)
    if about.left_out:
        files = (f"`{name}` ({REASONS[why].in_(language)})" for name, why in about.left_out.items())
        yield words.LEFT_OUT.in_(language).format(files=", ".join(files))
