"""Asking GitHub: signing in, waiting when it says so, and errors in one line.

What crosses here are the few fields that are needed, as small structs; githubkit checks each
request's body by GitHub's own description before it is sent.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import httpx
import msgspec
from githubkit import AppAuthStrategy, GitHub, TokenAuthStrategy
from githubkit.auth import BaseAuthStrategy
from githubkit.cache import MemCacheStrategy
from githubkit.exception import GitHubException, RateLimitExceeded, RequestError, RequestFailed
from githubkit.response import Response
from githubkit.typing import RetryOption

from autograder.github.errors import NoCredentials, RequestRefused, Unavailable

T = TypeVar("T")
Wait = Callable[[float], None]
Permissions = Mapping[str, str]

GITHUB = "https://api.github.com"
TIMEOUT_SECONDS = 30.0
TRIES = 4
# GitHub's primary limit is by the hour. Whoever is told to wait longer has another problem.
PATIENCE_SECONDS = 3700.0
# "Wait for at least one minute", says GitHub, where an answer names no time.
UNNAMED_WAIT_SECONDS = 60.0


class Installation(msgspec.Struct, frozen=True):
    """The App in an organisation, and what it may do there."""

    id: int
    app_id: int = 0
    client_id: str | None = None
    repository_selection: str = ""
    permissions: dict[str, str] = {}


class Client:
    """The repositories of one organisation. Each method of `rest` is given it as its owner.

    `installation` and `permissions` are the App's; None where a token was signed in with.

    Use it as a context manager, in one thread: inside, connections stay open from one request to
    the next. Every method raises RequestRefused, or Unavailable, or NoCredentials.
    """

    def __init__(
        self,
        github: GitHub[Any],
        organisation: str,
        wait: Wait = time.sleep,
        installation: Installation | None = None,
        permissions: Permissions | None = None,
    ) -> None:
        self._github = github
        self._wait = wait
        self.organisation = organisation
        self.installation = installation
        self.permissions = permissions
        self.rest = github.rest

    def __enter__(self) -> Client:
        self._github.__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *error: Any) -> None:
        self._github.__exit__(*error)

    def ask(
        self, answer: type[T], request: Callable[..., Response[Any]], *args: object, **body: object
    ) -> T:
        """Ask GitHub, and decode the answer as `answer`."""
        return _decode(self.tell(request, *args, **body), answer)

    def tell(
        self, request: Callable[..., Response[Any]], *args: object, **body: object
    ) -> Response[Any]:
        try:
            return request(self.organisation, *args, **body)
        except GitHubException as error:
            raise _to_course_error(error) from error

    def pages(
        self, answer: type[T], request: Callable[..., Response[Any]], *args: object, **query: object
    ) -> Iterator[T]:
        """Every page of a list, one after the other."""
        response = self.tell(request, *args, per_page=100, **query)
        while True:
            yield _decode(response, answer)
            further = response.raw_response.links.get("next")
            if further is None:
                return
            try:
                response = self._github.request("GET", further["url"])
            except GitHubException as error:
                raise _to_course_error(error) from error

    def persist(self, work: Callable[[], T]) -> T:
        """The outcome of `work`, done again where GitHub could not answer.

        `work` must look at what is there before it adds to it: a request without an answer may
        have been carried out.
        """
        for count in range(TRIES - 1):
            try:
                return work()
            except Unavailable:
                self._wait(_backoff(count))
        return work()


@dataclass
class Patience:
    """Whether to ask again, after waiting as long as GitHub says. Given to githubkit.

    What failed on GitHub's side is asked again only where asking twice does no harm: see
    Client.persist for the rest.
    """

    wait: Wait

    def __call__(self, error: GitHubException, count: int) -> RetryOption:
        seconds = _seconds(_cause(error), count)
        if seconds is None or count + 1 >= TRIES or seconds > PATIENCE_SECONDS:
            return RetryOption(False)
        self.wait(seconds)
        # githubkit takes no time at all for a minute.
        return RetryOption(True, timedelta(microseconds=1))


def connect(
    organisation: str,
    environment: Mapping[str, str],
    permissions: Permissions,
    wait: Wait = time.sleep,
    *,
    only_granted: bool = False,
) -> Client:
    """Sign in as the App, with these permissions and no others, or else with a token.

    `only_granted`: those of them that the App has; without it GitHub refuses to sign in.

    Raises NoCredentials, RequestRefused.
    """
    url = environment.get("GITHUB_API_URL", GITHUB)

    def client(auth: BaseAuthStrategy, *about: Any) -> Client:
        github = GitHub(
            auth,
            base_url=url,
            user_agent="autograder",
            timeout=TIMEOUT_SECONDS,
            ssl_verify=_tls(),
            http_cache=False,
            cache_strategy=MemCacheStrategy(),
            auto_retry=Patience(wait),
        )
        return Client(github, organisation, wait, *about)

    app, key = environment.get("AUTOGRADER_APP_ID"), environment.get("AUTOGRADER_APP_KEY")
    token = environment.get("GITHUB_TOKEN")
    if app and key:
        strategy = AppAuthStrategy(None, key, client_id=app)
        try:
            with client(strategy) as alone:
                installation = alone.ask(Installation, alone.rest.apps.get_org_installation)
        except RequestRefused as error:
            if error.status != 404:
                raise
            raise NoCredentials(f"the App is not installed in {organisation}") from None
        if only_granted:
            permissions = {
                name: access
                for name, access in permissions.items()
                if name in installation.permissions
            }
        auth = strategy.as_installation(installation.id, permissions=dict(permissions))  # type: ignore[arg-type]
        return client(auth, installation, permissions)
    if token:
        return client(TokenAuthStrategy(token))
    raise NoCredentials(
        "nothing to sign in with: set AUTOGRADER_APP_ID and AUTOGRADER_APP_KEY, or GITHUB_TOKEN"
    )


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading all certificates takes as long as a request."""
    return httpx.create_ssl_context()


