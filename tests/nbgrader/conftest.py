"""Gradebooks are made often here, and quickly."""

from __future__ import annotations

import pytest

from tests.support.alembic import ask_alembic_once


@pytest.fixture(autouse=True)
def alembic_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ask_alembic_once(monkeypatch)
