"""The layers of a lock-down, as the process that is locked down reports them."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Literal

import msgspec

Name = Literal["namespaces", "scratch", "landlock", "user", "capabilities", "seccomp"]


class State(enum.StrEnum):
    IN_FORCE = "in force"
    # Asked for, and this machine or this user cannot have it.
    DENIED = "denied"
    # Not asked for, or it rests on a layer that is not there.
    ABSENT = "absent"


class Layer(msgspec.Struct, frozen=True):
    """One layer; `detail` is for people, and nothing is decided by it."""

    name: Name
    state: State
    detail: str


def details(layers: Iterable[Layer]) -> dict[str, str]:
    """The layers as the result document has them."""
    return {layer.name: layer.detail for layer in layers}
