"""Modules that import each other by flat names, as the assignment's files do."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest


@contextmanager
def flat_modules(folder: Path, names: Iterable[str]) -> Iterator[dict[str, ModuleType]]:
    """A folder's modules by their flat names, imported afresh and forgotten afterwards."""
    names = tuple(names)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        for name in names:
            patch.delitem(sys.modules, name, raising=False)
        yield {name: importlib.import_module(name) for name in names}
        for name in names:
            sys.modules.pop(name, None)
