"""The files of an assignment in its own order; the gradebook knows none."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.document.faults import NoAssignment
from autograder.grading.assignments import load_assignment


def file_order(assignment: str, files: Iterable[str]) -> list[str]:
    """The names as the suites have them; what these do not know follows by name."""
    try:
        known = [task.name for task in load_assignment(assignment).tasks]
    except NoAssignment:
        known = []
    place = {name: number for number, name in enumerate(known)}
    return sorted(set(files), key=lambda name: (place.get(name, len(known)), name))
