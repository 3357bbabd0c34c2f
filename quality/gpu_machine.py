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
from importlib.metadata import version

import msgspec
from landlockpy import LandlockError, abi_version

from corpus.paths import ROOT
from quality.gpu_lines import Machine, Setting, Tried

ASK = """
import json, torch
there = torch.cuda.is_available()
card = torch.cuda.get_device_name() if there else ""
free, total = torch.cuda.mem_get_info() if there else (0, 0)
print(json.dumps([torch.__version__, torch.version.cuda or "", card, (total - free) >> 20]))
"""
SETTLE_SECONDS = 20.0
# What a driver may keep: a page of its own, not a context (which takes hundreds).
SLACK_MIB = 2


class Torch(msgspec.Struct, frozen=True, array_like=True):
    """What torch says; `used` are MiB of the card, those of asking among them."""

    version: str
    cuda: str
    card: str
    used: int


def torch_says() -> Torch:
    """Ask torch about its GPU; where asking ends the process, it has none."""
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        return Torch(version("torch"), "", "", 0)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Torch)


def machine() -> Machine:
    """The versions of everything that matters here."""
    torch = torch_says()
    try:
        landlock = f"ABI {abi_version()}"
    except LandlockError as error:
        landlock = str(error)
    said = _smi("name,driver_version,memory.total") or ""
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


def has_gpu(found: Machine) -> bool:
    """Whether torch can use a GPU here."""
    return bool(found.cuda) and bool(torch_says().card)


def used_mib() -> tuple[int, str]:
    """MiB of the card that are in use, and who says so."""
    said = _smi("memory.used", "nounits")
    if said is not None and said.strip().isdigit():
        return int(said), "nvidia-smi"
    return torch_says().used, "cudaMemGetInfo"


def used_again(before: int) -> int:
    """MiB in use once they are back to `before`, or when it took too long."""
    late = time.monotonic() + SETTLE_SECONDS
    while (now := used_mib()[0]) > before + SLACK_MIB and time.monotonic() < late:
        time.sleep(0.5)
    return now


def _smi(what: str, more: str = "") -> str | None:
    """The first card's line of nvidia-smi; None where there is none."""
    form = ",".join(("csv", "noheader", *filter(None, (more,))))
    command = ["nvidia-smi", f"--query-gpu={what}", f"--format={form}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None


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
