"""Register a runner for one job, and print its configuration for run-once.sh.

    python .github/runner/jitconfig.py [--config course.toml]

Run where the App's key is, never on the GPU machine. The App needs: self-hosted runners (write) of
the organisation.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

import msgspec

from autograder.github.client import Client, connect
from autograder.github.configuration import read_course
from autograder.github.errors import CourseError

GROUP = "gpu-graders"  # as grade.yml names it
LABELS = ("self-hosted", "gpu")


class Group(msgspec.Struct, frozen=True):
    id: int
    name: str
    visibility: str
    allows_public_repositories: bool


class Groups(msgspec.Struct, frozen=True):
    runner_groups: tuple[Group, ...]


class Registration(msgspec.Struct, frozen=True):
    encoded_jit_config: str


def group(client: Client) -> Group:
    """The group of the GPU runners. Raises CourseError where others could use it too."""
    pages = client.pages(Groups, client.rest.actions.list_self_hosted_runner_groups_for_org)
    for found in (each for page in pages for each in page.runner_groups):
        if found.name == GROUP:
            if found.visibility != "selected" or found.allows_public_repositories:
                raise CourseError(
                    f"the runner group {GROUP} is open to other repositories; let it be used by "
                    "the grader's repository alone"
                )
            return found
    raise CourseError(f"the organisation has no runner group {GROUP}; docs/github.md makes it")


def register(client: Client) -> str:
    """A runner that takes one job and is then gone; its configuration."""
    registration = client.ask(
        Registration,
        client.rest.actions.generate_runner_jitconfig_for_org,
        name=f"gpu-{secrets.token_hex(6)}",
        runner_group_id=group(client).id,
        labels=list(LABELS),
    )
    return registration.encoded_jit_config


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--config", type=Path, default=Path("course.toml"))
    try:
        course, _ = read_course(parser.parse_args().config)
        permissions = {"organization_self_hosted_runners": "write"}
        print(register(connect(course.organisation, os.environ, permissions)))
    except CourseError as error:
        print(f"jitconfig: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
