"""A suite that lacks nothing, written on the spot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment, Knowledge, Task
from autograder.authoring.marks import CheckSpec, Misconception
from tests.support.linted_suite import CHECKS, CONTRACT, SOLUTION, TASK, WRONG, Made


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Made]:
    """Makes a suite that no rule finds anything in, but for what is given."""
    monkeypatch.setattr("autograder.lint.suite.SUITES", tmp_path / "suites")
    for file, text in {
        "suites/made/made/test_double.py": "",
        "solutions/made/made.py": SOLUTION,
        "solutions/made/README.md": "# Made\n\n## Doubling (두 배)\n",
        "docs/contracts/made.md": CONTRACT,
    }.items():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def make(
        task: Task = TASK,
        checks: Mapping[str, CheckSpec] = CHECKS,
        wrong: tuple[Misconception, ...] = (WRONG,),
        right: Mapping[str, Callable[..., object]] | None = None,
        declared: tuple[object, ...] = (),
    ) -> Made:
        def knowledge() -> Knowledge:
            return Knowledge(misconceptions=wrong, right=right or {})

        assignment = Assignment("made", "1", (task,), knowledge)
        return Made(assignment, tmp_path, {"made": checks}, declared=declared)

    return make
