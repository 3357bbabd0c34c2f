"""What is known of an assignment without torch is what its suites say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading import outline
from autograder.grading.faults import NoAssignment
from autograder.grading.marks import Assignment
from autograder.grading.outline import Outline, TaskOutline, read_outline


def test_the_outline_is_what_the_suites_say(assignment: Assignment) -> None:
    tasks = tuple(TaskOutline(task.name, task.points) for task in assignment.tasks)
    # Where this fails, write the suites' version and points into outline.json beside them.
    assert read_outline("segmentation") == Outline("segmentation", assignment.version, tasks)


def test_an_assignment_that_does_not_exist_is_named() -> None:
    with pytest.raises(NoAssignment, match="no assignment called bogus"):
        read_outline("bogus")


def test_a_result_is_published_without_torch() -> None:
    program = (
        "import sys; sys.modules['torch'] = sys.modules['numpy'] = None\n"
        "import autograder.cli.github_run, autograder.github.publish, autograder.grading.outline"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_class_is_handed_out_without_torch() -> None:
    program = "import sys; sys.modules['torch'] = None\nimport autograder.cli.class_run"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_digest_of_suites_follows_every_line_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outline, "SUITES", tmp_path)
    (tmp_path / "small" / "checks").mkdir(parents=True)
    files = [tmp_path / "shared.py", tmp_path / "small" / "checks" / "one.py"]
    for file in files:
        file.write_text("a = 1\n")
    digests = {outline.digest_of_suites.__wrapped__("small")}
    for file in files:
        file.write_text("a = 2\n")
        digests.add(outline.digest_of_suites.__wrapped__("small"))
    assert len(digests) == 3
