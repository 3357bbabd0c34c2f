"""GitHub's demands on a student of the roster: an id that is safe everywhere, and a login."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from autograder.course.roster import Student
from autograder.github.errors import BadTarget, CourseError, NoLogin

# A student id becomes a part of file names, payloads and concurrency groups.
STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Managed users' logins end in an underscore and the enterprise's short code.
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]+)?")


def check_student(student: Student) -> None:
    """Raises NoLogin, or BadTarget, for a student who can have no repository."""
    if not STUDENT_ID.fullmatch(student.id):
        raise BadTarget(
            f"{student.id!r} is no student id that GitHub's workflows take (letters, digits, '.', "
            "'_' and '-', at most 64, beginning with a letter or a digit)"
        )
    if not student.login:
        raise NoLogin("no GitHub login on the roster")
    if not LOGIN.fullmatch(student.login):
        raise BadTarget(f"login: {student.login!r} is no GitHub login")


def on_github(students: Iterable[Student]) -> Iterator[Student]:
    """Those who can have a repository."""
    for student in students:
        try:
            check_student(student)
        except CourseError:
            continue
        yield student
