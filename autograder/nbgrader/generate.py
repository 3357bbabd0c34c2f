"""`nbgrader generate_assignment` made so that a release is replaced by a good one or not at all.

nbgrader removes the release that is there before it makes the new one, and with it what was
committed. Here the new one is made beside it and looked through for lines of solutions; only then
does it take its place.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import temp_attrs

from autograder.nbgrader.console_log import from_here, log_file, summarize
from autograder.nbgrader.leaks import LeakCheck
from autograder.nbgrader.ours import is_ours
from autograder.release.errors import ReleaseError

LOG = "log/generate_assignment.log"


class CheckedAssignment(GenerateAssignment):  # type: ignore[misc]
    """The converter of `nbgrader generate_assignment` and the Formgrader in our courses."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if not is_ours(kwargs.get("parent")):
            return GenerateAssignment(*args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def start(self) -> None:
        name = self.coursedir.assignment_id
        release = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", name))
        with log_file(self.log, Path(self.coursedir.root, LOG)):
            release.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=release.parent, prefix=".generate-") as room:
                made = Path(room, name)
                if release.is_dir():
                    shutil.copytree(release, made, symlinks=True)
                try:
                    with temp_attrs(self.coursedir, release_directory=room):
                        super().start()
                    LeakCheck(parent=self).check(made, name)
                except ReleaseError as error:
                    self.log.error("Not released: %s", error)
                    raise NbGraderException(str(error)) from None
                except KeyboardInterrupt:  # nbgrader says that it was canceled
                    raise NbGraderException("canceled") from None
                _take_the_place(made, release, Path(room, "before"))
            summarize(
                self.log, f"{from_here(release)} holds no line of a solution and can be released."
            )

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        wanted = bool(super().init_destination(assignment_id, student_id))
        if not wanted:
            self.log.warning("%s is there already; --force makes it anew", assignment_id)
        return wanted


def _take_the_place(made: Path, place: Path, aside: Path) -> None:
    """Put a folder where another one is; whatever happens, one of the two stands there."""
    if place.exists():
        place.rename(aside)
    try:
        made.rename(place)
    except BaseException:
        if aside.exists() and not place.exists():
            aside.rename(place)
        raise
