"""The releases of a course: of every assignment whose solutions lie in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.grading.assignments import assignments, load_assignment
from autograder.release.build import build_release
from autograder.release.errors import ReleaseError

SHARED = "shared"  # the folder, beside the solutions, of what every assignment's students get


def release_course(root: Path, name: str | None = None) -> Iterator[tuple[Path, list[Path]]]:
    """Make assignment/ and nbgrader's source of one assignment, or of all, as it is iterated.

    Gives each folder that students get, with its files. Raises NoAssignment for a name without a
    manifest, and ReleaseError.
    """
    solutions = root / "solutions"
    if name is not None:
        load_assignment(name)
    found = [name] if name else [each for each in assignments() if (solutions / each).is_dir()]
    if not found:
        raise ReleaseError(solutions, None, "there is no such folder of solutions")
    for each in found:
        destination = root / "assignment" / each
        files = build_release(
            solutions / each,
            destination,
            shared=solutions / SHARED,
            data=root / "data",
            course=root / "course" / "source" / each,
        )
        yield destination, files
