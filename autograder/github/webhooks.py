"""Verify a webhook's signature, and only then read the delivery.

An answer says only that it was understood. What follows from it is done afterwards, by another
thread: GitHub waits for ten seconds.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from githubkit.webhooks import verify

from autograder.course.roster import Roster
from autograder.github.checks import REGRADE
from autograder.github.configuration import Course
from autograder.github.errors import BadTarget
from autograder.github.grading_target import GradingTarget, grading_target
from autograder.github.inbox import Inbox
from autograder.github.roster import on_github

PREFIX = "sha256="


class Account(msgspec.Struct, frozen=True):
    login: str


class EventRepository(msgspec.Struct, frozen=True):
    name: str
    default_branch: str
    owner: Account


class PushEvent(msgspec.Struct, frozen=True):
    """The event `push`: `after` is all zeros when a branch was deleted."""

    ref: str
    after: str
    repository: EventRepository


class CheckRunHead(msgspec.Struct, frozen=True):
    head_sha: str


class RequestedAction(msgspec.Struct, frozen=True):
    identifier: str


class CheckRunEvent(msgspec.Struct, frozen=True):
    """The event `check_run`: a button was pressed if there is a requested action."""

    action: str
    check_run: CheckRunHead
    repository: EventRepository
    requested_action: RequestedAction | None = None


class DeliveryRefused(Exception):
    """The answer's status, and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Receiver:
    """Turns a verified event into work for this course."""

    def __init__(self, course: Course, roster: Roster, inbox: Inbox, secret: str) -> None:
        self._course = course
        self._inbox = inbox
        self._secret = secret
        self._roster = roster
        self._students = {course.repository_of(each).lower(): each for each in on_github(roster)}

    def receive(self, event: str, signature: str, body: bytes, now: datetime) -> str:
        """Take a delivery. Returns a line about it. Raises DeliveryRefused."""
        # The verifier would take a signature by SHA-1, and stumble over one that is not ASCII.
        if not (signature.startswith(PREFIX) and signature.isascii()):
            raise DeliveryRefused(401, "no signature")
        if not verify(self._secret, body, signature):
            raise DeliveryRefused(401, "wrong signature")
        try:
            if event == "push":
                return self._push(msgspec.json.decode(body, type=PushEvent), now)
            if event == "check_run":
                return self._check_run(msgspec.json.decode(body, type=CheckRunEvent), now)
        except (msgspec.DecodeError, RecursionError):
            raise DeliveryRefused(400, "not what GitHub sends") from None
        except BadTarget as error:
            return f"passed over: {error}"
        return "passed over: another event"

    def _push(self, push: PushEvent, now: datetime) -> str:
        if push.ref != f"refs/heads/{push.repository.default_branch}":
            return "passed over: not the default branch"
        self._inbox.push(self._target(push.repository, push.after), now)
        return "noted"

    def _check_run(self, event: CheckRunEvent, now: datetime) -> str:
        action = event.requested_action
        if event.action != "requested_action" or action is None or action.identifier != REGRADE:
            return "passed over: no regrade"
        wanted = self._target(event.repository, event.check_run.head_sha)
        return "noted" if self._inbox.regrade(wanted, now) else "passed over: too many regrades"

    def _target(self, repository: EventRepository, commit: str) -> GradingTarget:
        """The commit of an event. Raises BadTarget where it is not of this course."""
        student = self._students.get(repository.name.lower())
        if student is None or repository.owner.login.lower() != self._course.organisation.lower():
            raise BadTarget("no student's repository")
        if set(commit) == {"0"}:
            raise BadTarget("a deleted branch")
        return grading_target(self._course, self._roster, student.id, commit)
