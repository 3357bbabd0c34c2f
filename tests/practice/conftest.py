"""The modules that students are given, imported beside the solutions."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType

import matplotlib
import pytest

from tests.conftest import SOLUTIONS


@pytest.fixture(scope="session")
def given() -> Iterator[dict[str, ModuleType]]:
    """Every module of the solutions' folder by its flat name, forgotten afterwards."""
    matplotlib.use("agg")
    names = [path.stem for path in SOLUTIONS.glob("[a-z]*.py") if path.stem != "conftest"]
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SOLUTIONS))
        for name in names:
            patch.delitem(sys.modules, name, raising=False)
        yield {name: importlib.import_module(name) for name in names}
        for name in names:
            sys.modules.pop(name, None)
