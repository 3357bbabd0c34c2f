"""Times as nbgrader reads them, read by this package instead.

nbgrader's `parse_utc` (0.9.6) takes a zone that it does not know for UTC, ` +0900` for 900
seconds, and `9:00 PM` after a blank for 09:00; at a text that is no time the commands that read a
submission's timestamp end for the whole class.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbgrader.apps.api
import nbgrader.apps.dbapp
import nbgrader.apps.zipcollectapp
import nbgrader.coursedir
import nbgrader.exchange.default.collect
import nbgrader.utils
from traitlets.config import Config

from autograder.course.moments import NotAMoment, read_moment
from autograder.nbgrader.receipt import read_time
from autograder.nbgrader.zone import course_zone
from autograder.sandbox.grader.printable import printable


def read_times(c: Config) -> None:
    """Have nbgrader read every time by `read_moment`; the zone is looked up when one is read."""

    def parse_utc(ts: str | datetime | None) -> datetime | None:
        """Parse as nbgrader does, to UTC without a zone. Raises NotAMoment, a ValueError."""
        if ts is None:
            return None
        if isinstance(ts, datetime) and ts.tzinfo is None:
            return ts  # nbgrader's own, from the gradebook
        return read_moment(ts, course_zone(c)).replace(tzinfo=None)

    def get_existing_timestamp(coursedir: Any, dest_path: str) -> datetime | None:
        """When the submission in a folder was handed in; None, with a warning, if none can tell."""
        try:
            moment = read_time(Path(dest_path), course_zone(c))
        except NotAMoment as error:
            coursedir.log.warning("%s: %s", printable(str(dest_path)), error)
            return None
        return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)

    add = nbgrader.apps.dbapp.DbAssignmentAddApp.start

    def add_assignment(app: Any) -> None:
        """`nbgrader db assignment add`, whose due date may be no time."""
        try:
            add(app)
        except NotAMoment as error:
            app.log.error("--duedate: %s", error)
            app.exit(1)

    nbgrader.apps.dbapp.DbAssignmentAddApp.start = add_assignment
    for module in (
        nbgrader.utils,
        nbgrader.apps.api,
        nbgrader.apps.zipcollectapp,
        nbgrader.coursedir,
        nbgrader.exchange.default.collect,
    ):
        module.parse_utc = parse_utc
    nbgrader.coursedir.CourseDirectory.get_existing_timestamp = get_existing_timestamp
