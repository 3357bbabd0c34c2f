"""Right code keeps all its points, however it is written: tests/variants/README.md.

`python -m benchmarks.variants` does the same on as many seeds as are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from benchmarks.graders import TASKS, Graded, Graders
from benchmarks.variants import Variant, variants

SEEDS = (1,)  # more by the command, which is not in every run
CASES = [
    pytest.param(variant, seed, id=f"{variant.name}-{seed}")
    for variant in variants()
    for seed in SEEDS
]
# What the assignment promises: any way that is right is right.
AT_LEAST = {"transposed_conv": 12}


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[tuple[Variant, int], Future[Graded]]]:
    """The results of all cases that were asked for, two at a time."""
    asked = [
        (item.callspec.params["variant"], item.callspec.params["seed"])
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.module is request.module
        and "outcomes" in item.fixturenames
    ]
    with Graders(jobs=2) as graders:
        yield {
            (variant, seed): graders.grade(variant.files(), variant.task, seed)
            for variant, seed in asked
        }


@pytest.mark.parametrize(("variant", "seed"), CASES)
def test_a_right_variant_has_full_points(
    variant: Variant, seed: int, outcomes: dict[tuple[Variant, int], Future[Graded]]
) -> None:
    graded = outcomes[variant, seed].result()
    assert graded.fault is None
    assert graded.losses == ()
    assert graded.earned == graded.points


@pytest.mark.parametrize("task", TASKS)
def test_there_are_many_ways_for_every_file(task: str) -> None:
    assert len(list(variants([task]))) >= AT_LEAST.get(task, 5)
