"""A new gradebook without starting `alembic` for it, which takes two seconds each time."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

import pytest
from nbgrader import api

_version = cache(api.get_alembic_version)


def ask_alembic_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nbgrader find `alembic`, which it starts by its name, and remember what it answers."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setattr(api, "get_alembic_version", _version)
