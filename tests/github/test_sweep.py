"""What is not graded is found, and sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
from autograder.document.text import Language
from autograder.github import checks, repositories, sweep
from autograder.github.dispatch import LOST_AFTER, dispatch
from autograder.github.errors import CourseError, RequestRefused, Unavailable
from autograder.github.grading_target import GradingTarget, for_each
from corpus.results import lost, result
from tests.github.classroom import Classroom

KIM, LEE, PARK = (f"segmentation-octo-{name}" for name in ("kim", "lee", "park"))
WORK = {"iou.py": "pass\n"}


def heads(room: Classroom) -> dict[str, str | CourseError | None]:
    """What each student has pushed last."""
    client = room.client()
    found = repositories.repositories(client)
    released = sweep.released(client, found.get("segmentation"))

    def work(student: object) -> str | None:
        target = sweep.standing(client, room.course, student, found, released).target  # type: ignore[arg-type]
        return None if target is None else target.commit

    return {student.id: outcome for student, outcome in for_each(room.roster, work)}


def keep(ledger: Ledger, target: GradingTarget, reason: str | None = None) -> None:
    entry = Entry(
        student=target.student.id,
        key=target.commit,
        points=2.0,
        earned=0.0,
        reason=reason,
        result=result(lost()) if reason is None else None,
        commit=target.commit,
        received="2027-04-29T00:00:00+00:00",
    )
    ledger.add(entry)


def test_what_was_released_is_no_push(running: Classroom) -> None:
    assert heads(running) == {"kim": None, "lee": None, "park": None}


def test_the_head_of_the_default_branch_counts_and_no_other(running: Classroom) -> None:
    running.github.push(KIM, WORK)
    newest = running.github.push(KIM, {"iou.py": "return 1\n"})
    for name in ("other", "$(id)", "`id`;", "main2", "refs/heads/main", "a'b"):
        running.github.push(KIM, {"iou.py": name}, branch=name)
    assert heads(running)["kim"] == newest


def test_a_forced_push_is_a_push(running: Classroom) -> None:
    running.github.push(KIM, WORK)
    forced = running.github.push(KIM, {"iou.py": "forced\n"}, force=True)
    assert heads(running)["kim"] == forced


def test_an_empty_repository_has_no_push(running: Classroom) -> None:
    running.github.repositories.pop(KIM)
    running.github.path(KIM).rename(running.github.path("old"))
    running.github.add_repository(KIM)
    assert heads(running)["kim"] is None


def test_a_deleted_repository_is_one_students_error(running: Classroom) -> None:
    running.github.remove_repository(KIM)
    pushed = running.github.push(LEE, WORK)
    found = heads(running)
    assert isinstance(found["kim"], CourseError)
    assert f"there is no repository {KIM}" in str(found["kim"])
    assert found["lee"] == pushed


@pytest.mark.parametrize("status", [403, 500])
def test_a_repository_that_cannot_be_read_is_one_students_error(
    running: Classroom, status: int
) -> None:
    pushed = running.github.push(PARK, WORK)
    running.github.fail("GET", f"/{LEE}/git/ref", status, times=4)
    found = heads(running)
    assert isinstance(found["lee"], RequestRefused)
    assert found["park"] == pushed


def test_what_the_ledger_has_is_graded(running: Classroom, ledger: Ledger) -> None:
    target = running.target("a" * 40)
    keep(ledger, target)
    assert sweep.graded(ledger.pushes(), failed=False)(target)
    assert not sweep.graded(ledger.pushes(), failed=False)(running.target("b" * 40))
    assert not sweep.graded(ledger.pushes(), failed=False)(running.target("a" * 40, "lee"))


def test_what_could_not_be_graded_is_tried_again_only_on_request(
    running: Classroom, ledger: Ledger
) -> None:
    target = running.target("a" * 40)
    keep(ledger, target, reason="there is no result")
    assert sweep.graded(ledger.pushes(), failed=False)(target)
    assert not sweep.graded(ledger.pushes(), failed=True)(target)


def test_a_commit_is_sent_once_and_seen_to_wait(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, WORK))
    client = running.client()
    assert dispatch(client, running.course, target, running.now)
    assert not dispatch(client, running.course, target, running.now + LOST_AFTER / 2)
    payload = {"student": "kim", "sha": target.commit}
    assert running.github.dispatches == [
        {"repository": "grader", "event_type": "grade", "client_payload": payload}
    ]
    (check,) = running.github.check_runs[KIM]
    assert (check["status"], check["output"]["title"]) == ("queued", "Waiting to be graded")


def test_what_was_lost_on_the_way_is_sent_again_later(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, WORK))
    client = running.client()
    dispatch(client, running.course, target, running.now)
    assert dispatch(client, running.course, target, running.now + LOST_AFTER)
    lost, waiting = running.github.check_runs[KIM]
    assert (lost["conclusion"], waiting["status"]) == ("cancelled", "queued")


def test_a_run_that_dies_before_sending_sends_nothing_twice(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, WORK))
    client = running.client()
    checks.wait(client, target, Language.EN, "token", running.now)  # and died here
    assert not dispatch(client, running.course, target, running.now + timedelta(minutes=1))
    assert dispatch(client, running.course, target, running.now + LOST_AFTER)
    assert len(running.github.dispatches) == 1


def test_a_check_run_that_was_made_without_an_answer_is_made_once(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, WORK))
    running.github.fail("POST", "/check-runs$", 502, done=True)
    assert dispatch(running.client(), running.course, target, running.now)
    assert len(running.github.check_runs[KIM]) == len(running.github.dispatches) == 1


def test_what_could_not_be_sent_waits_no_longer(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, WORK))
    running.github.fail("POST", "/dispatches$", 404)
    client = running.client()
    with pytest.raises(RequestRefused):
        dispatch(client, running.course, target, running.now)
    assert running.github.check_runs[KIM][0]["conclusion"] == "cancelled"
    assert dispatch(client, running.course, target, running.now)


def test_a_dispatch_is_repeated_while_github_cannot_answer(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, WORK))
    running.github.fail("POST", "/dispatches$", 503, times=2)
    assert dispatch(running.client(), running.course, target, running.now)
    assert running.waits == [1, 2]
    running.github.fail("POST", "/dispatches$", 503, times=9)
    with pytest.raises(Unavailable):
        dispatch(running.client(), running.course, target, running.now + LOST_AFTER)


def test_check_runs_that_a_students_workflow_made_are_not_ours(running: Classroom) -> None:
    target = running.target(running.github.push(KIM, WORK))
    client = running.client()
    number = checks.wait(client, target, Language.EN, "token", running.now)
    forged = running.github.check_runs[KIM][0]
    forged["app"] = {"id": 15368, "slug": "github-actions"}
    assert number == forged["id"]
    assert checks.ours(client, target) == []
    assert dispatch(client, running.course, target, running.now)
