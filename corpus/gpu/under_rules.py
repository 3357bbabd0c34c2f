"""Starting the GPU, or the pretend driver, under the rules: what they refuse, call by call."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import msgspec

from corpus.attacks.users import python_of
from corpus.gpu.lines import Decision, Setting, Tried
from corpus.gpu.start import Start
from corpus.gpu.watched import Noted
from corpus.paths import ROOT

USERS = {"root": "root", "user": "an ordinary user"}


def users() -> tuple[str, ...]:
    """The modes that this user can try, as quality/attacks.py calls them."""
    return ("root", "user") if os.geteuid() == 0 else ("user",)


def command_as(mode: str, module: str, *arguments: str, seconds: float) -> str:
    """What a module prints when it is run as that mode's user. Raises CalledProcessError."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}
    if os.geteuid() != 0:
        return _said([sys.executable, "-m", module, *arguments], environment, seconds)
    with python_of(mode) as python:
        return _said([*python, "-m", module, *arguments], environment, seconds)


def _said(command: list[str], environment: dict[str, str], seconds: float) -> str:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=seconds
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise RuntimeError(f"{command[-2]}: {last}")
    return done.stdout


def start(setting: Setting) -> Iterator[Tried]:
    """The start of the GPU under its worker's rules, as each user."""
    what = "pretend driver" if setting.pretend else "GPU"
    for mode in users():
        yield _line(f"{what} starts under the rules, {USERS[mode]}", mode, setting)


def _line(what: str, mode: str, setting: Setting) -> Tried:
    asked = Start(pretend=setting.pretend, without=setting.without)
    noted = _noted(mode, asked, setting)
    if not noted.watched:
        return Tried(what, Decision.OPEN, f"its calls cannot be watched here: {noted.failed}")
    if not noted.failed:
        harmless = f"refused without harm: {'; '.join(noted.words)}" if noted.words else ""
        return Tried.of(what, True, f"{_where(noted)}; {harmless or 'nothing was refused'}")
    # It stopped at the first refusal that it cannot do without: what more would it ask for?
    asked = msgspec.structs.replace(asked, lenient=True)
    more = _noted(mode, asked, setting)
    refused = "; ".join(dict.fromkeys((*noted.words, *more.words))) or "nothing was refused"
    figures = [
        _where(noted),
        refused,
        f"it said: {noted.failed}",
        f"with these calls: {_ended(more)}",
    ]
    if more.failed:
        alone = _noted(mode, msgspec.structs.replace(asked, separate=False), setting)
        figures.append(f"with them and without namespaces: {_ended(alone)}")
    return Tried.of(what, False, ". ".join(figures))


def _where(noted: Noted) -> str:
    return "in namespaces of its own" if noted.separate else "without namespaces: denied here"


def _ended(noted: Noted) -> str:
    return noted.failed or "it starts"


def _noted(mode: str, asked: Start, setting: Setting) -> Noted:
    argument = msgspec.json.encode(asked).decode()
    said = command_as(mode, "corpus.gpu.start", argument, seconds=setting.left())
    return msgspec.json.decode(said, type=Noted)


def closed(setting: Setting) -> Iterator[Tried]:
    """The same start under the rules of a worker that is not to use a GPU: nothing of it works.

    A start fails for many reasons. What holds is that the driver's files stayed closed.
    """
    what = "a worker that is not asked to use a GPU gets none of it"
    asked = Start(pretend=setting.pretend, granted=False)
    noted = _noted(users()[0], asked, setting)
    if not noted.watched:
        yield Tried(what, Decision.OPEN, f"its calls cannot be watched here: {noted.failed}")
        return
    if not noted.failed:
        yield Tried.of(what, False, "it starts")
        return
    devices = _devices(noted)
    if not devices:  # an ordinary user is told of files only where all calls are made
        devices = _devices(
            _noted(users()[0], msgspec.structs.replace(asked, lenient=True), setting)
        )
    if not devices:
        yield Tried(what, Decision.OPEN, f"no device file was asked for; it said: {noted.failed}")
        return
    yield Tried.of(
        what, True, f"refused: {len(noted.words)} calls and files, among them {devices[0]}"
    )


def _devices(noted: Noted) -> list[str]:
    return [words for words in noted.closed if "/dev/nvidia" in words]
