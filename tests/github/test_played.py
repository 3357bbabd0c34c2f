"""The played courses of benchmarks/ say in one line what they need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import github_story
from tests.conftest import ROOT


def test_the_story_says_what_it_needs_where_make_check_was_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["github_story"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(SystemExit) as ended:
        github_story.main()
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "github_story: run `make check` once first; it needs act"


def test_an_old_setuptools_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github_story, "version", lambda name: "65.5.0")
    assert github_story.lacking() == ["setuptools 77"]


def test_the_schema_says_that_it_needs_npm(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.github_schema", "--in", tmp_path],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == "github_schema: it needs npm, which comes with Node.js\n"
