"""Assignments by their names, as their manifests say, without torch."""

from __future__ import annotations

import importlib
from pathlib import Path

from autograder.authoring.manifest import Assignment
from autograder.document.faults import NoAssignment

SUITES = Path(__file__).parent.parent / "suites"


def assignments() -> tuple[str, ...]:
    """Names of all assignments, sorted: the folders of suites that hold a manifest."""
    return tuple(sorted(manifest.parent.name for manifest in SUITES.glob("*/__init__.py")))


def load_assignment(name: str) -> Assignment:
    """The assignment of that name. Raises NoAssignment."""
    if not name.isidentifier() or not (SUITES / name / "__init__.py").is_file():
        raise NoAssignment(f"there is no assignment called {name}")
    assignment: Assignment = importlib.import_module(f"autograder.suites.{name}").ASSIGNMENT
    return assignment
