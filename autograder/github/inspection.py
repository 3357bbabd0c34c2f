"""A dry run: whether GitHub is set up as the course needs it, found out by reading alone.

Nobody sees everything: GitHub hides settings from those who may not change them. So a setting is
as it should be, or it is not, or it cannot be seen; the last is never taken for either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from githubkit.response import Response

from autograder.github import repositories
from autograder.github.client import Client
from autograder.github.errors import RequestRefused

T = TypeVar("T")
State = Literal["ok", "missing", "cannot be seen"]

# What the App's token asks for, of that which the App was given. There is a permission for
# variables, too (`actions_variables`), but githubkit does not know it and would leave it out.
NEEDS = {
    "actions": "read",
    "administration": "read",
    "contents": "read",
    "environments": "read",
    "metadata": "read",
    "organization_administration": "read",
    "organization_self_hosted_runners": "read",
}
NAMES_CAP = 10


class Missing(Exception):
    """A setting is wrong; the message says how it is."""


class Unseen(Exception):
    """The token may not see a setting; the message says why."""


@dataclass(frozen=True)
class Setting:
    """One setting; `look` says how it is, and `page` where it is set and to what."""

    name: str
    page: str
    look: Callable[[], str]


@dataclass(frozen=True)
class SettingState:
    state: State
    name: str
    detail: str


def find(settings: Iterable[Setting]) -> Iterator[SettingState]:
    """The state of each setting, with the fix for those that are not right.

    Raises NoCredentials.
    """
    for setting in settings:
        try:
            yield SettingState("ok", setting.name, setting.look())
        except Missing as missing:
            yield SettingState("missing", setting.name, f"{missing}. {setting.page}")
        except Unseen as unseen:
            yield SettingState("cannot be seen", setting.name, f"{unseen}. {setting.page}")


def see(
    client: Client,
    answer: type[T],
    request: Callable[..., Response[Any]],
    *arguments: object,
    needs: str | None = None,
) -> T:
    """Ask GitHub. Raises Missing where it knows of no such thing, or Unseen.

    `needs` is the permission without which the App is told that there is nothing.
    """
    with_permission(client, needs)
    try:
        return client.ask(answer, request, *arguments)
    except RequestRefused as error:
        if error.status == 404:
            raise Missing("there is none") from None
        raise Unseen(str(error)) from None


def with_permission(client: Client, needs: str | None) -> None:
    """Raises Unseen for the App without it."""
    if client.permissions is not None and needs is not None and needs not in client.permissions:
        raise Unseen(f"the App's token has no permission `{needs}`")


def seen(pages: Iterable[T]) -> Iterator[T]:
    """The pages of a list. Raises Unseen."""
    try:
        yield from pages
    except RequestRefused as error:
        raise Unseen(str(error)) from None


def lacking(client: Client, name: str, branch: str, paths: Sequence[str]) -> str:
    """Those of the paths that a branch does not have, for a line. Raises Unseen."""
    with_permission(client, "contents")
    there: dict[str, set[str]] = {}
    try:
        commit = repositories.head(client, repositories.Repository(name, branch))
        tree = None if commit is None else repositories.tree_of(client, name, commit)
        for folder in {path.rpartition("/")[0] for path in paths}:
            if tree is None:
                break
            entries = repositories.folder(client, name, tree, folder)
            there[folder] = {entry.path for entry in entries}
    except RequestRefused as error:
        raise Unseen(str(error)) from None
    split = ((path, *path.rpartition("/")) for path in paths)
    return ", ".join(path for path, folder, _, file in split if file not in there.get(folder, ()))


def shortened(names: Iterable[str]) -> str:
    """Names for a line, no more than it takes."""
    every = list(names)
    more = f" and {len(every) - NAMES_CAP} more" if len(every) > NAMES_CAP else ""
    return ", ".join(every[:NAMES_CAP]) + more
