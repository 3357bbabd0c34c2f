"""What is known of an assignment without torch is what its suites say."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.authoring.marks import Assignment
from autograder.document.faults import NoAssignment
from autograder.grading.outline import read_outline
from autograder.release.outline import outline_of


def test_the_outline_is_what_the_suites_say(assignment: Assignment) -> None:
    # Where this fails: python -m autograder.release.outline
    assert read_outline("segmentation") == outline_of(assignment)


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
