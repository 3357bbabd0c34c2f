"""Check runs on students' commits: one that waits from the moment a commit is sent to be graded,
and becomes the one that shows the result.

A student's own workflow can make check runs of any name and external id, but only GitHub Actions
can be their author, so those are passed over. GitHub adds annotations to those that a check run
has; so what is there is counted before more is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from autograder.document.text import Language
from autograder.github import words
from autograder.github.client import Client
from autograder.github.grading_target import GradingTarget
from autograder.reports.markdown import ANNOTATIONS_CAP, Annotation

Conclusion = Literal["success", "failure", "neutral"]

NAME = "autograder"
NOT_OURS = "github-actions"
# What comes back as `requested_action` when the button was pressed.
REGRADE = "regrade"


class App(msgspec.Struct, frozen=True):
    slug: str


class Output(msgspec.Struct, frozen=True):
    annotations_count: int = 0


class CheckRun(msgspec.Struct, frozen=True):
    id: int
    status: str
    conclusion: str | None = None
    external_id: str | None = None
    started_at: datetime | None = None
    app: App | None = None
    output: Output = Output()

    @property
    def waits(self) -> bool:
        return self.status != "completed"

    @property
    def tells(self) -> bool:
        """Whether it shows how grading ended."""
        return not self.waits and self.conclusion != "cancelled"


class Page(msgspec.Struct, frozen=True):
    check_runs: tuple[CheckRun, ...]


@dataclass(frozen=True)
class Shown:
    """The content of a check run."""

    conclusion: Conclusion
    title: str
    summary: str
    annotations: Sequence[Annotation] = ()


def ours(client: Client, target: GradingTarget) -> list[CheckRun]:
    """The course's check runs on a commit, the newest first."""
    pages = client.pages(
        Page,
        client.rest.checks.list_for_ref,
        target.repository,
        target.commit,
        check_name=NAME,
        filter_="all",
    )
    found = [
        run
        for page in pages
        for run in page.check_runs
        if run.app is not None and run.app.slug != NOT_OURS
    ]
    return sorted(found, key=lambda run: run.id, reverse=True)


def wait(
    client: Client, target: GradingTarget, language: Language, token: str, now: datetime
) -> int:
    """Show that the commit waits to be graded. `token` tells this wait from any other."""
    for run in ours(client, target):
        if run.external_id == token:
            return run.id
    made = client.ask(
        CheckRun,
        client.rest.checks.create,
        target.repository,
        name=NAME,
        head_sha=target.commit,
        status="queued",
        external_id=token,
        started_at=now,
        output={
            "title": words.WAITS.in_(language),
            "summary": words.WAITS_LONG.in_(language),
        },
    )
    return made.id


def give_up_waiting(client: Client, target: GradingTarget, number: int) -> None:
    client.tell(
        client.rest.checks.update,
        target.repository,
        number,
        status="completed",
        conclusion="cancelled",
    )


def show(
    client: Client, target: GradingTarget, token: str, shown: Shown, language: Language
) -> int:
    """Show a result on the commit, once for each `token`. Returns the check run's number.

    Where this was stopped in the middle it goes on. Raises Refused.
    """
    runs = ours(client, target)
    waiting = next((run for run in runs if run.waits), None)
    done = next((run for run in runs if run.external_id == token and not run.waits), None)
    if waiting is None and done is not None:
        number, sent = done.id, done.output.annotations_count
    else:
        number, sent = _complete(client, target, token, shown, language, waiting), ANNOTATIONS_CAP
    for start in range(sent, len(shown.annotations), ANNOTATIONS_CAP):
        some = shown.annotations[start : start + ANNOTATIONS_CAP]
        client.tell(
            client.rest.checks.update, target.repository, number, output=_output(shown, some)
        )
    return number


def _complete(
    client: Client,
    target: GradingTarget,
    token: str,
    shown: Shown,
    language: Language,
    waiting: CheckRun | None,
) -> int:
    """Let the check run that waits show the result, or make one, with as many notes as it takes."""
    body: dict[str, Any] = {
        "status": "completed",
        "conclusion": shown.conclusion,
        "completed_at": datetime.now(UTC),
        "external_id": token,
        "output": _output(shown, shown.annotations[:ANNOTATIONS_CAP]),
        "actions": [
            {
                "label": words.REGRADE.in_(language),
                "description": words.REGRADE_LONG.in_(language),
                "identifier": REGRADE,
            }
        ],
    }
    if waiting is not None:
        client.tell(client.rest.checks.update, target.repository, waiting.id, **body)
        return waiting.id
    create = client.rest.checks.create
    body |= {"name": NAME, "head_sha": target.commit}
    return client.ask(CheckRun, create, target.repository, **body).id


def _output(shown: Shown, annotations: Sequence[Annotation]) -> dict[str, Any]:
    notes = [asdict(note) for note in annotations]
    output: dict[str, Any] = {"title": shown.title, "summary": shown.summary}
    return output | ({"annotations": notes} if notes else {})
