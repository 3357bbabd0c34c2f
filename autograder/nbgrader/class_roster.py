"""The course's roster, where nbgrader's commands find it."""

from __future__ import annotations

from pathlib import Path

from traitlets import Unicode
from traitlets.config import Configurable

from autograder.course.roster import Roster, read_roster
from autograder.nbgrader.zone import course_zone


class ClassRoster(Configurable):
    """The roster, with deadlines of single students and who is excused."""

    path = Unicode("", help="The roster, a CSV file; without one every student is alike.").tag(
        config=True
    )

    def read(self) -> Roster:
        """The roster; nobody where the file is not there. Raises NoRoster, NotAMoment."""
        path = Path(self.path)
        if not self.path or not path.is_file():
            return Roster()
        return read_roster(path, course_zone(self.config))
