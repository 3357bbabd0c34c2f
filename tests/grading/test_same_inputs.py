"""The same seed asks the same, whichever way a submission is graded.

The slow ways, a cluster and nbgrader among them, are in `python -m quality.same_inputs`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from corpus.paths import ROOT
from corpus.same_inputs import Asked, ask

Ask = Callable[[str], Asked]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Grade a small submission in one of the ways, each of them once."""
    submission = tmp_path_factory.mktemp("submission")
    # Its mistakes are made smaller, and its IoU goes through another function's.
    shutil.copy(ROOT / "examples" / "half_done" / "iou.py", submission)
    return cache(lambda way: ask(way, submission, seed=1))


@pytest.mark.parametrize("way", ["class", "installed", "CI=true"])
def test_a_seed_asks_what_it_asks_on_the_command_line(way: str, asked: Ask) -> None:
    assert len(asked("command line").requests) > 100
    assert asked(way).requests == asked("command line").requests


@pytest.mark.parametrize("way", ["command line", "class"])
def test_grading_leaves_nothing_where_it_runs(way: str, asked: Ask) -> None:
    assert asked(way).left_behind == []


def test_another_seed_asks_something_else(asked: Ask, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "half_done" / "iou.py", tmp_path)
    other = ask("command line", tmp_path, seed=2)
    assert other.requests != asked("command line").requests
