"""Known mistakes cost the points of their function, and are called by their names.

Those that hide best in every run; all of them, on more seeds, by
`python -m quality.misconceptions`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment
from autograder.grading.drawn import Drawn
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from corpus.mistakes import Mistake, mistakes

SEED = 2
DRAWN = Drawn()  # what one was asked, the next is asked without drawing it again
EVERY = {mistake.wrong.name: mistake for mistake in mistakes()}
# On squares, with symmetric kernels or equal channels, in one sample, in the forward pass alone.
HIDING = (
    "height and width swapped",
    "indices of the first channel for all",
    "misprint of the slide",
    "kernel turned round",
    "channels in the order of conv2d",
    "later stamp replaces",
    "pairs swapped",
    "output padding of zeros",
    "centre of even sizes for odd ones",
    "crop at 33",
    "weights with channels last",
    "window at the centre",
    "second relu missing",
    "step up with a detached skip",
    "extra row removed at the top",
    "upsampled before skip",
    "dice instead of iou",
    "nan leaks into the mean",
    "cells computed in a small dtype",
    "argmax over the last axis",
)


def test_there_are_many_and_their_names_differ() -> None:
    assert len(EVERY) == len(list(mistakes())) >= 50


@pytest.mark.parametrize("mistake", EVERY.values(), ids=lambda mistake: mistake.wrong.name)
def test_its_checks_are_checks_of_its_function(mistake: Mistake, assignment: Assignment) -> None:
    (task,) = [task for task in assignment.tasks if mistake.wrong.function in task.function_names]
    assert mistake.wrong.loses
    assert {check.partition(".")[0] for check in mistake.wrong.loses} == {task.name}


@pytest.mark.parametrize("name", HIDING)
def test_a_mistake_costs_its_own_points_and_is_named(
    name: str, assignment: Assignment, prepared: Sandbox, tmp_path: Path
) -> None:
    mistake = EVERY[name]
    for file, source in mistake.files().items():
        (tmp_path / file).write_text(source)
    tasks = [task for task in assignment.tasks if task.name == mistake.task]
    run = GradingRun.of(assignment, seed=SEED, tasks=tasks, drawn=DRAWN)
    result = grade(tmp_path, run, prepared)
    lost = [check for check in result.checks if check.earned < check.points]
    assert {check.function for check in lost} == {mistake.wrong.function}
    assert {check.id for check in lost} >= set(mistake.wrong.loses)
    known = {wrong.explanation for wrong in assignment.knowledge().misconceptions}
    said = {check.diagnosis for check in lost if check.diagnosis is not None}
    assert said & known == {mistake.wrong.explanation}
