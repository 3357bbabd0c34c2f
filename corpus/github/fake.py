"""A small GitHub on the loopback address, which remembers what was done to it.

    with FakeGitHub() as github:
        github.add_repository("segmentation", {"iou.py": "..."}, template=True)
        ...  # GITHUB_API_URL=github.url GITHUB_TOKEN=anything autograder github provision
        sha = github.push("segmentation-octo-kim", {"iou.py": "..."})
        github.dispatches, github.check_runs["segmentation-octo-kim"], github.requests

Repositories are bare git repositories below `github.folder`, so a test may as well `git push` to
`github.path(NAME)`. It answers what `autograder github` asks and no more, and refuses what GitHub
refuses (its limits, names that exist, unknown commits), but it is no proof of how GitHub behaves.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from corpus.github.storage import Content, GitStorage

Json = dict[str, Any]
APP_ID, CLIENT_ID = 4711, "Iv1.course"


@dataclass(frozen=True)
class Request:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    body: Json


@dataclass
class Failure:
    """How the next requests of a kind end: see FakeGitHub.fail."""

    method: str
    path: re.Pattern[str]
    status: int
    headers: Mapping[str, str]
    message: str
    times: int
    done: bool


@dataclass
class Repository:
    """What GitHub knows of a repository beside its commits.

    `branches` and `secrets` are an environment's, `rules` a branch's.
    """

    name: str
    storage: GitStorage
    settings: Json
    permissions: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)
    activities: list[Json] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    actions: dict[str, Json] = field(default_factory=dict)
    environments: dict[str, Json] = field(default_factory=dict)
    branches: dict[str, list[str]] = field(default_factory=dict)
    secrets: dict[str, set[str]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    rules: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def default_ref(self) -> str:
        return f"refs/heads/{self.settings['default_branch']}"


class FakeGitHub:
    """Use as a context manager. `clock` says what time it is when a push arrives."""

    def __init__(
        self,
        organisation: str = "example-course",
        folder: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.organisation = organisation
        self.clock = clock
        self.requests: list[Request] = []
        self.dispatches: list[Json] = []
        self.check_runs: dict[str, list[Json]] = {}
        self.repositories: dict[str, Repository] = {}
        self.app_id = APP_ID
        # As GitHub makes an organisation, for an owner who looks at it.
        self.settings: Json = {
            "default_repository_permission": "read",
            "members_can_create_repositories": True,
            "members_can_fork_private_repositories": False,
        }
        self.installation: Json = {
            "id": 1,
            "app_id": APP_ID,
            "client_id": CLIENT_ID,
            "repository_selection": "selected",
            "permissions": {"metadata": "read"},
        }
        self.runner_groups: list[Json] = []
        self.group_repositories: list[str] = []
        self.nobody: set[str] = set()  # logins that no account has
        self.admin = True
        self.lock = threading.RLock()
        self._failures: list[Failure] = []
        self._own_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="fake-github-"))
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> FakeGitHub:
        import corpus.github.fake_settings  # noqa: F401  # more routes
        from corpus.github.fake_server import serve

        self._server = serve(self)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        if self._own_folder:
            shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        """What GITHUB_API_URL must be."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def path(self, name: str) -> Path:
        """The bare repository of that name."""
        return self.folder / f"{name}.git"

    def add_repository(
        self,
        name: str,
        files: Mapping[str, Content] | None = None,
        *,
        template: bool = False,
        branch: str = "main",
    ) -> None:
        settings = {
            "default_branch": branch,
            "is_template": template,
            "private": True,
            "archived": False,
            "has_issues": True,
            "has_projects": True,
            "has_wiki": True,
            "has_discussions": False,
            "allow_forking": True,
            "allow_merge_commit": True,
            "allow_squash_merge": True,
            "allow_rebase_merge": True,
            "allow_auto_merge": False,
        }
        self.repositories[name] = Repository(name, GitStorage(self.path(name)), settings)
        if files:
            self.push(name, files, branch=branch)

    def copy_repository(self, template: str, name: str) -> None:
        """Another one with the same commits."""
        branch = self.repositories[template].settings["default_branch"]
        shutil.copytree(self.path(template), self.path(name))
        self.add_repository(name, branch=branch)
        self.notice(self.repositories[name])

    def push(
        self,
        name: str,
        files: Mapping[str, Content],
        *,
        branch: str = "main",
        at: datetime | None = None,
        dated: int = 1_700_000_000,
        force: bool = False,
    ) -> str:
        """Push a commit with these files; `force` one that has no parent. Returns its id."""
        with self.lock:
            repository = self.repositories[name]
            sha = repository.storage.commit(files, branch=branch, dated=dated, fresh=force)
            self.notice(repository, at)
            return sha

    def notice(self, repository: Repository, at: datetime | None = None) -> None:
        """Write down what was pushed since the last look."""
        heads = repository.storage.heads()
        for ref, sha in heads.items():
            before = repository.known.get(ref)
            if before == sha:
                continue
            kind = "push" if before else "branch_creation"
            if before and not repository.storage.contains(before, sha):
                kind = "force_push"
            repository.activities.insert(
                0,
                {
                    "id": len(repository.activities) + 1,
                    "before": before or "0" * 40,
                    "after": sha,
                    "ref": ref,
                    "timestamp": _zulu(at or self.clock()),
                    "activity_type": kind,
                },
            )
        repository.known = heads

    def accept_invitations(self, name: str) -> None:
        repository = self.repositories[name]
        repository.permissions |= repository.invitations
        repository.invitations.clear()

    def remove_repository(self, name: str) -> None:
        del self.repositories[name]

    def fail(
        self,
        method: str,
        path: str,
        status: int,
        *,
        headers: Mapping[str, str] | None = None,
        message: str = "made to fail",
        times: int = 1,
        done: bool = False,
    ) -> None:
        """Let the next requests whose path matches end so; `done`: after doing as they say."""
        failure = Failure(method, re.compile(path), status, headers or {}, message, times, done)
        self._failures.append(failure)

    def failure(self, method: str, path: str) -> Failure | None:
        """The failure that was ordered for this request, used up once."""
        for failure in self._failures:
            if failure.times and failure.method == method and failure.path.search(path):
                failure.times -= 1
                return failure
        return None

    def writes(self) -> list[Request]:
        """The requests that wanted to change something."""
        reads = ("GET",)
        tokens = "/access_tokens"
        return [r for r in self.requests if r.method not in reads and tokens not in r.path]

    def push_event(self, name: str, sha: str, branch: str = "main") -> Json:
        """What GitHub would send for a push."""
        return {"ref": f"refs/heads/{branch}", "after": sha, "repository": self._named(name)}

    def regrade_event(self, name: str, sha: str, identifier: str = "regrade") -> Json:
        """What GitHub would send for a press of a check run's button."""
        return {
            "action": "requested_action",
            "requested_action": {"identifier": identifier},
            "check_run": {"id": 1, "head_sha": sha, "app": {"id": self.app_id}},
            "repository": self._named(name),
        }

    def _named(self, name: str) -> Json:
        repository = self.repositories.get(name)
        branch = repository.settings["default_branch"] if repository else "main"
        owner = {"login": self.organisation}
        return {"name": name, "default_branch": branch, "owner": owner}


def deliver(url: str, event: str, payload: Json, secret: str, signature: str | None = None) -> int:
    """Send a webhook as GitHub does; returns the status of the answer."""
    body = json.dumps(payload).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "1",
        "X-Hub-Signature-256": f"sha256={mac}" if signature is None else signature,
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