def _decode(response: Response[Any], answer: type[T]) -> T:
    try:
        return msgspec.json.decode(response.content, type=answer)
    except msgspec.DecodeError as error:
        request = response.raw_request
        raise RequestRefused(
            f"{_where(request)}: an answer that was not expected: {error}"
        ) from None


def _cause(error: GitHubException) -> GitHubException:
    """The error behind a failure to sign in."""
    while isinstance(error, RequestError) and isinstance(error.exc, GitHubException):
        error = error.exc
    return error


def _seconds(error: GitHubException, count: int) -> float | None:
    """The seconds to wait before asking again; None where that would be of no use."""
    if isinstance(error, RateLimitExceeded):
        seconds: float = error.retry_after.total_seconds()
        return seconds + 1
    if isinstance(error, RequestFailed):
        status = error.response.status_code
        if status == 429 or (status == 403 and "rate limit" in _message(error).lower()):
            return UNNAMED_WAIT_SECONDS * _backoff(count)
        return _backoff(count) if status >= 500 and _repeatable(error.request) else None
    if isinstance(error, RequestError) and isinstance(error.exc, httpx.TransportError):
        unsent = isinstance(error.exc, httpx.ConnectError)
        return _backoff(count) if unsent or _repeatable(error.exc.request) else None
    return None


def _backoff(count: int) -> float:
    return float(1 << count)


def _repeatable(request: httpx.Request) -> bool:
    """Whether the request does no harm if it is carried out twice.

    A repository is made once, and notes are added to a check run. A second dispatch starts a
    workflow that ends the first one.
    """
    if request.method == "POST":
        return request.url.path.endswith(("/dispatches", "/access_tokens"))
    return not (request.method == "PATCH" and "/check-runs/" in request.url.path)


def _to_course_error(error: GitHubException) -> NoCredentials | RequestRefused:
    error = _cause(error)
    if isinstance(error, RequestFailed):
        status = error.response.status_code
        where = f"{_where(error.request)}: {status} {_message(error)}"
        if status == 401:
            return NoCredentials(f"GitHub does not take what was signed in with ({where})")
        limited = isinstance(error, RateLimitExceeded) or status == 429
        return (Unavailable if limited or status >= 500 else RequestRefused)(where, status)
    if isinstance(error, RequestError) and isinstance(error.exc, httpx.HTTPError):
        return Unavailable(f"GitHub cannot be reached: {error.exc or type(error.exc).__name__}")
    if isinstance(error, RequestError):  # making a token failed
        return NoCredentials(f"AUTOGRADER_APP_KEY is no key in PEM that can be used: {error.exc}")
    return RequestRefused(f"GitHub: {error!r}")


def _where(request: httpx.Request) -> str:
    return f"{request.method} {request.url.path}"


def _message(error: RequestFailed) -> str:
    """GitHub's message, as one line."""
    try:
        answer = error.response.json()
        parts = [answer["message"], *(_detail(each) for each in answer.get("errors", ()))]
    except (ValueError, LookupError, TypeError, AttributeError):
        return error.response.raw_response.reason_phrase
    return " ".join("; ".join(filter(None, parts)).split())


def _detail(error: object) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error.get("code") or "")
    return str(error)
