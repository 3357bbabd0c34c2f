"""The grader's repository on this machine, and its workflows run there by `act`.

    with FakeGitHub() as github:
        grader = Grader(tmp_path, github, prepare_environment(tmp_path), course, roster)
        run = grader.dispatch("kim", sha)          # grade.yml, as repository_dispatch starts it
        run.succeeded, run.log, grader.ledger()

What runs are the workflows' own steps, commands and scripts, on this machine and not in a
container. Stand-ins are

- GitHub's API: corpus/github/fake.py,
- the actions that need GitHub: artifacts are folders, the App's token is a word,
- the installation of packages: this commit's autograder over those that this machine has, as on
  the machine with the GPU (.github/runner/environment.sh), made once.

act passes over `concurrency`, `permissions`, `environment` and `timeout-minutes`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from autograder.github.configuration import read_course
from corpus.github.fake import FakeGitHub
from corpus.paths import ROOT

ACTIONS = Path(__file__).with_name("actions")
# What a job needs of this repository: less to copy for each of them.
COPIED = (".github", "autograder", "pyproject.toml", "README.md", "LICENSE")
AUTHOR = ("-c", "user.name=Course", "-c", "user.email=course@example.com")


@dataclass(frozen=True)
class Run:
    """What became of a workflow."""

    succeeded: bool
    log: str


def git(*arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout


def prepare_environment(folder: Path) -> Path:
    """This commit's autograder over this machine's packages; the folder of its programs."""
    path = folder / "path"
    settings = {
        "AUTOGRADER_PACKAGES": sys.prefix,
        "RUNNER_TEMP": str(folder),
        "GITHUB_PATH": str(path),
    }
    script = ROOT / ".github" / "runner" / "environment.sh"
    subprocess.run([script], env=os.environ | settings, check=True)
    return Path(path.read_text().strip())


def act(
    checkout: Path,
    workflow: str,
    event: str,
    payload: object,
    scratch: Path,
    settings: Mapping[str, str] = MappingProxyType({}),
    secrets: Mapping[str, str] = MappingProxyType({}),
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Run:
    """Run a workflow of a repository for an event. `settings` are in every step's environment."""
    (scratch / "event.json").write_text(json.dumps(payload))
    command: list[str | Path] = [Path(sys.executable).with_name("act"), event]
    command += ["--workflows", f".github/workflows/{workflow}"]
    command += ["--eventpath", scratch / "event.json"]
    command += ["--platform", "ubuntu-24.04=-self-hosted"]
    command += ["--action-offline-mode", "--no-cache-server", "--pull=false"]
    command += ["--action-cache-path", scratch / "act"]
    for option, values in (("env", settings), ("secret", secrets), ("var", variables)):
        for name, value in values.items():
            command += [f"--{option}", f"{name}={value}"]
    for action in _actions(checkout / ".github" / "workflows"):
        command += ["--local-repository", f"{action}={ACTIONS / action.partition('@')[0]}"]
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    home = {"HOME": str(scratch), "PATH": programs, "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=checkout, env=home, capture_output=True, text=True, timeout=1200
    )
    return Run(done.returncode == 0, done.stdout + done.stderr)


def _actions(workflows: Path) -> set[str]:
    """Every action that is used, but the one that is built into act."""
    import yaml  # a package for development, like act; others use the rest of this module

    found = set()
    for path in workflows.glob("*.yml"):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            found |= {step["uses"] for step in job["steps"] if "uses" in step}
    return {action for action in found if not action.startswith("actions/checkout@")}


def commit(checkout: Path, message: str) -> None:
    git("add", "--all", cwd=checkout)
    git(*AUTHOR, "commit", "--quiet", "--message", message, cwd=checkout)


class Grader:
    """The grader's repository: a checkout, and the bare repository that its jobs push to."""

    def __init__(
        self,
        folder: Path,
        github: FakeGitHub,
        programs: Path,
        course: str,
        roster: str,
    ) -> None:
        self.github = github
        self.checkout = folder / "grader"
        self.origin = folder / "grader.git"
        self.artifacts = folder / "artifacts"
        self._folder = folder
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / name, self.checkout / name)
        (self.checkout / "course.toml").write_text(course)
        (self.checkout / "roster.csv").write_text(roster)
        installed = f'#!/bin/sh\necho "{programs}" >>"$GITHUB_PATH"\n'
        (self.checkout / ".github" / "scripts" / "install.sh").write_text(installed)
        (self.checkout / ".gitignore").write_text("__pycache__/\n")
        self.course, self.roster = read_course(self.checkout / "course.toml")
        git("init", "--quiet", "--bare", "--initial-branch=main", self.origin, cwd=folder)
        git("init", "--quiet", "--initial-branch=main", cwd=self.checkout)
        git("remote", "add", "origin", self.origin, cwd=self.checkout)
        commit(self.checkout, "The grader")
        git("push", "--quiet", "origin", "HEAD:main", cwd=self.checkout)

    def dispatch(self, student: str, sha: str) -> Run:
        """grade.yml, for one commit."""
        payload = {"action": "grade", "client_payload": {"student": student, "sha": sha}}
        return self.run("grade.yml", "repository_dispatch", payload)

    def sweep(self) -> Run:
        """grade.yml, by the clock."""
        return self.run("grade.yml", "schedule", {})

    def run(self, workflow: str, event: str, payload: object) -> Run:
        shutil.rmtree(self.artifacts, ignore_errors=True)
        settings = {
            "GITHUB_API_URL": self.github.url,
            "ARTIFACTS": str(self.artifacts),
            "LEDGER_PAUSE": "0",
        }
        secrets = {"AUTOGRADER_APP_KEY": "the-apps-key", "GITHUB_TOKEN": "the-jobs-token"}
        variables = {"AUTOGRADER_CLIENT_ID": "Iv1.course"}
        return act(
            self.checkout, workflow, event, payload, self._folder, settings, secrets, variables
        )

    def ledger(self) -> Path | None:
        """The ledger as it lies on its branch; None where there is none."""
        branches = git("branch", "--list", "--format=%(refname:short)", cwd=self.origin).split()
        if "ledger" not in branches:
            return None
        copy = self._folder / "course.ledger"
        with copy.open("wb") as file:
            show = ["git", "show", "ledger:course.ledger"]
            subprocess.run(show, cwd=self.origin, stdout=file, check=True)
        return copy
