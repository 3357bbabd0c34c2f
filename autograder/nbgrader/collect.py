"""Collecting from an exchange, of which one student's time never stops the others."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from nbgrader.exchange.abc import ExchangeCollect
from traitlets.utils.importstring import import_item

from autograder.course.moments import NotAMoment
from autograder.sandbox.printable import printable


def patient_collect(name: str) -> type[ExchangeCollect]:
    """The exchange's class for collecting, which goes on where a time cannot be read.

    nbgrader's own exchange has the time in the name of a submission's folder, in the zone of the
    student's settings. Which of a student's submissions is the newest is then decided by when the
    folder was written; autograding says that the time is not known.
    """
    exchange: Any = import_item(name)

    class PatientCollect(exchange):  # type: ignore[misc]
        def _path_to_record(self, path: str) -> dict[str, Any]:
            try:
                record: dict[str, Any] = super()._path_to_record(path)
                return record
            except NotAMoment as error:
                filename = os.path.basename(path)
                student = filename.rsplit("+", 3)[0]
                self.log.warning("%s: %s", printable(student), error)
                written = datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
                moment = written.replace(tzinfo=None)
                return {"username": student, "filename": filename, "timestamp": moment}

    return PatientCollect
