"""A course of three students with a deadline, and what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from autograder.course.roster import Roster, RosterRow, Student
from autograder.github.client import Client, connect
from autograder.github.configuration import Course
from autograder.github.grading_target import GradingTarget, grading_target
from corpus.github.fake import FakeGitHub

DEADLINE = datetime(2027, 4, 30, 15, 0, tzinfo=UTC)
NOW = DEADLINE - timedelta(days=1)
RELEASED = {"iou.py": "raise NotImplementedError\n", "README.md": "handout\n"}
STUDENTS = (
    Student(id="kim", login="octo-kim", name="Kim"),
    Student(id="lee", login="octo-lee", name="Lee"),
    Student(id="park", login="octo-park", name="Park"),
)


@dataclass
class Classroom:
    """All that a test of one command needs."""

    github: FakeGitHub
    course: Course
    roster: Roster
    waits: list[float] = field(default_factory=list)
    now: datetime = NOW
    closing: ExitStack = field(default_factory=ExitStack)
    _signed_in: Client | None = None

    def client(self, **environment: str) -> Client:
        """Signed in with a token, or as `environment` says."""
        if environment:
            return self._connect(environment)
        if self._signed_in is None:
            self._signed_in = self._connect({"GITHUB_TOKEN": "token"})
        return self._signed_in

    def _connect(self, environment: dict[str, str]) -> Client:
        environment = {"GITHUB_API_URL": self.github.url, **environment}
        client = connect("example-course", environment, {"contents": "read"}, self.waits.append)
        return self.closing.enter_context(client)

    def student(self, name: str = "kim") -> Student:
        student = self.roster.get(name)
        assert student is not None
        return student

    def change(self, name: str, **changes: Any) -> Student:
        """One student of the roster is another one from now on."""
        changed = msgspec.structs.replace(self.student(name), **changes)
        students = (changed if each.id == name else each for each in self.roster)
        self.roster = Roster(RosterRow("course.toml", each) for each in list(students))
        return changed

    def target(self, commit: str, student: str = "kim") -> GradingTarget:
        return grading_target(self.course, self.roster, student, commit)

    def with_(self, **changes: Any) -> Course:
        self.course = msgspec.structs.replace(self.course, **changes)
        return self.course


Write = Callable[..., Path]
