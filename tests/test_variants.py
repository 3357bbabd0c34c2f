"""Right code keeps all its points, however it is written: corpus/variants/README.md.

`python -m quality.variants` does the same on as many seeds as are asked for.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment
from autograder.grading.drawn import Drawn
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from corpus.solution import TASKS
from corpus.variants import Variant, variants

SEED = 1
DRAWN = Drawn()  # what one was asked, the next is asked without drawing it again
# What the assignment promises: any way that is right is right.
AT_LEAST = {"transposed_conv": 12}


@pytest.mark.parametrize("variant", variants(), ids=lambda variant: variant.name)
def test_a_right_variant_has_full_points(
    variant: Variant, assignment: Assignment, prepared: Sandbox, tmp_path: Path
) -> None:
    for name, source in variant.files().items():
        (tmp_path / name).write_text(source)
    tasks = [task for task in assignment.tasks if task.name == variant.task]
    run = GradingRun.of(assignment, seed=SEED, tasks=tasks, drawn=DRAWN)
    result = grade(tmp_path, run, prepared)
    assert [(check.id, check.message) for check in result.checks if not check.earned] == []
    assert result.earned == result.points


@pytest.mark.parametrize("task", TASKS)
def test_there_are_many_ways_for_every_file(task: str) -> None:
    assert len(list(variants([task]))) > AT_LEAST.get(task, 5)  # the solution is one of them
