"""Limits from a file: what it says holds, and what it gets wrong is told in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.limits import BadLimits, read_limits
from autograder.sandbox.limits import Limits
from tests.conftest import ROOT


def test_what_the_file_does_not_name_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "limits.toml").write_text("call_seconds = 2\nopen_files = 16\n")
    assert read_limits(tmp_path / "limits.toml") == Limits(call_seconds=2.0, open_files=16)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("call_secs = 2", "call_secs"),
        ('call_seconds = "long"', "call_seconds"),
        ("call_seconds = 0", "call_seconds must be above 0"),
        ("call_seconds", "limits.toml"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(
    text: str | None, said: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "limits.toml").write_text(text)
    with pytest.raises(BadLimits, match=said) as caught:
        read_limits(tmp_path / "limits.toml")
    assert "\n" not in str(caught.value)


def test_a_limit_from_the_file_is_the_one_that_is_reached(tmp_path: Path) -> None:
    (tmp_path / "iou.py").write_text("while True: pass\n")
    (tmp_path / "limits.toml").write_text("call_seconds = 1\n")
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path), "--task", "iou"]
    for limits, code, said in (
        ("limits.toml", 0, "longer than 1 seconds"),
        ("gone.toml", 2, "--limits: No such file"),
    ):
        done = subprocess.run(
            [*command, "--limits", str(tmp_path / limits)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=300,
        )
        assert done.returncode == code
        assert said in done.stdout + done.stderr
