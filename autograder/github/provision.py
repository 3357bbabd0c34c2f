"""Making the students' repositories what they should be, and closing them after the deadline.

Everything is compared before it is changed, so that a second run changes nothing and a run that
was stopped goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from autograder.course.roster import Student
from autograder.github import repositories
from autograder.github.client import Client
from autograder.github.configuration import Course
from autograder.github.errors import RequestRefused
from autograder.github.repositories import Access, Repository, RepositorySettings

NEEDS = {"administration": "write", "contents": "write", "metadata": "read", "workflows": "write"}
CLOSE_NEEDS = {"administration": "write", "metadata": "read"}

# GitHub wants one kind of merging to stay allowed.
SETTINGS = RepositorySettings(
    private=True,
    has_issues=False,
    has_projects=False,
    has_wiki=False,
    has_discussions=False,
    has_pull_requests=False,
    allow_forking=False,
    allow_merge_commit=False,
    allow_squash_merge=True,
    allow_rebase_merge=False,
    allow_auto_merge=False,
)


class ActionsPermissions(msgspec.Struct, frozen=True):
    """Which actions a workflow may use. The public tests need GitHub's own and no others."""

    enabled: bool
    allowed_actions: str = ""


class SelectedActions(msgspec.Struct, frozen=True):
    github_owned_allowed: bool = False
    verified_allowed: bool = False
    patterns_allowed: tuple[str, ...] = ()


class WorkflowToken(msgspec.Struct, frozen=True):
    """The rights of a workflow's token unless the workflow asks for more."""

    default_workflow_permissions: str = ""
    can_approve_pull_request_reviews: bool = False


ACTIONS = ActionsPermissions(enabled=True, allowed_actions="selected")
SELECTED = SelectedActions(github_owned_allowed=True)
TOKEN = WorkflowToken("read")


def provision(
    client: Client,
    course: Course,
    student: Student,
    found: dict[str, Repository],
    now: datetime,
) -> list[str]:
    """Make one student's repository what it should be. Returns what was changed, in words.

    `found` are the organisation's repositories. Once nothing of the student's can count any more,
    the student may only read. Raises RequestRefused.
    """
    name = course.repository_of(student)
    changes = []
    if name.lower() not in found:
        changes += client.persist(lambda: _create(client, course, name))
    changes += _settle(client, name)
    access: Access = "read" if is_closed(course, student, now) else "write"
    granted = client.persist(lambda: repositories.grant(client, name, student.login, access))
    return [*changes, *([granted] if granted else [])]


def is_closed(course: Course, student: Student, now: datetime) -> bool:
    """Whether the student's own deadline, or the course's, is over, with the days for late work."""
    closes = course.closes(student)
    return closes is not None and now > closes


def close(client: Client, course: Course, student: Student) -> list[str]:
    """Let one student only read. Returns what was changed, in words. Raises RequestRefused."""
    name = course.repository_of(student)
    granted = client.persist(lambda: repositories.grant(client, name, student.login, "read"))
    return [granted] if granted else []


def _create(client: Client, course: Course, name: str) -> list[str]:
    try:
        client.tell(
            client.rest.repos.create_using_template,
            course.template,
            owner=client.organisation,
            name=name,
            private=True,
        )
    except RequestRefused as error:
        if error.status == 422 and _is_there(client, name):
            return []  # made by a run that was stopped, or by a request without an answer
        if error.status == 404:
            raise RequestRefused(
                f"there is no template {client.organisation}/{course.template}"
            ) from None
        raise
    return [f"created {name}"]


def _is_there(client: Client, name: str) -> bool:
    try:
        repositories.repository(client, name)
    except RequestRefused:
        return False
    return True


def _settle(client: Client, name: str) -> list[str]:
    """Turn off features without use, and limit the workflows."""
    there = msgspec.structs.asdict(repositories.settings(client, name))
    wanted = msgspec.structs.asdict(SETTINGS)
    # A setting that GitHub does not tell of is none that it has here.
    differs = {key: wanted[key] for key, value in there.items() if value not in (None, wanted[key])}
    changes = []
    if differs:
        client.tell(client.rest.repos.update, name, **differs)
        changes.append(
            f"set {', '.join(f'{key}={str(on).lower()}' for key, on in differs.items())}"
        )
    actions = client.rest.actions
    steps: list[tuple[str, Any, Callable[..., Any], Callable[..., Any]]] = [
        (
            "actions: selected ones",
            ACTIONS,
            actions.get_github_actions_permissions_repository,
            actions.set_github_actions_permissions_repository,
        ),
        (
            "selected are GitHub's own",
            SELECTED,
            actions.get_allowed_actions_repository,
            actions.set_allowed_actions_repository,
        ),
        (
            "workflow token: reads",
            TOKEN,
            actions.get_github_actions_default_workflow_permissions_repository,
            actions.set_github_actions_default_workflow_permissions_repository,
        ),
    ]
    for words, rule, get, put in steps:
        if client.ask(type(rule), get, name) != rule:
            client.tell(put, name, **msgspec.to_builtins(rule))
            changes.append(words)
    return changes
