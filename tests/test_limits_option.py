"""Limits from a file: what it says holds, and what it gets wrong is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.cli.limits import read_limits
from autograder.cli.options import UsageError
from autograder.sandbox.protocol.limits import Limits
from tests.support.command_line import Command, autograder


def test_what_the_file_does_not_name_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "limits.toml").write_text("call_seconds = 2\nopen_files = 16\n")
    assert read_limits(tmp_path / "limits.toml") == Limits(call_seconds=2.0, open_files=16)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("call_secs = 2", "call_secs"),
        ('call_seconds = "long"', "call_seconds"),
        ("call_seconds = 0", "call_seconds must be above 0"),
        ("call_seconds = nan", "call_seconds must be above 0 and finite"),
        ("submission_seconds = inf", "submission_seconds must be above 0 and finite"),
        ("call_seconds = -inf", "call_seconds must be above 0"),
        ("call_seconds", "limits.toml"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(
    text: str | None, said: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "limits.toml").write_text(text)
    with pytest.raises(UsageError, match=said) as caught:
        read_limits(tmp_path / "limits.toml")
    assert "\n" not in str(caught.value)


def test_a_limit_from_the_file_is_the_one_that_is_reached(tmp_path: Path) -> None:
    (tmp_path / "iou.py").write_text("while True: pass\n")
    (tmp_path / "limits.toml").write_text("call_seconds = 1\n")
    limits = ("--limits", tmp_path / "limits.toml")
    done = autograder("grade", tmp_path, "--task", "iou", *limits)
    assert done.returncode == 0
    assert "longer than 1 seconds" in done.stdout


def test_a_file_of_limits_that_is_not_there_is_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "iou.py").touch()
    done = command("grade", tmp_path, "--limits", tmp_path / "gone.toml")
    assert done.exit_code == 2
    assert "--limits: No such file" in done.stderr
