"""Collect from an exchange; a time that cannot be read never stops the other students."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from nbgrader.exchange.abc import ExchangeCollect
from traitlets.utils.importstring import import_item

from autograder.course.moments import NotAMoment, read_moment
from autograder.nbgrader.zone import course_zone
from autograder.sandbox.grader.printable import printable


def patient_collect(name: str) -> type[ExchangeCollect]:
    """The exchange's class for collecting, which goes on where a time cannot be read.

    nbgrader's own exchange has the time in the name of a submission's folder, in the zone of the
    student's settings. Which of a student's submissions is the newest is then decided by when the
    folder was written; autograding says that the time is not known.
    """
    exchange: Any = import_item(name)

    class SkipUnreadable(exchange):  # type: ignore[misc]
        def _path_to_record(self, path: str) -> dict[str, Any]:
            filename = os.path.basename(path)
            student, written = taken_apart(filename, self.coursedir.assignment_id)
            try:
                moment = self._time(written)
            except NotAMoment as error:
                self.log.warning("%s: %s", printable(student), error)
                moment = datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
            timestamp = moment.replace(tzinfo=None)
            return {"username": student, "filename": filename, "timestamp": timestamp}

        def _time(self, written: str) -> datetime:
            """The time at the end of a name, behind which a random word may stand."""
            zone = course_zone(self.config)
            try:
                return read_moment(written.rpartition("+")[0], zone)
            except NotAMoment:
                return read_moment(written, zone)

    return SkipUnreadable


def taken_apart(filename: str, assignment: str) -> tuple[str, str]:
    """Split a folder's name, STUDENT+ASSIGNMENT+TIME+RANDOM, into the student and the rest.

    nbgrader counts plus signs from the end, so an offset in the time becomes a part of the name.
    """
    student, _, written = filename.partition(f"+{assignment}+")
    return student, written
