"""A grader that is killed takes everything it started with it.

`python -m quality.killed_grader` kills many, at random moments, and says how long it takes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.killed_grader import STAGES, is_killed_at


@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_grader_leaves_no_process_behind(stage: str, tmp_path: Path) -> None:
    left = is_killed_at(stage, tmp_path).left
    assert not left, f"{left} outlived the grader"
