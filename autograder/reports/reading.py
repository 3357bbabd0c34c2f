"""A result read from a file that anybody may have written."""

from __future__ import annotations

from math import prod
from pathlib import Path

import msgspec

from autograder.document.result import (
    READABLE,
    SCHEMA,
    Counterexample,
    Grid,
    Result,
    decode,
    undecided,
)
from autograder.errors import AutograderError

# A result of a whole submission is some 100 KB.
BYTES_CAP = 32 * 1024 * 1024


class NoResult(AutograderError):
    """The file holds no result; the message is one line that says why."""


def read(path: Path) -> Result:
    """Raises NoResult for whatever reports cannot be made from."""
    try:
        if path.stat().st_size > BYTES_CAP:
            raise NoResult(f"{path} is larger than any result")
        result = decode(path.read_bytes())
    except OSError as error:
        raise NoResult(f"{path} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise NoResult(f"{path} is not a result: {error}") from error
    if result.schema not in READABLE:
        raise NoResult(f"{path} is not a result: schema {result.schema!r}, not {SCHEMA!r}")
    tasks = {task.name for task in result.tasks}
    for check in result.checks:
        if check.task not in tasks:
            raise NoResult(f"{path} is not a result: check {check.id!r} has no task")
        for grid in _grids(check.counterexample):
            if min(grid.shape, default=0) < 0:
                raise NoResult(
                    f"{path} is not a result: {grid.name!r} of check {check.id!r} has the "
                    f"shape {grid.shape}"
                )
            if grid.values is not None and prod(grid.shape) != len(grid.values):
                raise NoResult(
                    f"{path} is not a result: {grid.name!r} of check {check.id!r} has "
                    f"{len(grid.values)} values for the shape {grid.shape}"
                )
        if check.counterexample is not None and not _has_its_map(check.counterexample):
            raise NoResult(f"{path} is not a result: check {check.id!r} has a map of nothing")
    if result.checks and set(result.undecided) != set(undecided(result.checks)):
        raise NoResult(f"{path} is not a result: it does not say which checks are undecided")
    return result


def _has_its_map(example: Counterexample) -> bool:
    """Whether a map of differences, if there is one, is of two dimensions like what it is of."""
    if example.differences is None:
        return True
    whole = () if example.got is None else example.got.shape
    return (
        len(whole) >= 2
        and len(example.differences.shape) == 2
        and 0 not in example.differences.shape
    )


def _grids(example: Counterexample | None) -> list[Grid]:
    if example is None:
        return []
    outputs = (example.got, example.expected, example.differences)
    return [*example.inputs, *(grid for grid in outputs if grid is not None)]
