"""Right code keeps all its points, however it is written: corpus/variants/README.md.

`python -m quality.variants` does the same on as many seeds as are asked for.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment
from autograder.grading.assignments import assignments, load_assignment
from autograder.grading.drawn import Drawn
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from corpus.solution import TASKS
from corpus.variants import Variant, variants

SEED = 1
DRAWN = Drawn()  # what one was asked, the next is asked without drawing it again
# What the assignments promise: any way that is right is right.
AT_LEAST = {**dict.fromkeys(TASKS, 5), "transposed_conv": 12}
EVERY = [variant for name in assignments() for variant in variants(assignment=name)]


@pytest.mark.parametrize("variant", EVERY, ids=lambda variant: variant.name)
def test_a_right_variant_has_full_points(
    variant: Variant, prepared: Sandbox, tmp_path: Path
) -> None:
    assignment = load_assignment(variant.assignment)
    for name, source in variant.files().items():
        (tmp_path / name).write_text(source)
    tasks = [task for task in assignment.tasks if task.name == variant.task]
    run = GradingRun.of(assignment, seed=SEED, tasks=tasks, drawn=DRAWN)
    result = grade(tmp_path, run, prepared)
    assert [(check.id, check.message) for check in result.checks if not check.earned] == []
    assert result.earned == result.points


def test_there_are_many_ways_for_every_file(any_assignment: Assignment) -> None:
    for task in any_assignment.tasks:
        ways = [variant for variant in EVERY if variant.assignment == any_assignment.name]
        count = sum(variant.task == task.name for variant in ways)
        assert count > AT_LEAST.get(task.name, 1), task.name  # the solution is one of them
