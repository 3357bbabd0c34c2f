"""What every provider of a sandbox keeps: the same answers, endings and ends, jailed or not."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
import torch

from autograder.sandbox.grader.budget import Budget
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.inprocess import NoSandbox
from autograder.sandbox.grader.provider import SandboxProvider
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import ImportFailed, MissingName, NotWritten, Raised


@pytest.fixture(params=["sandbox", "no sandbox"])
def provider(request: pytest.FixtureRequest, sandbox: Sandbox) -> SandboxProvider:
    return sandbox if request.param == "sandbox" else NoSandbox()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    room = tmp_path / "room"
    room.mkdir(mode=0o711)
    folder = room / "submission"
    folder.mkdir(mode=0o755)
    return folder


def write(folder: Path, source: str) -> None:
    (folder / "provided.py").write_text(dedent(source))


def test_a_call_returns_its_tensor(provider: SandboxProvider, folder: Path) -> None:
    write(folder, "def double(x): return 2 * x")
    channel = provider.connect(folder)
    student = Student(channel)
    student.load("provided")
    assert student.double(torch.ones(2)).tolist() == [2, 2]
    channel.close()


def test_what_it_says_of_itself_is_known_once_a_file_is_loaded(
    provider: SandboxProvider, folder: Path
) -> None:
    write(folder, "")
    channel = provider.connect(folder)
    Student(channel).load("provided")
    assert provider.torch == torch.__version__
    assert bool(provider.layers) is provider.confined
    channel.close()


@pytest.mark.parametrize(
    ("source", "ending"),
    [
        ("def double(x): raise RuntimeError('no')", Raised),
        ("def double(x): raise NotImplementedError", NotWritten),
        ("def other(x): return x", MissingName),
        ("def double(x) return x", ImportFailed),
    ],
)
def test_an_ending_is_the_same_error(
    provider: SandboxProvider, folder: Path, source: str, ending: type[Exception]
) -> None:
    write(folder, source)
    channel = provider.connect(folder)
    student = Student(channel)

    def ask() -> None:
        student.load("provided")
        student.double(torch.ones(2))

    with pytest.raises(ending):
        ask()
    channel.close()


def test_what_was_imported_stays_from_call_to_call(provider: SandboxProvider, folder: Path) -> None:
    write(folder, "calls = []\ndef count(x):\n    calls.append(x)\n    return x + len(calls)")
    channel = provider.connect(folder)
    student = Student(channel)
    student.load("provided")
    assert [student.count(torch.zeros(1)).item() for _ in range(3)] == [1, 2, 3]
    channel.close()


def test_two_channels_know_nothing_of_one_another(provider: SandboxProvider, folder: Path) -> None:
    write(folder, "calls = []\ndef count(x):\n    calls.append(x)\n    return x + len(calls)")
    for _ in range(2):
        channel = provider.connect(folder)
        student = Student(channel)
        student.load("provided")
        assert student.count(torch.zeros(1)).item() == 1
        channel.close()


def test_a_channel_may_be_closed_again_and_unused(provider: SandboxProvider, folder: Path) -> None:
    channel = provider.connect(folder, Budget(provider.limits))
    channel.close()
    channel.close()
