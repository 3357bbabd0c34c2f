"""`course.toml`: all that a course decides about its repositories on GitHub."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

import msgspec

from autograder.github.errors import BadConfiguration
from autograder.github.roster import LOGIN, Roster, Student, read_csv
from autograder.grading.text import Language
from autograder.reports.feedback import Feedback

REPOSITORY = re.compile(r"(?!\.\.?\Z)[A-Za-z0-9._-]{1,100}")
PLACEHOLDERS = ("assignment", "student", "login")


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What handing in late costs: points for each day begun, for so many days at most.

    By default nothing counts that GitHub received after the deadline.
    """

    days: Annotated[int, msgspec.Meta(ge=0)] = 0
    points_a_day: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    grace_minutes: Annotated[float, msgspec.Meta(ge=0)] = 0.0


class Course(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of `course.toml`.

    `grader` is the repository with the hidden tests and the runner, `template` the one that
    students' repositories are made from; both are the organisation's. `folder` is where a
    student's repository holds the assignment.
    """

    organisation: str
    grader: str
    template: str
    assignment: str = "segmentation"
    repository: str = "{assignment}-{login}"
    folder: str = ""
    roster: str | None = None
    students: tuple[Student, ...] = ()
    deadline: Annotated[datetime, msgspec.Meta(tz=True)]
    late: Late = Late()
    counts: Literal["best", "last"] = "best"
    regrades_a_day: Annotated[int, msgspec.Meta(ge=0)] = 3
    feedback: Feedback = "full"
    language: Language = "en"
    gpu: bool = False

    @property
    def closes(self) -> datetime:
        """Until when a push may count."""
        grace = timedelta(minutes=self.late.grace_minutes)
        return self.deadline + max(timedelta(days=self.late.days), grace)

    def repository_of(self, student: Student) -> str:
        return self.repository.format(
            assignment=self.assignment, student=student.id, login=student.login
        )


def read_course(path: Path) -> tuple[Course, Roster]:
    """The course and its students. Raises BadConfiguration: file, key and what is wrong."""
    try:
        with path.open("rb") as file:
            course = msgspec.convert(tomllib.load(file), Course)
    except OSError as error:
        raise BadConfiguration(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{path} is no TOML file: {error}") from None
    except msgspec.ValidationError as error:
        raise BadConfiguration(f"{path}: {_told(error)}") from None
    for key, wrong in _mistakes(course):
        raise BadConfiguration(f"{path}: {key}: {wrong}")
    if course.roster is not None:
        roster = Roster(read_csv(path.parent / course.roster))
    else:
        roster = Roster(
            (f"{path}: students[{number}]", student)
            for number, student in enumerate(course.students)
        )
    _check_repositories(path, course, roster)
    return course, roster


def _told(error: msgspec.ValidationError) -> str:
    """The key first: msgspec says "Expected `int`, got `str` - at `$.late.days`"."""
    wrong, _, place = str(error).partition(" - at `$.")
    wrong = wrong.replace("Object missing required field", "there is no key")
    wrong = wrong.replace("Object contains unknown field", "there is no such key:")
    wrong = wrong.replace("Expected `datetime` with a timezone component", "the zone is missing")
    return f"{place.rstrip('`')}: {wrong}" if place else wrong


def _mistakes(course: Course) -> list[tuple[str, str]]:
    """(key, what is wrong with it), for what types cannot say."""
    found = []
    if not LOGIN.fullmatch(course.organisation):
        found.append(("organisation", f"{course.organisation!r} is no name of an organisation"))
    for key in ("grader", "template"):
        name = getattr(course, key)
        if not REPOSITORY.fullmatch(name):
            found.append((key, f"{name!r} is no repository's name (without the organisation)"))
    if not course.assignment.isidentifier():
        found.append(("assignment", f"{course.assignment!r} is no assignment's name"))
    if any(part in ("", ".", "..") for part in course.folder.split("/")) and course.folder:
        found.append(("folder", f"{course.folder!r} is no path inside a repository"))
    if (course.roster is None) == (not course.students):
        found.append(("roster", "give either a roster file or [[students]]"))
    try:
        names = [name for _, name, *_ in Formatter().parse(course.repository) if name is not None]
        course.repository_of(Student(id="student", login="login"))
    except (ValueError, LookupError, AttributeError):
        names = ["?"]
    if not set(names) <= set(PLACEHOLDERS):
        found.append(("repository", f"only {{{'}, {'.join(PLACEHOLDERS)}}} can stand in braces"))
    elif not {"student", "login"} & set(names):
        found.append(("repository", "it must hold {student} or {login}, to be one for each"))
    return found


def _check_repositories(path: Path, course: Course, roster: Roster) -> None:
    others = {course.grader.lower(): "the grader's", course.template.lower(): "the template"}
    for student in roster:
        name = course.repository_of(student)
        if not REPOSITORY.fullmatch(name):
            raise BadConfiguration(f"{path}: repository: {name!r} is no repository's name")
        if name.lower() in others:
            raise BadConfiguration(
                f"{path}: repository: {name} of {student.id} is {others[name.lower()]} too"
            )
        others[name.lower()] = f"{student.id}'s"
