"""`--limits`: other numbers than the usual ones, from a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from autograder.sandbox.protocol.limits import Limits


class BadLimits(Exception):
    """The file is none that limits can be read from; the message is one line that says why."""


def read_limits(path: Path) -> Limits:
    """The fields of `Limits` in a TOML file; what it does not name stays as it is.

    Raises BadLimits.
    """
    try:
        with path.open("rb") as file:
            limits = msgspec.convert(tomllib.load(file), Limits)
    except OSError as error:
        raise BadLimits(f"{error.strerror}: {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadLimits(f"{path}: {error}") from None
    for name, number in msgspec.structs.asdict(limits).items():
        if number <= 0:
            raise BadLimits(f"{path}: {name} must be above 0")
    return limits
