"""The machine's GPU, as its driver and torch tell of it, each asked in a process of its own.

The process that grades must never ask CUDA itself: what is forked from it could not use it.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

import msgspec
from landlockpy import LandlockError, abi_version

from corpus.gpu.lines import Decision, Machine, Setting, Tried
from corpus.paths import ROOT

ASK = """
import json, torch
said, there = "", torch.cuda.is_available()
if not there:
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        said = str(error)
card = torch.cuda.get_device_name() if there else ""
uuid = f"GPU-{torch.cuda.get_device_properties(0).uuid}" if there else ""
free, total = torch.cuda.mem_get_info() if there else (0, 0)
used = (total - free) >> 20
print(json.dumps([torch.__version__, torch.version.cuda or "", card, uuid, used, said]))
"""
ASK_SECONDS = 120.0
SETTLE_SECONDS = 20.0
# What a driver may keep: a page of its own, not a context (which takes hundreds).
SLACK_MIB = 2


class Torch(msgspec.Struct, frozen=True, array_like=True):
    """What torch says of the card that it sees first; `used` are MiB, those of asking among them.

    `said` is why it sees none.
    """

    version: str
    cuda: str = ""
    card: str = ""
    uuid: str = ""
    used: int = 0
    said: str = ""


def torch_says() -> Torch:
    """Ask torch about its GPU; where asking ends or hangs the process, it has none."""
    command = [sys.executable, "-c", ASK]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASK_SECONDS)
    except subprocess.TimeoutExpired:
        return Torch(version("torch"), said=f"torch did not answer in {ASK_SECONDS:.0f} s")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return Torch(version("torch"), said=last or f"torch ended with code {done.returncode}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Torch)


@cache
def first_said() -> Torch:
    """The first answer of torch: what does not change while this runs."""
    return torch_says()


def machine(torch: Torch) -> Machine:
    """The versions of everything that matters here."""
    try:
        landlock = f"ABI {abi_version()}"
    except LandlockError as error:
        landlock = str(error)
    said = (_smi("--query-gpu=name,driver_version,memory.total", torch.uuid) or [""])[0]
    card, _, rest = said.partition(", ")
    return Machine(
        card=f"{card}, {rest.partition(', ')[2]}" if rest else torch.card,
        driver=rest.partition(", ")[0],
        torch=torch.version,
        cuda=torch.cuda,
        python=platform.python_version(),
        kernel=platform.release(),
        landlock=landlock,
        user="root" if os.geteuid() == 0 else "an ordinary user",
    )


class Memory(NamedTuple):
    """MiB of the card that are in use, who says so, and the processes that use it."""

    mib: int
    told_by: str
    users: frozenset[str]


def memory() -> Memory:
    """The memory of the card that torch sees first: there may be others."""
    uuid = first_said().uuid
    said = _smi("--query-gpu=memory.used", uuid, "nounits")
    users = frozenset(_smi("--query-compute-apps=pid", uuid) or [])
    if said and said[0].strip().isdigit():
        return Memory(int(said[0]), "nvidia-smi", users)
    return Memory(torch_says().used, "cudaMemGetInfo", users)


def given_back(what: str, before: Memory) -> Tried:
    """Whether the card's memory is back to `before`, or is within some seconds.

    Where others used the card already, more memory in use may be theirs: that decides nothing.
    """
    late = time.monotonic() + SETTLE_SECONDS
    while (after := memory().mib) > before.mib + SLACK_MIB and time.monotonic() < late:
        time.sleep(0.5)
    figures = f"{before.mib} MiB in use before, {after} MiB after ({before.told_by})"
    if before.users:
        figures += f"; others use the card: {len(before.users)} processes"
    if after > before.mib + SLACK_MIB and before.users:
        return Tried(what, Decision.OPEN, figures)
    return Tried.of(what, after <= before.mib + SLACK_MIB, figures)


def _smi(query: str, uuid: str, *form: str) -> list[str] | None:
    """The lines of nvidia-smi, about this card where it is known; None where it fails."""
    command = ["nvidia-smi", query, f"--format={','.join(('csv', 'noheader', *form))}"]
    command += [f"--id={uuid}"] if uuid else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip().splitlines() if done.returncode == 0 else None


def doctor(setting: Setting) -> Iterator[Tried]:
    """`autograder doctor --device cuda`."""
    command = [sys.executable, "-m", "autograder", "doctor", "--device", "cuda"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=setting.left(),
        env={**os.environ, "COLUMNS": "1000"},
    )
    missing = [" ".join(line.split()[1:]) for line in done.stdout.splitlines()
               if line.startswith("missing")]  # fmt: skip
    said = "; ".join(missing) or (done.stderr.strip().splitlines() or ["everything is there"])[-1]
    yield Tried.of("doctor --device cuda", done.returncode == 0, said)
