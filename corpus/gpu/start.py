"""Starting the GPU, or pretending to, under a profile's rules, in a process of its own.

    python -m corpus.gpu.start '{"pretend": true, "without": ["eventfd2"]}'

Prints what was noted, as JSON.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import torch

from autograder.sandbox.grader.launch import INHERITED, THREADS
from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail.landlock import READ, Access
from autograder.sandbox.jail.lock_down import SAME_USER, UID_BASE, User
from autograder.sandbox.jail.profiles import GPU_WORKER, WORKER, Profile
from autograder.sandbox.protocol.layers import Layer, State
from corpus.gpu import pretend_driver
from corpus.gpu.watched import Noted, watch


class Start(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to try: under which rules, in a worker's namespaces (`separate`) or not, and whether
    calls that the rules refuse are made all the same.
    """

    pretend: bool = False
    granted: bool = True
    without: tuple[str, ...] = ()
    lenient: bool = False
    separate: bool = True


def run(asked: Start) -> Noted:
    """Start in a locked-down process, as a worker does, and watch it."""
    torch.set_num_threads(1)
    places = files.interpreter_paths()
    user = _own_user([Path(sys.executable).resolve(), *places])
    profile = GPU_WORKER if asked.granted else WORKER
    profile = pretend_driver.without(profile, frozenset(asked.without))
    libraries = files.library_paths() if asked.granted else []
    opened = [Access(place, READ) for place in (*places, *libraries)]
    if not asked.pretend:
        return _watched(asked, profile, opened, _compute, user)
    with tempfile.TemporaryDirectory(prefix="pretended-") as name:
        root = Path(name)
        root.chmod(0o755)
        pretend_driver.lay_out(root)
        profile = pretend_driver.moved(profile, root)
        job = partial(pretend_driver.start, root)
        return _watched(asked, profile, opened, job, user)


def _watched(
    asked: Start, profile: Profile, opened: list[Access], job: Callable[[], str], user: User
) -> Noted:
    """Watch the job with the environment that workers inherit."""
    for name in os.environ.keys() - set(INHERITED):
        del os.environ[name]
    os.environ |= {"PATH": os.defpath, "LANG": "C.UTF-8"} | dict.fromkeys(THREADS, "1")
    return watch(profile, opened, job, lenient=asked.lenient, separate=asked.separate, user=user)


def _own_user(python: list[Path]) -> User:
    """A user that nobody else is, where this one may choose and the other can read Python."""
    if os.geteuid() != 0 or files.unreadable_for_others(python) is not None:
        return SAME_USER
    uid = UID_BASE + os.getpid()
    return User(uid, Layer("user", State.IN_FORCE, str(uid)))


def _compute() -> str:
    """What the assignment asks of a GPU: a product, a convolution and its gradient."""
    try:
        x = torch.ones(2, 3, 8, 9, device="cuda", requires_grad=True)
        weight = torch.ones(4, 3, 3, 3, device="cuda")
        torch.autograd.backward(torch.nn.functional.conv2d(x, weight).sum())
        ones = torch.ones(64, 64, device="cuda")
        right = bool((ones @ ones == 64).all()) and x.grad is not None
        return "" if right else "it computed something else"
    except (RuntimeError, AssertionError) as error:
        return str(error).strip().splitlines()[0]


def main() -> None:
    asked = msgspec.json.decode(sys.argv[1], type=Start)
    print(msgspec.json.encode(run(asked)).decode())


if __name__ == "__main__":
    main()
