"""Known mistakes cost the points of their function, and are called by their names.

Those that hide best in every run; all of them, on more seeds, by
`python -m quality.misconceptions`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment
from autograder.grading.assignments import assignments
from autograder.grading.drawn import Drawn
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.grading.outline import read_outline
from autograder.sandbox.grader.client import Sandbox
from corpus.mistakes import Mistake, mistakes

SEED = 2
DRAWN = Drawn()  # what one was asked, the next is asked without drawing it again
ALL = [mistake for name in assignments() for mistake in mistakes(assignment=name)]
EVERY = {mistake.wrong.name: mistake for mistake in mistakes()}
HANGUL = re.compile("[가-힣]")
AT_LEAST = {"segmentation": 50, "after_fcn": 40}
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


def test_there_are_many_and_their_names_differ(any_assignment: Assignment) -> None:
    names = [mistake.wrong.name for mistake in ALL if mistake.assignment == any_assignment.name]
    assert len(names) == len(set(names)) >= AT_LEAST.get(any_assignment.name, 1)
    assert len(names) == len(any_assignment.knowledge().misconceptions)


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.wrong.name)
def test_its_checks_are_checks_of_its_function(mistake: Mistake) -> None:
    outline = read_outline(mistake.assignment)
    (checks,) = [task.checks for task in outline.tasks if task.name == mistake.task]
    functions = {check.id: check.function for check in checks}
    assert mistake.wrong.loses
    assert {functions[name] for name in mistake.wrong.loses} == {mistake.wrong.function}


@pytest.mark.parametrize("mistake", ALL, ids=lambda mistake: mistake.wrong.name)
def test_it_is_explained_in_both_languages(mistake: Mistake) -> None:
    explanation = mistake.wrong.explanation
    assert explanation.en.strip()
    assert not HANGUL.search(explanation.en)
    assert HANGUL.search(explanation.ko)


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
