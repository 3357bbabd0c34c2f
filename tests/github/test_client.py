"""Signing in, waiting, giving up, and saying why."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
from githubkit.exception import RequestError

from autograder.github import repositories
from autograder.github.client import TRIES, Client, Patience, connect
from autograder.github.errors import NoCredentials, RequestRefused, Unavailable
from tests.github.classroom import Classroom

SEGMENTATION = r"^/repos/example-course/segmentation$"


def test_the_app_signs_in_with_what_a_command_needs_and_no_more(
    classroom: Classroom, pem: str
) -> None:
    client = classroom.client(AUTOGRADER_APP_ID="Iv1.abc", AUTOGRADER_APP_KEY=pem)
    assert repositories.repository(client, "segmentation").default_branch == "main"
    (token,) = [r for r in classroom.github.requests if r.path.endswith("/access_tokens")]
    assert token.body == {"permissions": {"contents": "read"}}


def test_the_app_comes_before_a_token(classroom: Classroom, pem: str) -> None:
    classroom.client(AUTOGRADER_APP_ID="Iv1.abc", AUTOGRADER_APP_KEY=pem, GITHUB_TOKEN="t")
    assert classroom.github.requests[0].path.endswith("/installation")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTHER": "x"}, "nothing to sign in with"),
        ({"AUTOGRADER_APP_ID": "Iv1.abc"}, "nothing to sign in with"),
        ({"AUTOGRADER_APP_ID": "Iv1.abc", "AUTOGRADER_APP_KEY": "no key"}, "no key in PEM"),
    ],
)
def test_bad_credentials_are_said_in_one_line(
    classroom: Classroom, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(NoCredentials, match=said) as caught:
        classroom.client(**environment)
    assert "\n" not in str(caught.value)
    assert classroom.waits == []


def test_an_app_that_is_not_installed_is_said(classroom: Classroom, pem: str) -> None:
    classroom.github.fail("GET", "/installation$", 404)
    with pytest.raises(NoCredentials, match="not installed in example-course"):
        classroom.client(AUTOGRADER_APP_ID="Iv1.abc", AUTOGRADER_APP_KEY=pem)


def test_a_token_that_has_expired_is_said(classroom: Classroom) -> None:
    classroom.github.fail("GET", SEGMENTATION, 401, message="Bad credentials")
    with pytest.raises(NoCredentials, match="Bad credentials"):
        repositories.repository(classroom.client(), "segmentation")


def test_a_permission_that_the_app_lacks_is_said(classroom: Classroom, pem: str) -> None:
    message = "The permissions requested are not granted to this installation."
    classroom.github.fail("POST", "/access_tokens$", 422, message=message)
    client = classroom.client(AUTOGRADER_APP_ID="Iv1.abc", AUTOGRADER_APP_KEY=pem)
    with pytest.raises(RequestRefused, match="not granted to this installation"):
        repositories.repository(client, "segmentation")


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_is_waited_for_as_long_as_github_says(classroom: Classroom, status: int) -> None:
    classroom.github.fail("GET", SEGMENTATION, status, headers={"Retry-After": "17"}, times=2)
    assert repositories.repository(classroom.client(), "segmentation").name == "segmentation"
    assert classroom.waits == [18, 18]


def test_an_hourly_limit_is_waited_for_until_it_is_over(classroom: Classroom) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 600)}
    classroom.github.fail("GET", SEGMENTATION, 403, headers=headers)
    repositories.repository(classroom.client(), "segmentation")
    (waited,) = classroom.waits
    assert 0 < waited <= 601


def test_a_limit_without_a_time_is_waited_for_a_minute(classroom: Classroom) -> None:
    message = "You have exceeded a secondary rate limit"
    classroom.github.fail("GET", SEGMENTATION, 403, message=message, times=2)
    repositories.repository(classroom.client(), "segmentation")
    assert classroom.waits == [60, 120]


def test_a_refusal_is_not_asked_again(classroom: Classroom) -> None:
    classroom.github.fail("GET", SEGMENTATION, 403, message="Resource not accessible\nby the App")
    with pytest.raises(RequestRefused, match="403 Resource not accessible by the App") as caught:
        repositories.repository(classroom.client(), "segmentation")
    assert (classroom.waits, caught.value.status) == ([], 403)


def test_a_limit_that_lasts_for_days_is_not_waited_for(classroom: Classroom) -> None:
    classroom.github.fail("GET", SEGMENTATION, 429, headers={"Retry-After": "90000"})
    with pytest.raises(Unavailable):
        repositories.repository(classroom.client(), "segmentation")
    assert classroom.waits == []


def test_a_server_error_is_asked_again_ever_more_slowly(classroom: Classroom) -> None:
    classroom.github.fail("GET", SEGMENTATION, 502, times=3)
    assert repositories.repository(classroom.client(), "segmentation").name == "segmentation"
    assert classroom.waits == [1, 2, 4]


def test_a_server_that_stays_broken_is_given_up(classroom: Classroom) -> None:
    classroom.github.fail("GET", SEGMENTATION, 500, times=TRIES)
    with pytest.raises(Unavailable, match="500"):
        repositories.repository(classroom.client(), "segmentation")
    assert len(classroom.waits) == TRIES - 1


def test_what_makes_something_is_not_sent_again_blindly(classroom: Classroom) -> None:
    classroom.github.fail("POST", "/generate$", 502, done=True)
    client = classroom.client()
    with pytest.raises(Unavailable):
        client.tell(client.rest.repos.create_using_template, "segmentation", name="new")
    assert classroom.waits == []
    assert len(classroom.github.writes()) == 1


def test_nobody_at_the_other_end_is_said(classroom: Classroom) -> None:
    environment = {"GITHUB_API_URL": "http://127.0.0.1:9", "GITHUB_TOKEN": "t"}
    client = connect("example-course", environment, {}, classroom.waits.append)
    with pytest.raises(Unavailable, match="cannot be reached"):
        repositories.repository(client, "segmentation")
    assert len(classroom.waits) == TRIES - 1


def test_a_request_that_may_have_arrived_is_repeated_only_if_harmless() -> None:
    def decision(method: str, path: str) -> bool:
        request = httpx.Request(method, f"http://github{path}")
        error: Any = RequestError(httpx.ReadTimeout("no answer", request=request))
        return Patience(lambda seconds: None)(error, 0).do_retry

    assert decision("GET", "/repos/a/b")
    assert decision("PUT", "/repos/a/b/collaborators/c")
    assert decision("PATCH", "/repos/a/b")
    assert decision("POST", "/repos/a/b/dispatches")
    assert not decision("POST", "/repos/a/b/check-runs")
    assert not decision("PATCH", "/repos/a/b/check-runs/1")
    assert not decision("POST", "/repos/a/b/generate")


def test_every_page_of_a_list_is_read(classroom: Classroom) -> None:
    for number in range(230):  # without commits: only their names are asked for
        classroom.github.repositories[f"r{number}"] = classroom.github.repositories["grader"]
    client = classroom.client()
    pages = list(client.pages(list[dict[str, Any]], client.rest.repos.list_for_org))
    assert [len(page) for page in pages] == [100, 100, 32]


def test_a_page_that_fails_is_an_error_and_not_the_end(classroom: Classroom) -> None:
    for number in range(150):
        classroom.github.repositories[f"r{number}"] = classroom.github.repositories["grader"]
    client = classroom.client()
    pages = client.pages(list[dict[str, Any]], client.rest.repos.list_for_org)
    assert len(next(pages)) == 100
    classroom.github.fail("GET", "/orgs/example-course/repos$", 404)
    with pytest.raises(RequestRefused, match="404"):
        next(pages)


class Strange(msgspec.Struct):
    weight: float


def test_an_answer_of_another_form_is_said(classroom: Classroom) -> None:
    client = classroom.client()
    with pytest.raises(RequestRefused, match="an answer that was not expected") as caught:
        client.ask(Strange, client.rest.repos.get, "segmentation")
    assert "\n" not in str(caught.value)


def test_persisting_ends_with_the_error_that_stays(classroom: Classroom) -> None:
    client: Client = classroom.client()
    tried = []

    def work() -> None:
        tried.append(datetime.now(UTC))
        raise Unavailable("GitHub sleeps")

    with pytest.raises(Unavailable, match="sleeps"):
        client.persist(work)
    assert len(tried) == TRIES
