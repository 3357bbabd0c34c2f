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
from autograder.github.runners import closed_group

LABELS = ("self-hosted", "gpu")


class Registration(msgspec.Struct, frozen=True):
    encoded_jit_config: str


def register(client: Client) -> str:
    """A runner that takes one job and is then gone; its configuration."""
    registration = client.ask(
        Registration,
        client.rest.actions.generate_runner_jitconfig_for_org,
        name=f"gpu-{secrets.token_hex(6)}",
        runner_group_id=closed_group(client).id,
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
