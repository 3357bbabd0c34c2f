"""The played courses of quality/ say in one line what they need."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.environments import environment_with, packages_of
from corpus.paths import ROOT


def refusal(command: Sequence[str | Path], **environment: str) -> str:
    """What a command that ends with 2 says."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 2, done.stderr
    return done.stderr


def test_the_story_says_what_it_needs_where_make_check_was_never_run(tmp_path: Path) -> None:
    python = environment_with(tmp_path, ROOT)
    said = refusal([python, "-m", "quality.github_story"])
    assert said == "github_story: run `make check` once first; it needs act\n"


def test_an_old_setuptools_is_named(tmp_path: Path) -> None:
    python = environment_with(tmp_path, ROOT)
    old = packages_of(tmp_path) / "setuptools-65.5.0.dist-info"
    old.mkdir()
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: setuptools\nVersion: 65.5.0\n")
    said = refusal([python, "-m", "quality.github_story"])
    assert said == "github_story: run `make check` once first; it needs act, setuptools 77\n"


def test_the_schema_says_that_it_needs_npm(tmp_path: Path) -> None:
    said = refusal(
        [sys.executable, "-m", "quality.github_schema", "--in", tmp_path], PATH=str(tmp_path)
    )
    assert said == "github_schema: it needs npm, which comes with Node.js\n"
