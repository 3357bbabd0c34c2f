"""Webhooks: who is believed, of many pushes the newest, and not too many regrades."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.github.errors import BadConfiguration
from autograder.github.inbox import DAY, PAUSE, Due, Event, Inbox
from autograder.github.listen import journal, send, work
from corpus.github.fake import deliver
from tests.github.classroom import NOW, Classroom
from tests.support.listener import KIM, SECRET, SHA, Listener


def test_a_push_to_the_default_branch_is_noted_with_its_time(
    running: Classroom, listener: Listener
) -> None:
    event = running.github.push_event(KIM, SHA)
    assert deliver(listener.url, "push", event, SECRET) == 202
    assert listener.written == [Event(NOW, "push", "kim", SHA)]
    assert listener.due(NOW) == [Due(running.target(SHA), NOW, is_push=True)]
    assert listener.due(NOW) == []


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=ü", "0" * 64, "sha256=\xff"],
)
def test_who_does_not_know_the_secret_is_not_heard(
    running: Classroom, listener: Listener, signature: str
) -> None:
    event = running.github.push_event(KIM, SHA)
    assert deliver(listener.url, "push", event, SECRET, signature) == 401
    assert deliver(listener.url, "push", event, "another secret") == 401
    assert listener.written == []


def test_a_signature_by_sha1_is_not_enough(running: Classroom, listener: Listener) -> None:
    import hashlib
    import hmac

    event = running.github.push_event(KIM, SHA)
    mac = hmac.new(SECRET.encode(), json.dumps(event).encode(), hashlib.sha1).hexdigest()
    assert deliver(listener.url, "push", event, SECRET, f"sha1={mac}") == 401


def hostile_events(room: Classroom) -> dict[str, tuple[str, Any]]:
    """Signed, and still nothing to do."""
    pushed = room.github.push_event
    elsewhere = {**pushed(KIM, SHA)["repository"], "owner": {"login": "mallory"}}
    return {
        "another branch": ("push", pushed(KIM, SHA, branch="other")),
        "a branch like a command": ("push", pushed(KIM, SHA, branch="$(reboot)")),
        "a tag": ("push", {**pushed(KIM, SHA), "ref": "refs/tags/main"}),
        "a deleted branch": ("push", pushed(KIM, "0" * 40)),
        "a commit id that is none": ("push", pushed(KIM, "a" * 39 + "\n")),
        "the grader's repository": ("push", pushed("grader", SHA)),
        "nobody's repository": ("push", pushed("segmentation-mallory", SHA)),
        "another organisation": ("push", {**pushed(KIM, SHA), "repository": elsewhere}),
        "another button": ("check_run", room.github.regrade_event(KIM, SHA, "full-marks")),
        "no button": ("check_run", {**room.github.regrade_event(KIM, SHA), "action": "created"}),
        "another event": ("issues", {"action": "opened"}),
    }


def test_what_is_not_this_courses_business_is_passed_over(
    running: Classroom, listener: Listener
) -> None:
    for name, (event, payload) in hostile_events(running).items():
        assert deliver(listener.url, event, payload, SECRET) == 202, name
    assert listener.written == []
    assert all("passed over" in line for line in listener.told)


def test_a_student_without_a_login_keeps_nobody_else_from_being_heard(
    running: Classroom,
) -> None:
    running.change("lee", login="")
    with Listener.open(running.course, running.roster, lambda: running.now) as listener:
        event = running.github.push_event(KIM, SHA)
        assert deliver(listener.url, "push", event, SECRET) == 202
        nobody = running.github.push_event("segmentation-", SHA)
        assert deliver(listener.url, "push", nobody, SECRET) == 202
        assert [due.target.student.id for due in listener.due(running.now)] == ["kim"]


@pytest.mark.parametrize("payload", [[], {"ref": 1}, {"ref": "refs/heads/main"}, "x", None])
def test_what_github_would_not_send_is_refused(listener: Listener, payload: Any) -> None:
    assert deliver(listener.url, "push", payload, SECRET) == 400


def test_of_a_thousand_pushes_in_a_minute_the_newest_is_graded(
    running: Classroom, listener: Listener
) -> None:
    sent = []
    for number in range(1000):
        moment = NOW + number * PAUSE / 1000
        listener.inbox.push(running.target(f"{number:040x}"), moment)
        sent += listener.due(moment)
    assert [due.target.commit for due in sent] == [f"{0:040x}"]
    assert [due.target.commit for due in listener.due(NOW + PAUSE)] == [f"{999:040x}"]
    assert len(listener.written) == 1000


def test_one_students_pushes_delay_nobody_else(running: Classroom, listener: Listener) -> None:
    listener.inbox.push(running.target(SHA), NOW)
    listener.due(NOW)
    listener.inbox.push(running.target("b" * 40), NOW)
    listener.inbox.push(running.target("c" * 40, "lee"), NOW)
    assert [due.target.student.id for due in listener.due(NOW)] == ["lee"]


def test_regrades_are_counted_by_the_day(running: Classroom, listener: Listener) -> None:
    event = running.github.regrade_event(KIM, SHA)
    for _ in range(4):
        assert deliver(listener.url, "check_run", event, SECRET) == 202
    kinds = [each.kind for each in listener.written]
    assert kinds == ["regrade", "regrade", "too many regrades", "too many regrades"]
    assert not listener.inbox.regrade(running.target(SHA), NOW + DAY - timedelta(seconds=1))
    assert listener.inbox.regrade(running.target(SHA), NOW + DAY)
    assert listener.inbox.regrade(running.target(SHA, "lee"), NOW)


def test_a_regrade_takes_no_pushs_place(running: Classroom, listener: Listener) -> None:
    listener.inbox.push(running.target("b" * 40), NOW)
    assert listener.inbox.regrade(running.target(SHA), NOW)
    assert [due.target.commit for due in listener.due(NOW)] == ["b" * 40]


def test_a_restart_makes_no_new_regrades(running: Classroom, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with journal(path) as (before, write):
        assert before == []
        assert Inbox(1, write).regrade(running.target(SHA), NOW)
    path.write_bytes(path.read_bytes() + b'{"at":"2027-')  # killed while it wrote
    with journal(path) as (before, write):
        again = Inbox(1, write, before)
        assert not again.regrade(running.target(SHA), NOW + DAY / 2)
    with journal(path) as (before, _):
        assert [event.kind for event in before] == ["regrade", "too many regrades"]


def test_a_journal_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(BadConfiguration, match=r"--journal: .*No such file"),
        journal(tmp_path / "absent" / "journal"),
    ):
        pass


def sent(room: Classroom) -> list[str]:
    return [each["client_payload"]["sha"] for each in room.github.dispatches]


def test_a_webhook_that_comes_late_sends_the_branchs_head(running: Classroom) -> None:
    older = running.github.push(KIM, {"iou.py": "a"})
    newest = running.github.push(KIM, {"iou.py": "b"})
    client = running.client()
    for commit in (newest, older, newest):
        send(client, running.course, Due(running.target(commit), NOW, is_push=True), "", NOW)
    assert sent(running) == [newest]


def test_what_was_graded_is_graded_again_by_the_button_only(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, {"iou.py": "a"}))
    client = running.client()
    send(client, running.course, Due(target, NOW, is_push=True), "", NOW)
    running.github.check_runs[KIM][0].update(status="completed", conclusion="failure")
    send(client, running.course, Due(target, NOW, is_push=True), "", NOW)
    assert sent(running) == [target.commit]
    send(client, running.course, Due(target, NOW, is_push=False), "", NOW)
    assert sent(running) == [target.commit, target.commit]


def test_what_was_released_is_not_sent(running: Classroom) -> None:
    storage = running.github.repositories[KIM].storage
    released = storage.git("rev-parse", "main^{tree}").decode().strip()
    target = running.target(storage.heads()["refs/heads/main"])
    line = send(running.client(), running.course, Due(target, NOW, is_push=True), released, NOW)
    assert line == "kim: as it was released"
    assert sent(running) == []


def test_a_student_whose_repository_fails_stops_nobody(running: Classroom) -> None:
    inbox, stop = Inbox(1), threading.Event()
    pushed = running.github.push("segmentation-octo-lee", {"iou.py": "a"})
    running.github.remove_repository(KIM)
    inbox.push(running.target(SHA), NOW)
    inbox.push(running.target(pushed, "lee"), NOW)
    lines: list[str] = []

    def told(line: str) -> None:
        lines.append(line)
        if len(lines) == 2:
            stop.set()
            inbox.push(running.target(SHA, "park"), NOW)  # so that it waits for nothing

    work(running.client(), running.course, inbox, "", stop, lambda: NOW, told)
    assert "404" in lines[0]
    assert lines[1] == f"lee {pushed}: sent"
    assert sent(running) == [pushed]
