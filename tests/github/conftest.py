"""A course of three on a GitHub of its own, signed in, with nobody who really waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from autograder.course.lateness import LateRule
from autograder.course.ledger import Ledger
from autograder.course.roster import Roster, Row, Student
from autograder.github.client import Client, connect
from autograder.github.configuration import Course
from autograder.github.order import Order, order
from corpus.github.fake import FakeGitHub
from tests.support.listener import Listener

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
        self.roster = Roster(Row("course.toml", each) for each in list(students))
        return changed

    def order(self, commit: str, student: str = "kim") -> Order:
        return order(self.course, self.roster, student, commit)

    def with_(self, **changes: Any) -> Course:
        self.course = msgspec.structs.replace(self.course, **changes)
        return self.course


@pytest.fixture(scope="session")
def pem() -> str:
    """An App's key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


@pytest.fixture
def classroom(tmp_path: Path) -> Iterator[Classroom]:
    """The template and the grader's repository are there, the students' are not."""
    course = Course(
        organisation="example-course",
        grader="grader",
        template="segmentation",
        students=STUDENTS,
        deadline=DEADLINE,
        late=LateRule(days=2, points_a_day=10.0, grace_minutes=5.0),
    )
    roster = Roster(Row("course.toml", student) for student in STUDENTS)
    with FakeGitHub(folder=tmp_path / "github", clock=lambda: room.now) as github:
        room = Classroom(github, course, roster)
        github.add_repository("grader")
        github.add_repository("segmentation", RELEASED, template=True)
        with room.closing:
            yield room


@pytest.fixture
def running(classroom: Classroom) -> Classroom:
    """The same with the students' repositories, as they were released."""
    for student in STUDENTS:
        name = classroom.course.repository_of(student)
        classroom.github.copy_repository(classroom.course.template, name)
    return classroom


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "course.ledger") as kept:
        yield kept


@pytest.fixture
def listener(running: Classroom) -> Iterator[Listener]:
    """Waits for deliveries, with the limits that it has."""
    with Listener.open(running.course, running.roster, lambda: running.now) as opened:
        yield opened


Write = Callable[..., Path]


@pytest.fixture
def course_file(tmp_path: Path) -> Write:
    """Writes a course.toml in which some lines are others, and a roster beside it."""

    def write(*lines: str, roster: str | None = None) -> Path:
        given = dict(line.split(" = ", 1) for line in lines)
        usual = {
            "organisation": '"example-course"',
            "grader": '"grader"',
            "template": '"segmentation"',
            "roster": '"roster.csv"',
            "deadline": DEADLINE.isoformat(),
        }
        text = "\n".join(f"{key} = {value}" for key, value in {**usual, **given}.items() if value)
        rows = [f"{each.id},{each.login},{each.name}" for each in STUDENTS]
        usual_roster = "\n".join(["student,login,name", *rows])
        (tmp_path / "roster.csv").write_text(usual_roster if roster is None else roster)
        (tmp_path / "course.toml").write_text(text)
        return tmp_path / "course.toml"

    return write
