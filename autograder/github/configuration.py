"""`course.toml`: all that a course decides about its repositories on GitHub."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

import msgspec

from autograder.course.lateness import Lateness, lateness
from autograder.course.roster import NoRoster, Roster, Student
from autograder.course.rules import NoRules, Rules, read_toml, roster_of, validation_message
from autograder.document.text import Language
from autograder.github.errors import BadConfiguration
from autograder.github.roster import LOGIN, on_github
from autograder.reports.feedback import Feedback

REPOSITORY = re.compile(r"(?!\.\.?\Z)[A-Za-z0-9._-]{1,100}")
PLACEHOLDERS = ("assignment", "student", "login")


class Course(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of `course.toml`: those of every way in, and GitHub's own.

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
    deadline: datetime
    counts: Literal["best", "last"] = "best"
    regrades_a_day: Annotated[int, msgspec.Meta(ge=0)] = 3
    feedback: Feedback = Feedback.FULL
    language: Language = Language.EN
    gpu: bool = False

    def lateness(self, student: Student | None, received: datetime | None) -> Lateness:
        """The lateness of one student's work that was received at a moment."""
        return lateness(received, self.deadline, self.late, student)

    def closes(self, student: Student) -> datetime | None:
        """Until when a push of this student's may count; None is no end."""
        return self.late.closes(student.deadline or self.deadline)

    def repository_of(self, student: Student) -> str:
        return self.repository.format(
            assignment=self.assignment, student=student.id, login=student.login
        )


def read_course(path: Path) -> tuple[Course, Roster]:
    """The course and its students. Raises BadConfiguration: file, key and what is wrong."""
    try:
        course = msgspec.convert(read_toml(path), Course)
        for key, wrong in _mistakes(course):
            raise BadConfiguration(f"{path}: {key}: {wrong}")
        roster = roster_of(path, course)
    except msgspec.ValidationError as error:
        raise BadConfiguration(f"{path}: {validation_message(error)}") from None
    except (NoRules, NoRoster) as error:
        raise BadConfiguration(str(error)) from None
    _check_repositories(path, course, roster)
    return course, roster


def _mistakes(course: Course) -> list[tuple[str, str]]:
    """Pairs of key and mistake, for rules that types cannot express."""
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
    for student in on_github(roster):
        name = course.repository_of(student)
        if not REPOSITORY.fullmatch(name):
            raise BadConfiguration(f"{path}: repository: {name!r} is no repository's name")
        if name.lower() in others:
            raise BadConfiguration(
                f"{path}: repository: {name} of {student.id} is {others[name.lower()]} too"
            )
        others[name.lower()] = f"{student.id}'s"
