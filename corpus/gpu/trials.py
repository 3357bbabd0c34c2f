"""Trials one after the other, each with its lines, whatever ends it early."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from autograder.errors import AutograderError
from autograder.sandbox.protocol.errors import StudentFault, StudentStop
from corpus.gpu import machine
from corpus.gpu.lines import Decision, Report, Setting, Tried


@dataclass(frozen=True)
class Trial:
    """Some lines; `alone` are decided without a GPU as well, `pretended` with a pretend driver."""

    name: str
    lines: Callable[[Setting], Iterator[Tried]]
    what: str
    alone: bool = False
    pretended: bool = False


def run(parts: list[Trial], setting: Setting) -> Report:
    """Try each part in turn."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    torch = machine.first_said()
    gpu = not setting.pretend and bool(torch.card)
    said = " ".join(torch.said.split()).partition(". ")[0]  # what to do about it follows
    why = f"it needs a GPU: {said}" if said else "it needs a GPU"
    lines = tuple(line for part in parts for line in _lines(part, setting, gpu, why))
    seconds = round(time.monotonic() - setting.started, 1)
    return Report(when, gpu, setting.pretend, machine.machine(torch), lines, seconds)


def _lines(part: Trial, setting: Setting, gpu: bool, why: str) -> Iterator[Tried]:
    """The lines of a part, each with its seconds; whatever ends it early is a line of its own."""
    if not (gpu or (part.pretended if setting.pretend else part.alone)):
        yield Tried(part.what, Decision.OPEN, why)
        return
    started = time.monotonic()
    try:
        for line in part.lines(setting):
            yield msgspec.structs.replace(line, seconds=round(time.monotonic() - started, 1))
            started = time.monotonic()
    except (TimeoutError, subprocess.TimeoutExpired):
        yield Tried(part.what, Decision.OPEN, "no time was left")
    except (AutograderError, StudentFault, StudentStop, OSError, RuntimeError, SystemExit,
            subprocess.SubprocessError, msgspec.DecodeError) as error:  # fmt: skip
        said = " ".join(str(error).split()) or type(error).__name__
        yield Tried(part.what, Decision.MISSED, said, round(time.monotonic() - started, 1))
