"""The process that all others are forked from: how it fails, and what ends with it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.launch import Origin
from autograder.sandbox.protocol.errors import SandboxUnavailable


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo nonsense >&2; echo no torch >&2; exit 3", "no torch"),
        ("exit 3", "it ended with code 3"),
    ],
)
def test_an_origin_that_cannot_start_is_told_in_its_last_line(
    script: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with Sandbox() as sandbox, pytest.raises(SandboxUnavailable) as refused:
        sandbox.wait_until_prepared()
    assert str(refused.value) == f"the sandbox did not start: {reason}"


def test_zygotes_of_one_origin_end_with_it() -> None:
    with Origin() as origin:
        channels = [origin.zygote() for _ in range(2)]
        for channel in channels:
            channel.settimeout(60)
            assert channel.recv(1024)  # it is prepared
    for channel in channels:
        assert channel.recv(1024) == b""
        channel.close()
