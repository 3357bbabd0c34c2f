"""A course of three on a GitHub of its own, signed in, with nobody who really waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from autograder.course.lateness import LateRule
from autograder.course.ledger import Ledger
from autograder.course.roster import Roster, RosterRow
from autograder.github.configuration import Course
from corpus.github.fake import FakeGitHub
from tests.github.classroom import DEADLINE, RELEASED, STUDENTS, Classroom, Write
from tests.support.listener import Listener


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
    roster = Roster(RosterRow("course.toml", student) for student in STUDENTS)
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
