"""What students run needs nothing that only some systems have, and minds no path and no console."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.paths import RELEASE, SOLUTIONS

FILES = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")
# Runs before all else, as it would in a Python of Windows: there is none of this there.
WITHOUT = """
import os, signal, sys
for module in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[module] = None
for name in ("fork", "forkpty", "wait4"):
    delattr(os, name)
for name in ("SIGALRM", "SIGUSR1", "alarm", "setitimer", "pthread_kill"):
    delattr(signal, name)
sys.path.insert(0, "")
"""


@pytest.fixture(params=["stubs", "solutions"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The students' folder alone, under a path with spaces and Korean."""
    there = tmp_path / "내 과제 1" / "세그 멘테이션"
    shutil.copytree(RELEASE, there)
    if request.param == "solutions":
        for name in FILES:
            shutil.copy(SOLUTIONS / f"{name}.py", there)
    return there


def ran(folder: Path, *command: str, console: str = "utf-8") -> str:
    """What it prints in a console of this encoding; the file of settings is nobody's."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=clean | {"PYTHONIOENCODING": console, "MPLBACKEND": "agg"},
        capture_output=True,
    )
    said = done.stdout.decode("utf-8")
    assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")
    return said


def test_nothing_given_needs_what_only_some_systems_have(folder: Path) -> None:
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "conftest")
    assert {*FILES, "check", "practice", "training"} <= set(names)
    program = f"""{WITHOUT}
for name in {names}:
    __import__(name)
from check import check, status
for name in {FILES}:
    check(name, "en")
status("ko")
print("to the end")
"""
    said = ran(folder, "-c", program)
    assert said.endswith("to the end\n")
    for name in FILES:
        assert f"{name}.py" in said


@pytest.mark.parametrize(
    "command",
    ["check iou --lang en", "check iou --lang ko", "pytest tests/test_iou.py"],
)
def test_a_console_of_western_europe_prints_korean_and_no_escapes(
    folder: Path, command: str
) -> None:
    said = ran(folder, "-m", *command.split(), console="cp1252")
    assert "\\u" not in said
    assert "\\x" not in said
    assert "iou" in said
    assert bool(re.search("[가-힣]", said)) == ("en" not in command.split())
