"""The modules that students are given, imported beside the solutions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import matplotlib
import pytest

from autograder.reports import lost_check
from corpus.paths import SOLUTIONS
from tests.support.flat_modules import flat_modules


@pytest.fixture(scope="session")
def given() -> Iterator[dict[str, ModuleType]]:
    """Every module of the solutions' folder by its flat name, forgotten afterwards."""
    matplotlib.use("agg")
    names = [path.stem for path in SOLUTIONS.glob("[a-z]*.py") if path.stem != "conftest"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "lost_check", lost_check)  # the release puts it beside them
        with flat_modules(SOLUTIONS, names) as modules:
            yield modules
