"""What the tests of authoring share."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox.grader.client import Sandbox
from tests.support.made_suite import Run, running


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a suite written on the spot against a submission written on the spot."""
    return running(sandbox, tmp_path, monkeypatch)
