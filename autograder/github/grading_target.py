"""The commit that a command is asked to grade, checked before anything is done with it.

Both parts may come out of an event's payload, so neither is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from autograder.course.roster import Roster, Student
from autograder.github.configuration import Course
from autograder.github.errors import BadTarget, CourseError, NoCredentials
from autograder.github.roster import check_student

T = TypeVar("T")
COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class GradingTarget:
    """One commit of one student on the roster."""

    student: Student
    repository: str
    commit: str

    @property
    def submission(self) -> str:
        """The name of the folder a runner grades, and of the result."""
        return f"{self.student.id}-{self.commit}"


def grading_target(course: Course, roster: Roster, student: str, commit: str) -> GradingTarget:
    """Raises BadTarget unless the student is on the roster and the commit id is a whole one.

    The id must be written as on the roster. Raises NoLogin for a student without one.
    """
    found = roster.get(student)
    if found is None or found.id != student:
        raise BadTarget(f"there is no student {student!r} on the roster")
    check_student(found)
    if not COMMIT.fullmatch(commit):
        raise BadTarget(f"{commit!r} is no commit id (40 digits, 0 to 9 and a to f)")
    return GradingTarget(found, course.repository_of(found), commit)


def for_each(
    students: Iterable[Student], work: Callable[[Student], T]
) -> Iterator[tuple[Student, T | CourseError]]:
    """The outcome of `work` for each student; where it fails for one, the rest goes on.

    A student who can have no repository is passed over: NoLogin, or BadTarget.

    Raises NoCredentials, with which it fails for everybody.
    """
    for student in students:
        try:
            check_student(student)
            yield student, work(student)
        except NoCredentials:
            raise
        except CourseError as error:
            yield student, error
