"""The optional packages: which part of this one needs them, and how they are installed."""

from __future__ import annotations

from traceback import walk_tb

from autograder.grading.sources import DISTRIBUTION

# The extras of pyproject.toml, by the part that imports what they bring.
EXTRAS = {
    "autograder.course.executors": "cluster",
    "autograder.course.similarity": "similar",
    "autograder.github": "github",
    "autograder.nbgrader": "nbgrader",
    "autograder.release": "notebook",
}


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """One line for the person whose installation lacks an extra; None if something else failed."""
    name = (error.name or "").partition(".")[0]
    if name == "autograder":
        return None
    importers = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__)]
    for module in reversed(importers):
        for part, extra in EXTRAS.items():
            if f"{module}.".startswith(f"{part}."):
                return f"{name} is not installed; pip install '{DISTRIBUTION}[{extra}]'"
    return None
