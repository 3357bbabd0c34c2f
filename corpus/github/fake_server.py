"""The requests that FakeGitHub answers."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from corpus.github.fake import FakeGitHub, Json, Repository, Request

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
Route = Callable[..., Answer]
ROUTES: list[tuple[str, re.Pattern[str], Route]] = []
PERMISSIONS = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain"}


class HttpError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def route(method: str, path: str) -> Callable[[Route], Route]:
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path) + "$")

    def register(answer: Route) -> Route:
        ROUTES.append((method, pattern, answer))
        return answer

    return register


def serve(github: FakeGitHub) -> ThreadingHTTPServer:
    """Answer on a port of its own until it is shut down."""
    handler = type("Handler", (_Handler,), {"github": github})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    github: FakeGitHub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each answer on an open connection takes 40 ms

    def _answer(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        request = Request(self.command, url.path, dict(parse_qsl(url.query)), body)
        with self.github.lock:
            self.github.requests.append(request)
            status, content, headers = self._decide(request)
        data = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def _decide(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        if not self.headers.get("Authorization"):
            return 401, {"message": "Requires authentication"}, {}
        failure = self.github.failure(request.method, request.path)
        if failure is None or failure.done:
            try:
                status, content, *headers = self._find(request)
            except HttpError as refusal:
                status, content, headers = refusal.status, {"message": str(refusal)}, []
        if failure is not None:
            return failure.status, {"message": failure.message}, dict(failure.headers)
        return status, content, headers[0] if headers else {}

    def _find(self, request: Request) -> Answer:
        for method, pattern, answer in ROUTES:
            match = pattern.match(request.path)
            if match and method == request.method:
                parts = {name: unquote(part or "") for name, part in match.groupdict().items()}
                if parts.pop("owner", self.github.organisation) != self.github.organisation:
                    raise HttpError(404, "Not Found")
                if "repo" in parts:
                    repository = self.github.repositories.get(parts.pop("repo"))
                    if repository is None:
                        raise HttpError(404, "Not Found")
                    return answer(self.github, request, repository, **parts)
                return answer(self.github, request, **parts)
        raise HttpError(404, "Not Found")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def paged(github: FakeGitHub, request: Request, items: list[Json], by: str = "page") -> Any:
    """(the page that was asked for, its headers)."""
    size = min(int(request.query.get("per_page", 30)), 100)
    at = int(request.query.get(by, "1"))
    page = items[(at - 1) * size : at * size]
    if at * size >= len(items):
        return page, {}
    query = urlencode({**request.query, by: at + 1})
    return page, {"Link": f'<{github.url}{request.path}?{query}>; rel="next"'}


@route("GET", "/orgs/{owner}/installation")
def installation(github: FakeGitHub, request: Request) -> Answer:
    return 200, github.installation


@route("GET", "/app")
def app(github: FakeGitHub, request: Request) -> Answer:
    return 200, {"id": github.app_id, "slug": "autograder"}


@route("POST", "/app/installations/1/access_tokens")
def access_token(github: FakeGitHub, request: Request) -> Answer:
    ends = datetime.now(UTC) + timedelta(hours=1)
    answer = {
        "token": "ghs_fake",
        "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "permissions": {},
        "repository_selection": "all",
    }
    return 201, answer


def shown(github: FakeGitHub, repository: Repository) -> Json:
    owner = {"login": github.organisation}
    full_name = f"{github.organisation}/{repository.name}"
    rights = {"permissions": {"admin": github.admin, "push": True, "pull": True}}
    about = {"name": repository.name, "full_name": full_name, "owner": owner}
    return {**about, **rights, **repository.settings}


@route("GET", "/orgs/{owner}/repos")
def list_repositories(github: FakeGitHub, request: Request) -> Answer:
    every = [shown(github, repository) for repository in github.repositories.values()]
    page, headers = paged(github, request, every)
    return 200, page, headers


@route("GET", "/repos/{owner}/{repo}")
def get_repository(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    github.notice(repository)
    return 200, shown(github, repository)


@route("POST", "/repos/{owner}/{repo}/generate")
def generate(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    name = request.body["name"]
    if not repository.settings["is_template"]:
        raise HttpError(422, "The repository is not a template")
    if name in github.repositories:
        raise HttpError(422, "Could not clone: Name already exists on this account")
    github.copy_repository(repository.name, name)
    made = github.repositories[name]
    made.settings["private"] = request.body.get("private", False)
    return 201, shown(github, made)


@route("PATCH", "/repos/{owner}/{repo}")
def edit_repository(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    wanted = {**repository.settings, **request.body}
    kinds = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")
    if not any(wanted[kind] for kind in kinds):
        raise HttpError(422, "Sorry, you need to allow at least one merge strategy.")
    repository.settings = wanted
    return 200, shown(github, repository)


@route("GET", "/repos/{owner}/{repo}/collaborators")
def list_collaborators(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    every = [
        {"login": login, "role_name": PERMISSIONS[permission]}
        for login, permission in repository.permissions.items()
    ]
    page, headers = paged(github, request, every)
    return 200, page, headers


@route("GET", "/repos/{owner}/{repo}/invitations")
def list_invitations(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    every = [
        {"id": number, "invitee": {"login": login}, "permissions": PERMISSIONS[permission]}
        for number, (login, permission) in enumerate(repository.invitations.items(), start=1)
    ]
    page, headers = paged(github, request, every)
    return 200, page, headers


@route("PATCH", "/repos/{owner}/{repo}/invitations/{number}")
def edit_invitation(
    github: FakeGitHub, request: Request, repository: Repository, number: str
) -> Answer:
    login = list(repository.invitations)[int(number) - 1]
    wanted = request.body["permissions"]
    names = {shown: permission for permission, shown in PERMISSIONS.items()}
    repository.invitations[login] = names[wanted]
    return 200, {"id": int(number), "invitee": {"login": login}, "permissions": wanted}


@route("PUT", "/repos/{owner}/{repo}/collaborators/{login}")
def put_collaborator(
    github: FakeGitHub, request: Request, repository: Repository, login: str
) -> Answer:
    permission = request.body["permission"]
    if permission not in PERMISSIONS:
        raise HttpError(422, "Invalid permission")
    if login in repository.permissions:
        repository.permissions[login] = permission
        return 204, None
    repository.invitations[login] = permission
    return 201, {"id": 1, "invitee": {"login": login}, "permissions": PERMISSIONS[permission]}


@route("PUT", "/repos/{owner}/{repo}/actions/permissions(?P<which>/[a-z-]+)?")
def put_actions(
    github: FakeGitHub, request: Request, repository: Repository, which: str | None
) -> Answer:
    repository.actions[which or ""] = request.body
    return 204, None


@route("GET", "/repos/{owner}/{repo}/actions/permissions(?P<which>/[a-z-]+)?")
def get_actions(
    github: FakeGitHub, request: Request, repository: Repository, which: str | None
) -> Answer:
    usual = {"": {"enabled": True, "allowed_actions": "all"}}
    return 200, repository.actions.get(which or "", usual.get(which or "", {}))


@route("GET", "/repos/{owner}/{repo}/git/ref/(?P<ref>.+)")
def get_ref(github: FakeGitHub, request: Request, repository: Repository, ref: str) -> Answer:
    github.notice(repository)
    heads = repository.storage.heads()
    if f"refs/{ref}" not in heads:
        raise HttpError(
            409 if not heads else 404, "Git Repository is empty." if not heads else "Not Found"
        )
    return 200, {"ref": f"refs/{ref}", "object": {"sha": heads[f"refs/{ref}"], "type": "commit"}}


@route("GET", "/repos/{owner}/{repo}/git/commits/{sha}")
def get_commit(github: FakeGitHub, request: Request, repository: Repository, sha: str) -> Answer:
    try:
        tree = repository.storage.git("rev-parse", f"{sha}^{{tree}}").decode().strip()
    except LookupError:
        raise HttpError(404, "Not Found") from None
    return 200, {"sha": sha, "tree": {"sha": tree}}


@route("GET", "/repos/{owner}/{repo}/git/trees/{sha}")
def get_tree(github: FakeGitHub, request: Request, repository: Repository, sha: str) -> Answer:
    try:
        entries = repository.storage.tree(sha)
    except LookupError:
        raise HttpError(404, "Not Found") from None
    shown = [
        {"path": e.path, "mode": e.mode, "type": e.type, "sha": e.sha}
        | ({} if e.size is None else {"size": e.size})
        for e in entries
    ]
    return 200, {"sha": sha, "tree": shown, "truncated": False}


@route("GET", "/repos/{owner}/{repo}/git/blobs/{sha}")
def get_blob(github: FakeGitHub, request: Request, repository: Repository, sha: str) -> Answer:
    try:
        content = repository.storage.blob(sha)
    except LookupError:
        raise HttpError(404, "Not Found") from None
    text = base64.encodebytes(content).decode()
    return 200, {"sha": sha, "encoding": "base64", "size": len(content), "content": text}


@route("GET", "/repos/{owner}/{repo}/activity")
def list_activities(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    github.notice(repository)
    ref = request.query.get("ref")
    chosen = [each for each in repository.activities if ref in (None, each["ref"])]
    if request.query.get("direction") == "asc":
        chosen.reverse()
    page, headers = paged(github, request, chosen, by="after")
    return 200, page, headers


@route("POST", "/repos/{owner}/{repo}/dispatches")
def dispatch(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    if len(request.body.get("client_payload", {})) > 10:
        raise HttpError(422, "No more than 10 properties are allowed")
    github.dispatches.append({"repository": repository.name, **request.body})
    return 204, None


def _check_output(body: Json) -> None:
    output = body.get("output", {})
    if len(output.get("annotations", ())) > 50:
        raise HttpError(422, "No more than 50 annotations")
    if len(output.get("summary", "").encode()) > 65_535:
        raise HttpError(422, "summary is too long")
    for action in body.get("actions", ()):
        sizes = (("label", 20), ("description", 40), ("identifier", 20))
        if any(len(action[name]) > size for name, size in sizes):
            raise HttpError(422, "an action's text is too long")


def _apply(check: Json, body: Json) -> None:
    """Annotations are added to those that are there, everything else is replaced."""
    output = dict(body.get("output", {}))
    added = output.pop("annotations", [])
    check["annotations"] = check["annotations"] + added
    shown = {**check["output"], **output, "annotations_count": len(check["annotations"])}
    check.update({**body, "output": shown})
    if "conclusion" in body:
        check["status"] = "completed"


@route("POST", "/repos/{owner}/{repo}/check-runs")
def create_check(github: FakeGitHub, request: Request, repository: Repository) -> Answer:
    try:
        repository.storage.git("cat-file", "-e", f"{request.body['head_sha']}^{{commit}}")
    except LookupError:
        raise HttpError(422, f"No commit found for SHA: {request.body['head_sha']}") from None
    _check_output(request.body)
    checks = github.check_runs.setdefault(repository.name, [])
    app = {"id": github.app_id, "slug": "autograder"}
    number = sum(map(len, github.check_runs.values())) + 1
    check: Json = {
        "id": number,
        "app": app,
        "status": "queued",
        "conclusion": None,
        "external_id": "",
        "started_at": github.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "annotations": [],
        "output": {},
    }
    _apply(check, request.body)
    checks.append(check)
    return 201, check


@route("PATCH", "/repos/{owner}/{repo}/check-runs/{number}")
def update_check(
    github: FakeGitHub, request: Request, repository: Repository, number: str
) -> Answer:
    for check in github.check_runs.get(repository.name, []):
        if check["id"] == int(number):
            if check["app"]["id"] != github.app_id:
                raise HttpError(403, "Invalid app_id: the check run is not this app's")
            _check_output(request.body)
            _apply(check, request.body)
            return 200, check
    raise HttpError(404, "Not Found")


@route("GET", "/repos/{owner}/{repo}/commits/{sha}/check-runs")
def list_checks(github: FakeGitHub, request: Request, repository: Repository, sha: str) -> Answer:
    name = request.query.get("check_name")
    chosen = [
        check
        for check in reversed(github.check_runs.get(repository.name, []))
        if check["head_sha"] == sha and name in (None, check["name"])
    ]
    page, headers = paged(github, request, chosen)
    return 200, {"total_count": len(chosen), "check_runs": page}, headers
