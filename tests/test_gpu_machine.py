"""The card that is asked, and what is told where torch or the driver does not answer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.gpu import machine as gpu_machine
from corpus.gpu.lines import Decision, Setting
from corpus.gpu.machine import Memory, Torch
from corpus.gpu.trials import Trial, run

SECOND = Torch("2.9", "13.0", "NVIDIA L4", "GPU-2222", 77)
# Two cards, of which torch sees the second; 4711 and 4712 use it.
TWO_CARDS = """
case "$*" in
  *--id=GPU-2222*) ;;
  *) echo "the wrong card" ; exit 0 ;;
esac
case "$*" in
  *memory.used*) echo 500 ;;
  *compute-apps*) printf '4711\\n4712\\n' ;;
  *) echo 'NVIDIA L4, 580.65.06, 23034 MiB' ;;
esac
"""


@pytest.fixture
def smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a shell script where nvidia-smi is looked for."""

    def put(script: str) -> None:
        (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "nvidia-smi").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return put


def torch_is(said: Torch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_machine, "first_said", lambda: said)
    monkeypatch.setattr(gpu_machine, "torch_says", lambda: said)


def test_the_card_that_torch_sees_is_asked(
    smi: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    smi(TWO_CARDS)
    torch_is(SECOND, monkeypatch)
    assert gpu_machine.memory() == Memory(500, "nvidia-smi", frozenset({"4711", "4712"}))
    found = gpu_machine.machine(SECOND)
    assert (found.card, found.driver) == ("NVIDIA L4, 23034 MiB", "580.65.06")


def test_torch_tells_of_the_memory_where_the_drivers_tool_does_not(
    smi: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    smi("echo 'No devices were found'; exit 6")
    torch_is(SECOND, monkeypatch)
    assert gpu_machine.memory() == Memory(77, "cudaMemGetInfo", frozenset())


@pytest.mark.parametrize(
    ("before", "users", "state"),
    [
        (500, (), Decision.HELD),
        (498, (), Decision.HELD),
        (400, (), Decision.MISSED),
        (400, ("4711",), Decision.OPEN),
    ],
)
def test_memory_that_others_may_have_taken_decides_nothing(
    before: int, users: tuple[str, ...], state: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_machine, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(gpu_machine, "memory", lambda: Memory(500, "nvidia-smi", frozenset()))
    then = Memory(before, "nvidia-smi", frozenset(users))
    line = gpu_machine.given_back("memory", then)
    assert line.state == state
    assert ("others use the card: 1 processes" in line.figures) == bool(users)


def test_a_torch_that_hangs_has_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], *, timeout: float, **options: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    said = gpu_machine.torch_says()
    assert said.card == ""
    assert said.said == "torch did not answer in 120 s"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raise SystemExit('Error 802: system not yet initialized')", "Error 802: system not yet"),
        ("raise SystemExit(3)", "torch ended with code 3"),
    ],
)
def test_the_last_words_of_a_torch_that_ends_are_kept(
    program: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_machine, "ASK", program)
    assert gpu_machine.torch_says().said.startswith(said)


def test_torch_says_why_it_sees_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (
        "import torch\n"
        "def init(): raise RuntimeError('Error 803: unsupported combination')\n"
        "torch.cuda.is_available, torch.cuda.init = (lambda: False), init\n"
    )
    monkeypatch.setattr(gpu_machine, "ASK", broken + gpu_machine.ASK)
    assert gpu_machine.torch_says().said == "Error 803: unsupported combination"


def test_lines_that_need_a_gpu_say_why_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Error 803:\nunsupported. Please check that you have a GPU. Then try again."
    torch_is(Torch("2.9", said=said), monkeypatch)
    report = run([Trial("points", lambda setting: iter(()), "the points")], Setting())
    assert not report.gpu
    (line,) = report.lines
    assert line.state == Decision.OPEN
    assert line.figures == "it needs a GPU: Error 803: unsupported"
