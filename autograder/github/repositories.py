"""The students' repositories: content, rights, and times of arrival."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from urllib.parse import quote

import msgspec

from autograder.github.client import Client
from autograder.github.errors import CourseError, RequestRefused

Access = Literal["read", "write"]
# The same, as a collaborator's permission is called.
PERMISSION = {"read": "pull", "write": "push"}
# A student who pushes more often than this to one branch has the later pushes judged as if they
# had come when they were looked at.
ACTIVITY_PAGES_CAP = 50


class Repository(msgspec.Struct, frozen=True):
    name: str
    default_branch: str


class RepositorySettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """Features of a repository; None where an answer does not say."""

    private: bool | None = None
    has_issues: bool | None = None
    has_projects: bool | None = None
    has_wiki: bool | None = None
    has_discussions: bool | None = None
    has_pull_requests: bool | None = None
    allow_forking: bool | None = None
    allow_merge_commit: bool | None = None
    allow_squash_merge: bool | None = None
    allow_rebase_merge: bool | None = None
    allow_auto_merge: bool | None = None


class Invitee(msgspec.Struct, frozen=True):
    login: str


class Collaborator(msgspec.Struct, frozen=True):
    login: str
    role_name: str


class Invitation(msgspec.Struct, frozen=True):
    id: int
    permissions: str
    invitee: Invitee | None = None


class TreeEntry(msgspec.Struct, frozen=True):
    path: str
    mode: str
    type: str
    sha: str
    size: int | None = None


class CommitTree(msgspec.Struct, frozen=True):
    sha: str
    tree: tuple[TreeEntry, ...]
    truncated: bool


class Object(msgspec.Struct, frozen=True):
    sha: str


class Ref(msgspec.Struct, frozen=True):
    object: Object


class Commit(msgspec.Struct, frozen=True):
    sha: str
    tree: Object


class Blob(msgspec.Struct, frozen=True):
    content: str
    encoding: str


class Activity(msgspec.Struct, frozen=True):
    after: str
    ref: str
    timestamp: datetime


def repositories(client: Client) -> dict[str, Repository]:
    """The organisation's repositories, by their names in lower case."""
    found = client.pages(list[Repository], client.rest.repos.list_for_org)
    return {each.name.lower(): each for page in found for each in page}


def repository(client: Client, name: str) -> Repository:
    return client.ask(Repository, client.rest.repos.get, name)


def head(client: Client, repository: Repository) -> str | None:
    """The commit that the default branch stands at; None where nothing was ever pushed."""
    ref = f"heads/{quote(repository.default_branch, safe='/')}"
    try:
        return client.ask(Ref, client.rest.git.get_ref, repository.name, ref).object.sha
    except RequestRefused as error:
        if error.status in (404, 409):  # 409: the repository is empty
            return None
        raise


def tree_of(client: Client, name: str, commit: str) -> str:
    """The tree of a commit. Raises RequestRefused when there is no such commit."""
    return client.ask(Commit, client.rest.git.get_commit, name, commit).tree.sha


def tree(client: Client, name: str, sha: str) -> CommitTree:
    """The entries of one folder, without those of its subfolders."""
    return client.ask(CommitTree, client.rest.git.get_tree, name, sha)


def folder(client: Client, name: str, sha: str, path: str) -> tuple[TreeEntry, ...]:
    """The entries of a folder in a tree; none where it is not there."""
    for part in filter(None, path.split("/")):
        entries = tree(client, name, sha).tree
        inside = [each.sha for each in entries if each.path == part and each.mode == "040000"]
        if not inside:
            return ()
        (sha,) = inside
    return tree(client, name, sha).tree


def blob(client: Client, name: str, sha: str) -> bytes:
    found = client.ask(Blob, client.rest.git.get_blob, name, sha)
    if found.encoding != "base64":
        raise RequestRefused(f"{name}: a file's content came as {found.encoding!r}")
    return base64.b64decode(found.content)


def received(client: Client, repository: Repository, commit: str) -> datetime | None:
    """When GitHub first received a push of this commit to the default branch.

    By GitHub's own clock: dates in a commit are whatever the student's computer says. None where
    it was never pushed there as the last commit.
    """
    ref = f"refs/heads/{repository.default_branch}"
    pages = client.pages(
        list[Activity],
        client.rest.repos.list_activities,
        repository.name,
        ref=ref,
        direction="asc",
    )
    for _, page in zip(range(ACTIVITY_PAGES_CAP), pages, strict=False):
        for activity in page:
            if activity.after == commit and activity.ref == ref:
                return activity.timestamp
    return None


def settings(client: Client, name: str) -> RepositorySettings:
    return client.ask(RepositorySettings, client.rest.repos.get, name)


def grant(client: Client, name: str, login: str, access: Access) -> str | None:
    """Let one person read or write, and no more; an open invitation counts.

    Returns what was changed, None when it was so already.
    """
    for person in _collaborators(client, name):
        if person.login.lower() == login.lower():
            if person.role_name == access:
                return None
            client.tell(
                client.rest.repos.add_collaborator, name, login, permission=PERMISSION[access]
            )
            return f"{login}: {access} access instead of {person.role_name}"
    for invitation in _invitations(client, name):
        if invitation.invitee and invitation.invitee.login.lower() == login.lower():
            if invitation.permissions == access:
                return None
            client.tell(
                client.rest.repos.update_invitation, name, invitation.id, permissions=access
            )
            return f"{login}: invited with {access} access instead of {invitation.permissions}"
    client.tell(client.rest.repos.add_collaborator, name, login, permission=PERMISSION[access])
    return f"{login}: invited with {access} access"


def _collaborators(client: Client, name: str) -> Iterator[Collaborator]:
    ask = client.rest.repos.list_collaborators
    for page in client.pages(list[Collaborator], ask, name, affiliation="direct"):
        yield from page


def _invitations(client: Client, name: str) -> Iterator[Invitation]:
    for page in client.pages(list[Invitation], client.rest.repos.list_invitations, name):
        yield from page


def of_student(found: dict[str, Repository], name: str) -> Repository:
    """The repository of that name. Raises CourseError."""
    repository = found.get(name.lower())
    if repository is None:
        raise CourseError(f"there is no repository {name}; `autograder github provision` makes it")
    return repository
