"""`--limits`: other numbers than the usual ones, from a file."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import msgspec

from autograder.cli.options import UsageError
from autograder.sandbox.protocol.limits import Limits


def read_limits(path: Path) -> Limits:
    """The fields of `Limits` in a TOML file; what it does not name stays as it is.

    Raises UsageError.
    """
    try:
        with path.open("rb") as file:
            limits = msgspec.convert(tomllib.load(file), Limits)
    except OSError as error:
        raise UsageError(f"--limits: {error.strerror}: {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"--limits: {path}: {error}") from None
    for name, number in msgspec.structs.asdict(limits).items():
        if not 0 < number < math.inf:  # nor nan, which is neither above nor below
            raise UsageError(f"--limits: {path}: {name} must be above 0 and finite")
    return limits
