"""Each assignment's `assignment.py`, which students are given, says what its manifest says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.grading.assignments import assignments, load_assignment
from corpus.solved import lay_out
from tests.support.flat_modules import flat_modules


@pytest.mark.parametrize("name", assignments())
def test_students_and_manifest_say_the_same(name: str, tmp_path: Path) -> None:
    manifest = load_assignment(name)
    with flat_modules(lay_out(tmp_path, name), ["assignment", "standing", "hand_in"]) as given:
        own: Any = given["assignment"]
        everybodys = given["hand_in"].EVERYBODYS
    assert name == own.NAME == manifest.name
    assert manifest.given.notebook == own.NOTEBOOK
    functions = {task.name: task.function_names for task in manifest.tasks}
    # In order, too: it is that of the steps.
    assert [(file, tuple(names)) for file, names in own.FUNCTIONS.items()] == [
        (file, tuple(names)) for file, names in functions.items()
    ]
    assert everybodys == {file for file in manifest.given.files if file.endswith(".py")}


def test_the_first_assignment_is_among_them() -> None:
    assert "segmentation" in assignments()
    assert "shared" not in assignments()
