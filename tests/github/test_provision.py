"""Repositories are made once, are what they should be, and are closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from autograder.course.lateness import LateRule
from autograder.course.roster import Student
from autograder.github import repositories
from autograder.github.client import Client
from autograder.github.errors import CourseError, NoLogin, RequestRefused
from autograder.github.grading_target import for_each
from autograder.github.provision import close, is_closed, provision
from tests.github.classroom import DEADLINE, STUDENTS, Classroom

KIM = "segmentation-octo-kim"
CLOSES = DEADLINE + timedelta(days=2)
Outcomes = dict[str, list[str] | CourseError]


def provision_all(room: Classroom) -> Outcomes:
    client = room.client()
    found = repositories.repositories(client)

    def work(student: Student) -> list[str]:
        return provision(client, room.course, student, found, room.now)

    return {student.id: outcome for student, outcome in for_each(room.roster, work)}


def close_all(room: Classroom, client: Client) -> Outcomes:
    work: Callable[[Student], list[str]] = lambda student: close(client, room.course, student)  # noqa: E731
    return {student.id: outcome for student, outcome in for_each(room.roster, work)}


def test_every_student_gets_a_private_repository_out_of_the_template(classroom: Classroom) -> None:
    outcomes = provision_all(classroom)
    assert set(outcomes) == {"kim", "lee", "park"}
    for student in STUDENTS:
        made = classroom.github.repositories[classroom.course.repository_of(student)]
        assert made.settings["private"]
        assert made.invitations == {student.login: "push"}
        assert [entry.path for entry in made.storage.tree("main")] == ["README.md", "iou.py"]


def test_what_can_be_turned_off_is_off(classroom: Classroom) -> None:
    provision_all(classroom)
    made = classroom.github.repositories[KIM]
    on = {key for key, value in made.settings.items() if value is True}
    assert on == {"private", "allow_squash_merge"}
    assert made.actions == {
        "": {"enabled": True, "allowed_actions": "selected"},
        "/selected-actions": {
            "github_owned_allowed": True,
            "verified_allowed": False,
            "patterns_allowed": [],
        },
        "/workflow": {
            "default_workflow_permissions": "read",
            "can_approve_pull_request_reviews": False,
        },
    }


@pytest.mark.parametrize("accepted", [False, True])
def test_a_second_run_changes_nothing(classroom: Classroom, accepted: bool) -> None:
    provision_all(classroom)
    if accepted:
        for student in STUDENTS:
            classroom.github.accept_invitations(classroom.course.repository_of(student))
    before = len(classroom.github.writes())
    assert provision_all(classroom) == {"kim": [], "lee": [], "park": []}
    assert len(classroom.github.writes()) == before


def test_a_run_that_was_stopped_goes_on_where_it_stopped(classroom: Classroom) -> None:
    classroom.github.fail("PUT", f"/repos/example-course/{KIM}/actions", 403)
    first = provision_all(classroom)
    assert isinstance(first["kim"], RequestRefused)
    assert first["lee"]
    assert classroom.github.repositories[KIM].invitations == {}  # not before it is safe
    second = provision_all(classroom)
    assert second["kim"] == [
        "actions: selected ones",
        "selected are GitHub's own",
        "workflow token: reads",
        "octo-kim: invited with write access",
    ]
    assert second["lee"] == []


def test_a_repository_that_was_made_without_an_answer_is_not_made_twice(
    classroom: Classroom,
) -> None:
    classroom.github.fail("POST", "/generate$", 502, done=True)
    outcomes = provision_all(classroom)
    assert not any(isinstance(outcome, CourseError) for outcome in outcomes.values())
    assert len(classroom.github.repositories) == 5
    assert classroom.waits == [1]


@pytest.mark.parametrize(
    ("status", "said"), [(404, "there is no template example-course/segmentation"), (422, "422")]
)
def test_a_template_that_cannot_be_used_is_said(
    classroom: Classroom, status: int, said: str
) -> None:
    classroom.github.fail("POST", "/generate$", status, times=3)
    for outcome in provision_all(classroom).values():
        assert isinstance(outcome, RequestRefused)
        assert said in str(outcome)


def test_a_login_that_is_none_is_one_students_error(classroom: Classroom) -> None:
    classroom.github.fail("PUT", "/collaborators/octo-lee$", 404)
    outcomes = provision_all(classroom)
    assert isinstance(outcomes["lee"], RequestRefused)
    assert [name for name, outcome in outcomes.items() if isinstance(outcome, list)] == [
        "kim",
        "park",
    ]


def test_too_much_access_is_taken_back(classroom: Classroom) -> None:
    provision_all(classroom)
    classroom.github.accept_invitations(KIM)
    classroom.github.repositories[KIM].permissions["octo-kim"] = "maintain"
    assert provision_all(classroom)["kim"] == ["octo-kim: write access instead of maintain"]
    assert classroom.github.repositories[KIM].permissions == {"octo-kim": "push"}


def test_closing_leaves_reading_also_to_those_who_have_not_accepted(classroom: Classroom) -> None:
    provision_all(classroom)
    classroom.github.accept_invitations(KIM)
    client = classroom.client()
    assert close_all(classroom, client) == {
        "kim": ["octo-kim: read access instead of write"],
        "lee": ["octo-lee: invited with read access instead of write"],
        "park": ["octo-park: invited with read access instead of write"],
    }
    assert classroom.github.repositories[KIM].permissions == {"octo-kim": "pull"}
    before = len(classroom.github.writes())
    assert close_all(classroom, client) == {"kim": [], "lee": [], "park": []}
    assert len(classroom.github.writes()) == before


def test_provisioning_after_the_end_opens_nothing(classroom: Classroom) -> None:
    provision_all(classroom)
    close_all(classroom, classroom.client())
    classroom.now = CLOSES + timedelta(seconds=1)
    assert provision_all(classroom)["kim"] == []
    assert classroom.github.repositories[KIM].invitations == {"octo-kim": "pull"}


def test_provisioning_lets_those_push_whose_own_deadline_has_not_passed(
    classroom: Classroom,
) -> None:
    provision_all(classroom)
    close_all(classroom, classroom.client())
    classroom.now = CLOSES + timedelta(seconds=1)
    classroom.change("lee", deadline=DEADLINE + timedelta(days=7))
    assert provision_all(classroom) == {
        "kim": [],
        "lee": ["octo-lee: invited with write access instead of read"],
        "park": [],
    }


def test_a_student_whose_own_deadline_is_over_may_only_read(classroom: Classroom) -> None:
    classroom.change("lee", deadline=DEADLINE - timedelta(days=7))
    changes = provision_all(classroom)["lee"]
    assert isinstance(changes, list)
    assert "octo-lee: invited with read access" in changes


def test_where_late_work_has_no_end_nobody_is_closed(classroom: Classroom) -> None:
    classroom.with_(late=LateRule(days=None))
    assert not is_closed(classroom.course, classroom.student(), DEADLINE + timedelta(days=999))


@pytest.mark.parametrize(
    ("login", "said"),
    [("", "no GitHub login on the roster"), ("-b", "login: '-b' is no GitHub login")],
)
def test_a_student_without_a_login_costs_nobody_else_a_repository(
    classroom: Classroom, login: str, said: str
) -> None:
    classroom.change("lee", login=login)
    outcomes = provision_all(classroom)
    assert str(outcomes["lee"]) == said
    assert isinstance(outcomes["lee"], NoLogin) == (not login)
    assert outcomes["kim"]
    assert outcomes["park"]


def test_a_repository_that_is_gone_is_one_students_error_when_closing(
    classroom: Classroom,
) -> None:
    provision_all(classroom)
    classroom.github.remove_repository(KIM)
    outcomes = close_all(classroom, classroom.client())
    assert isinstance(outcomes["kim"], RequestRefused)
    assert outcomes["lee"]
