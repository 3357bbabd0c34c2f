"""Settings of the organisation, the App and the runner group (docs/github.md, 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import msgspec

from autograder.github import dispatch, provision, publish
from autograder.github.client import Client, Installation
from autograder.github.configuration import Course
from autograder.github.errors import CourseError, RequestRefused
from autograder.github.inspection import Missing, Setting, Unseen, seen, with_permission
from autograder.github.repositories import Repository
from autograder.github.runners import GROUP, find_group, is_open

T = TypeVar("T")
APP_ID = "AUTOGRADER_APP_ID"
MEMBERS = "Organisation → Settings → Member privileges"
RUNNERS = "organization_self_hosted_runners"


class Organisation(msgspec.Struct, frozen=True):
    """GitHub tells of these only to an owner."""

    login: str
    default_repository_permission: str | None = None
    members_can_create_repositories: bool | None = None
    members_can_fork_private_repositories: bool | None = None


class Installations(msgspec.Struct, frozen=True):
    installations: tuple[Installation, ...]


class SelectedRepositories(msgspec.Struct, frozen=True):
    repositories: tuple[Repository, ...]


def organisation(client: Client) -> Organisation:
    """Raises CourseError where there is none: then nothing else can be looked at."""
    try:
        return client.ask(Organisation, client.rest.orgs.get)
    except RequestRefused as error:
        if error.status == 404:
            raise CourseError(f"there is no organisation {client.organisation}") from None
        raise


@dataclass(frozen=True)
class OrganisationSettings:
    """`app` is the App's id, or its client id, where only a token is signed in with."""

    client: Client
    course: Course
    found: Organisation
    app: str | None

    def settings(self) -> Iterator[Setting]:
        yield Setting(
            "organisation: base permission",
            f"{MEMBERS} → Base permissions: No permission",
            self._base_permission,
        )
        yield Setting(
            "organisation: creating repositories",
            f"{MEMBERS} → Repository creation: tick nothing",
            self._creation,
        )
        yield Setting(
            "organisation: forking",
            f"{MEMBERS} → Repository forking: do not allow",
            self._forking,
        )
        yield Setting(
            "App: installation",
            "Organisation → Settings → GitHub Apps → Configure: All repositories",
            self._repositories,
        )
        yield Setting(
            "App: permissions",
            "The App's settings → Permissions & events; an owner accepts them after that",
            self._permissions,
        )
        if self.course.gpu:
            yield Setting(
                "runner group",
                f"Organisation → Settings → Actions → Runner groups: {GROUP}, for "
                f"{self.course.grader} only, no public repositories",
                self._runner_group,
            )

    def _base_permission(self) -> str:
        permission = _shown(self.found.default_repository_permission)
        if permission != "none":
            raise Missing(f"it is {permission}")
        return "none"

    def _creation(self) -> str:
        if _shown(self.found.members_can_create_repositories):
            raise Missing("members may create repositories")
        return "not for members"

    def _forking(self) -> str:
        if _shown(self.found.members_can_fork_private_repositories):
            raise Missing("private repositories may be forked")
        return "not of private repositories"

    @cached_property
    def installation(self) -> Installation:
        """The App's installation. Raises Missing, Unseen."""
        if self.client.installation is not None:
            return self.client.installation
        if not self.app:
            raise Unseen(f"{APP_ID} does not say which App")
        request = self.client.rest.orgs.list_app_installations
        for page in seen(self.client.pages(Installations, request)):
            for each in page.installations:
                if self.app in (str(each.app_id), each.client_id):
                    return each
        raise Missing(f"the App {self.app} is not installed")

    def _repositories(self) -> str:
        selection = self.installation.repository_selection
        if selection != "all":
            raise Missing("on some repositories only")
        return "on all repositories"

    def _permissions(self) -> str:
        granted = self.installation.permissions
        lacking = {
            name: access
            for name, access in needed(gpu=self.course.gpu).items()
            if granted.get(name) != access and not (access == "read" and name in granted)
        }
        if lacking:
            raise Missing("without " + ", ".join(f"{name}: {a}" for name, a in lacking.items()))
        return "all that the commands ask for"

    def _runner_group(self) -> str:
        with_permission(self.client, RUNNERS)
        try:
            group = find_group(self.client)
        except RequestRefused as error:
            raise Unseen(str(error)) from None
        if group is None:
            raise Missing(f"there is no {GROUP}")
        if is_open(group):
            raise Missing(f"{GROUP} is open to other repositories")
        request = self.client.rest.actions.list_repo_access_to_self_hosted_runner_group_in_org
        pages = seen(self.client.pages(SelectedRepositories, request, group.id))
        names = [each.name for page in pages for each in page.repositories]
        if [name.lower() for name in names] != [self.course.grader.lower()]:
            raise Missing(f"{GROUP} is for {', '.join(names) or 'no repository'}")
        return f"{GROUP}, for {self.course.grader} only"


def needed(*, gpu: bool) -> Mapping[str, str]:
    """The permissions that one command or another asks for."""
    found: dict[str, str] = {}
    for needs in (provision.NEEDS, dispatch.NEEDS, publish.NEEDS):
        for name, access in needs.items():
            found[name] = "write" if "write" in (access, found.get(name)) else access
    return found | ({RUNNERS: "write"} if gpu else {})


def _shown(value: T | None) -> T:
    if value is None:
        raise Unseen("GitHub shows it to an owner of the organisation")
    return value
