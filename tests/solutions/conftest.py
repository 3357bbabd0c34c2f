"""The modules of each solution, imported by their flat names and forgotten afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import ModuleType

import pytest
import torch

from autograder.grading.assignments import load_assignment
from corpus.paths import solutions_of
from tests.support.flat_modules import flat_modules


@pytest.fixture(scope="module")
def segmentation() -> Iterator[dict[str, ModuleType]]:
    with solved("segmentation") as modules:
        yield modules


@pytest.fixture(scope="module")
def after_fcn() -> Iterator[dict[str, ModuleType]]:
    with solved("after_fcn") as modules:
        yield modules


def solved(name: str) -> AbstractContextManager[dict[str, ModuleType]]:
    return flat_modules(solutions_of(name), [task.name for task in load_assignment(name).tasks])


@pytest.fixture(autouse=True)
def _same_numbers_every_time() -> None:
    torch.manual_seed(0)
