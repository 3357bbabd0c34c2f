"""Forking a worker, into namespaces of its own where they can be had."""

from __future__ import annotations

import os
from dataclasses import dataclass

from autograder.sandbox.jail import linux
from autograder.sandbox.protocol.layers import Layer, State

NAMESPACES = (
    linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWNS
)


@dataclass(frozen=True)
class Fork:
    """`pid` is 0 in the child. `owner` is who the child was outside a user namespace of its own."""

    pid: int
    namespaces: Layer
    separate: bool = False
    owner: tuple[int, int] | None = None


NOT_SEPARATE = Layer("namespaces", State.ABSENT, "not asked for")


def fork(*, separate: bool) -> Fork:
    """Fork, if `separate` into as many namespaces as can be had.

    An ordinary user needs one more for them.
    """
    if not separate:
        return Fork(os.fork(), NOT_SEPARATE)
    root = os.geteuid() == 0
    owner = None if root else (os.getuid(), os.getgid())
    flags = NAMESPACES if root else NAMESPACES | linux.CLONE_NEWUSER
    detail = "process ids, network, IPC, host name, mounts" + ("" if root else ", users")
    try:
        pid = linux.fork_into(flags)
    except OSError as error:
        denied = Layer("namespaces", State.DENIED, f"denied here ({error.strerror})")
        return Fork(os.fork(), denied)
    return Fork(pid, Layer("namespaces", State.IN_FORCE, detail), separate=True, owner=owner)
