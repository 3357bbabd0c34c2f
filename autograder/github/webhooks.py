"""What a delivery says: who sent it first, and only then what is in it.

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
from autograder.github.errors import BadOrder
from autograder.github.inbox import Inbox
from autograder.github.order import Order, order
from autograder.github.roster import on_github

PREFIX = "sha256="


class Owner(msgspec.Struct, frozen=True):
    login: str


class Repository(msgspec.Struct, frozen=True):
    name: str
    default_branch: str
    owner: Owner


class Push(msgspec.Struct, frozen=True):
    """The event `push`: `after` is all zeros when a branch was deleted."""

    ref: str
    after: str
    repository: Repository


class CheckRun(msgspec.Struct, frozen=True):
    head_sha: str


class RequestedAction(msgspec.Struct, frozen=True):
    identifier: str


class CheckRunEvent(msgspec.Struct, frozen=True):
    """The event `check_run`: a button was pressed if there is a requested action."""

    action: str
    check_run: CheckRun
    repository: Repository
    requested_action: RequestedAction | None = None


class Refusal(Exception):
    """The answer's status, and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Receiver:
    """What a verified event means for this course."""

    def __init__(self, course: Course, roster: Roster, inbox: Inbox, secret: str) -> None:
        self._course = course
        self._inbox = inbox
        self._secret = secret
        self._roster = roster
        self._students = {course.repository_of(each).lower(): each for each in on_github(roster)}

    def receive(self, event: str, signature: str, body: bytes, now: datetime) -> str:
        """What was done about it, in words. Raises Refusal."""
        # The verifier would take a signature by SHA-1, and stumble over one that is not ASCII.
        if not (signature.startswith(PREFIX) and signature.isascii()):
            raise Refusal(401, "no signature")
        if not verify(self._secret, body, signature):
            raise Refusal(401, "wrong signature")
        try:
            if event == "push":
                return self._push(msgspec.json.decode(body, type=Push), now)
            if event == "check_run":
                return self._check_run(msgspec.json.decode(body, type=CheckRunEvent), now)
        except (msgspec.DecodeError, RecursionError):
            raise Refusal(400, "not what GitHub sends") from None
        except BadOrder as error:
            return f"passed over: {error}"
        return "passed over: another event"

    def _push(self, push: Push, now: datetime) -> str:
        if push.ref != f"refs/heads/{push.repository.default_branch}":
            return "passed over: not the default branch"
        self._inbox.push(self._order(push.repository, push.after), now)
        return "noted"

    def _check_run(self, event: CheckRunEvent, now: datetime) -> str:
        action = event.requested_action
        if event.action != "requested_action" or action is None or action.identifier != REGRADE:
            return "passed over: no regrade"
        wanted = self._order(event.repository, event.check_run.head_sha)
        return "noted" if self._inbox.regrade(wanted, now) else "passed over: too many regrades"

    def _order(self, repository: Repository, commit: str) -> Order:
        """Raises BadOrder for what is none of this course's."""
        student = self._students.get(repository.name.lower())
        if student is None or repository.owner.login.lower() != self._course.organisation.lower():
            raise BadOrder("no student's repository")
        if set(commit) == {"0"}:
            raise BadOrder("a deleted branch")
        return order(self._course, self._roster, student.id, commit)
