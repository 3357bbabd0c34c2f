"""What a request may cost before anybody knows who sent it, and how it is answered."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from autograder.github.server import ServerLimits
from corpus.github.fake import deliver
from tests.github.classroom import Classroom
from tests.support.listener import KIM, PATIENCE, SECRET, SHA, Listener, answer

Open = Callable[..., Listener]
FORGED = b"X-Hub-Signature-256: sha256=" + b"0" * 64 + b"\r\n"
HEADERS = b"POST / HTTP/1.1\r\nHost: listener\r\nX-GitHub-Event: push\r\n"


@pytest.fixture
def opened(running: Classroom) -> Iterator[Open]:
    """Opens a listener with other limits."""
    with ExitStack() as stack:

        def opened(**limits: Any) -> Listener:
            room = Listener.open(
                running.course, running.roster, lambda: running.now, ServerLimits(**limits)
            )
            return stack.enter_context(room)

        yield opened


def pushed(room: Classroom) -> bytes:
    """All of a true delivery."""
    body = json.dumps(room.github.push_event(KIM, SHA)).encode()
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    about = f"X-Hub-Signature-256: sha256={mac}\r\nContent-Length: {len(body)}\r\n\r\n"
    return HEADERS + about.encode() + body


def test_a_true_delivery_is_answered_and_its_connection_closed(
    running: Classroom, opened: Open
) -> None:
    listener = opened()
    assert answer(listener.connect(pushed(running))) == "202"
    assert [event.commit for event in listener.written] == [SHA]


STATUSES = {
    "no signature": (HEADERS + b"Content-Length: 2\r\n\r\n{}", "401"),
    "a forged signature": (HEADERS + FORGED + b"Content-Length: 2\r\n\r\n{}", "401"),
    "a forged one on what is no JSON": (HEADERS + FORGED + b"Content-Length: 1\r\n\r\n{", "401"),
    "no body": (HEADERS + FORGED + b"\r\n", "401"),
    "another method": (b"GET / HTTP/1.1\r\nHost: listener\r\n\r\n", "405"),
    "a body that is too long": (HEADERS + FORGED + b"Content-Length: 101\r\n\r\n", "400"),
    "a length beyond 64 bits": (
        HEADERS + FORGED + b"Content-Length: " + b"9" * 200 + b"\r\n\r\n",
        "400",
    ),
    "a length below nothing": (HEADERS + FORGED + b"Content-Length: -1\r\n\r\n", "400"),
    "a length that is none": (HEADERS + FORGED + b"Content-Length: x\r\n\r\n", "400"),
    "a body in parts that is too long": (
        HEADERS + FORGED + b"Transfer-Encoding: chunked\r\n\r\nff\r\n",
        "400",
    ),
    "no HTTP": (b"\x16\x03\x01\r\n\r\n", "400"),
    "headers that are too long": (HEADERS + b"X-More: " + b"a" * 2000, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", STATUSES)
def test_what_is_no_true_delivery_is_refused_and_not_written_down(opened: Open, name: str) -> None:
    request, status = STATUSES[name]
    listener = opened(header_bytes=1000, body_bytes=100)
    assert answer(listener.connect(request)) == status
    assert listener.written == []


def test_a_delivery_that_cannot_be_written_down_is_not_taken(
    running: Classroom, opened: Open
) -> None:
    listener = opened()
    listener.full = True
    assert answer(listener.connect(pushed(running))) == "500"
    assert listener.told == ["'push' could not be written down: No space left on device"]


@pytest.mark.parametrize("start", [b"", HEADERS, HEADERS + FORGED + b"Content-Length: 9\r\n\r\n"])
def test_a_request_that_stops_is_ended(opened: Open, start: bytes) -> None:
    assert answer(opened(seconds=0.1).connect(start)) == ""


@pytest.mark.parametrize("start", [HEADERS, HEADERS + FORGED + b"Content-Length: 90000\r\n\r\n"])
def test_a_request_that_goes_on_byte_by_byte_is_ended(opened: Open, start: bytes) -> None:
    connection = opened(seconds=0.1).connect(start)
    connection.settimeout(0.01)
    for _ in range(int(PATIENCE / 0.01)):
        try:
            assert connection.recv(1) == b""
            return
        except TimeoutError:
            connection.send(b"a")
        except ConnectionError:
            return
    pytest.fail("it was never ended")


def test_of_too_many_connections_the_oldest_makes_place(running: Classroom, opened: Open) -> None:
    listener, delivery = opened(connections=2, seconds=PATIENCE), pushed(running)
    oldest, other = listener.connect(delivery[:20]), listener.connect(delivery[:20])
    assert answer(listener.connect(delivery)) == "202"
    assert answer(oldest) == ""
    other.sendall(delivery[20:])
    assert answer(other) == "202"


def test_many_who_wait_keep_no_delivery_from_its_answer(running: Classroom, opened: Open) -> None:
    listener = opened(connections=4, seconds=PATIENCE)
    waiting = [listener.connect(HEADERS) for _ in range(40)]
    for _ in range(10):
        assert answer(listener.connect(pushed(running))) == "202"
    assert len(waiting) == 40


def test_a_request_that_was_answered_takes_no_place(running: Classroom, opened: Open) -> None:
    listener, delivery = opened(connections=2, seconds=PATIENCE), pushed(running)
    slow = listener.connect(delivery[:20])
    for _ in range(10):
        assert answer(listener.connect(delivery)) == "202"
    slow.sendall(delivery[20:])
    assert answer(slow) == "202"


def test_of_many_refusals_one_line_a_minute_is_told(running: Classroom, opened: Open) -> None:
    listener = opened()
    for _ in range(3):
        deliver(listener.url, "push", {}, "another secret")
    assert listener.told == ["refused: wrong signature (1)"]
    running.now += timedelta(minutes=1)
    deliver(listener.url, "push", {}, "another secret")
    assert listener.told[1:] == ["refused: wrong signature (4)"]


def test_the_other_commands_do_without_the_listeners_server() -> None:
    program = (
        "import sys; sys.modules['tornado'] = None\n"  # the jobs with a secret have none
        "import autograder.cli.github_run"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
