"""The modules that students are given, imported beside the solutions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import matplotlib
import pytest

from autograder.reports import lost_check
from corpus.solved import lay_out
from tests.support.flat_modules import flat_modules


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    """Every module beside the solutions by its flat name, forgotten afterwards."""
    matplotlib.use("agg")
    folder = lay_out(tmp_path_factory.mktemp("solved"))
    names = [path.stem for path in folder.glob("[a-z]*.py") if path.stem != "conftest"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "lost_check", lost_check)  # as tests know it
        with flat_modules(folder, names) as modules:
            yield modules
