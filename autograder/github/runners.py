"""The group of the GPU runners, which must be the grader's repository's alone."""

from __future__ import annotations

import msgspec

from autograder.github.client import Client
from autograder.github.errors import CourseError

GROUP = "gpu-graders"  # as grade.yml names it


class Group(msgspec.Struct, frozen=True):
    id: int
    name: str
    visibility: str
    allows_public_repositories: bool


class Groups(msgspec.Struct, frozen=True):
    runner_groups: tuple[Group, ...]


def find_group(client: Client) -> Group | None:
    """The group of that name."""
    pages = client.pages(Groups, client.rest.actions.list_self_hosted_runner_groups_for_org)
    every = (each for page in pages for each in page.runner_groups)
    return next((each for each in every if each.name == GROUP), None)


def is_open(group: Group) -> bool:
    """Whether more than chosen private repositories may use it."""
    return group.visibility != "selected" or group.allows_public_repositories


def closed_group(client: Client) -> Group:
    """The group. Raises CourseError where there is none, or others could use it too."""
    found = find_group(client)
    if found is None:
        raise CourseError(f"the organisation has no runner group {GROUP}; docs/github.md makes it")
    if is_open(found):
        raise CourseError(
            f"the runner group {GROUP} is open to other repositories; let it be used by "
            "the grader's repository alone"
        )
    return found
