"""The result of one submission: the document every report is made from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from autograder.document.text import Text
from autograder.sandbox.protocol.errors import Cause, Frame, Verdict
from autograder.sandbox.protocol.messages import Touched

SCHEMA = "autograder-result/2"
# Documents of the first version say nothing of drawings, label maps and sections.
READABLE = frozenset({"autograder-result/1", SCHEMA})
# A grid a person can still read; larger tensors are reported by shape only.
VALUES_CAP = 256
# What a report draws of a counterexample besides its grids.
Drawing = Literal["stamps"]


class Grid(msgspec.Struct, frozen=True):
    """A tensor in a counterexample; `values` are row-major, None when there are too many.

    `layout` says how an input lies in memory, where it is not contiguous. The values of `labels`
    are classes, between which there is no distance.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    values: tuple[float | int | None, ...] | None
    layout: Text | None = None
    kind: Literal["labels"] | None = None


class Counterexample(msgspec.Struct, frozen=True):
    """One call that went wrong. `call` is the call as Python, tensors by their names.

    Where `got` and `expected` are too large to keep, `differences` is a small map of them: each
    cell holds the largest difference of the values that it stands for, in all samples and
    channels, as a share of the largest expected magnitude. `stamps` are drawn of an input `x`
    and an input `weight`: each value of `x` adds its multiple of `weight` to what is expected.
    """

    call: str
    inputs: tuple[Grid, ...]
    got: Grid | None = None
    expected: Grid | None = None
    differences: Grid | None = None
    drawing: Drawing | None = None


class Section(msgspec.Struct, frozen=True):
    """A heading of a file that students have, word for word, and what it is called."""

    file: str
    heading: str
    title: Text


class Check(msgspec.Struct, frozen=True):
    """The outcome of one check; `cause` is there where a limit or the process's end decided.

    Whoever lost it reads the sections `read_again`, the most telling first.
    """

    id: str
    task: str
    function: str
    title: Text
    points: float
    earned: float
    verdict: Verdict
    message: Text | None = None
    counterexample: Counterexample | None = None
    traceback: tuple[Frame, ...] = ()
    hint: Text | None = None
    diagnosis: Text | None = None
    cause: Cause | None = None
    read_again: tuple[Section, ...] = ()
    seconds: float = 0.0


class TaskResult(msgspec.Struct, frozen=True):
    name: str
    points: float
    earned: float


class Versions(msgspec.Struct, frozen=True):
    autograder: str
    suites: str
    torch: str
    python: str


class Sandbox(msgspec.Struct, frozen=True):
    """`level` is "isolated", or "none" when the submission ran unprotected."""

    level: Literal["isolated", "none"]
    layers: dict[str, str]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """`undecided` names the checks that failed by themselves. While there are any, the grade is
    open: `earned` is what the others earned, and not a grade. `touched` is what a file reached
    for that no honest one needs; it costs nothing by itself, and is for the course staff.
    """

    schema: str = SCHEMA
    submission: str
    files: dict[str, str]
    seed: int
    versions: Versions
    device: str
    sandbox: Sandbox
    started: str
    seconds: float
    points: float
    earned: float
    tasks: tuple[TaskResult, ...]
    checks: tuple[Check, ...]
    undecided: tuple[str, ...] = ()
    touched: dict[str, tuple[Touched, ...]] = {}


def undecided(checks: Iterable[Check]) -> tuple[str, ...]:
    """The ids of the checks that could not be decided."""
    return tuple(check.id for check in checks if check.verdict is Verdict.UNDECIDED)


def encode(result: Result) -> bytes:
    """The document as indented UTF-8 JSON."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def decode(document: bytes) -> Result:
    """Decode a result. Raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(document, type=Result)


def json_schema() -> bytes:
    """The JSON Schema of the document."""
    schema = msgspec.json.schema(Result)
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def write(result: Result, path: Path) -> None:
    """Write atomically: the file is the whole document or what it was before."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(encode(result))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
