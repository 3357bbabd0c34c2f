"""Having a commit graded: a repository_dispatch to the grader's repository, once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from autograder.github import checks
from autograder.github.client import Client
from autograder.github.configuration import Course
from autograder.github.errors import RequestRefused
from autograder.github.grading_target import GradingTarget

NEEDS = {"checks": "write", "contents": "write", "metadata": "read"}
EVENT = "grade"
# After so long without a result, a commit is sent once more: the runner must have died.
LOST_AFTER = timedelta(hours=1)


def dispatch(
    client: Client, course: Course, target: GradingTarget, now: datetime, *, again: bool = True
) -> bool:
    """Have a commit graded. False when it waits already, or, unless `again`, has been graded.

    That it waits is shown on the commit first: a run that dies after that sends nothing twice, and
    what was never sent is sent after LOST_AFTER. Raises RequestRefused.
    """
    runs = checks.ours(client, target)
    if not again and any(run.tells for run in runs):
        return False
    waiting = [run for run in runs if run.waits]
    if any(run.started_at and now - run.started_at < LOST_AFTER for run in waiting):
        return False
    for run in waiting:
        checks.give_up_waiting(client, target, run.id)
    token = secrets.token_hex(16)
    number = client.persist(lambda: checks.wait(client, target, course.language, token, now))
    try:
        client.tell(
            client.rest.repos.create_dispatch_event,
            course.grader,
            event_type=EVENT,
            client_payload={"student": target.student.id, "sha": target.commit},
        )
    except RequestRefused:
        checks.give_up_waiting(client, target, number)
        raise
    return True
