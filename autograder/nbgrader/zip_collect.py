"""`nbgrader zip_collect` made so that one entry never stops the others, and none is lost unsaid.

nbgrader's own opens archives in one go, takes a student's name from every file's path by a regular
expression, and ends for the whole class where two files of a student have the same name. Here an
entry is opened, and its student found, as `autograder course collect` does it; nbgrader then only
copies.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from sqlalchemy.engine import make_url

from autograder.course.collecting.collect import CollectOptions, collect
from autograder.course.collecting.handed_in import counted
from autograder.course.collecting.systems import System
from autograder.course.roster import Roster, RosterRow, Student, folded
from autograder.course.trees import is_archive, stem
from autograder.errors import AutograderError
from autograder.nbgrader.class_roster import ClassRoster
from autograder.nbgrader.console_log import from_here, log_file, summarize
from autograder.nbgrader.ours import is_ours
from autograder.nbgrader.summary import names
from autograder.nbgrader.zone import course_zone
from autograder.sandbox.grader.printable import printable

LOG = "log/zip_collect.log"


class OpenEntries(ExtractorPlugin):  # type: ignore[misc]
    """Lays each student's files into a folder of the student's name."""

    # Whether a line told of something that was lost, or is not clear.
    look = False

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Raises SystemExit, with a line that says why, where it cannot begin."""
        app: Any = self.parent
        coursedir = app.coursedir
        to = Path(extracted_path)
        try:
            roster = known_students(ClassRoster(parent=self).read(), coursedir, archive_path)
            wanted = CollectOptions(
                System.FOLDER, coursedir.assignment_id, course_zone(self.config), nbgrader=True
            )
            outcome = collect(Path(archive_path), to, roster, wanted)
        except AutograderError as error:
            app.fail(printable(str(error)))
        for note in outcome.notes:
            (self.log.warning if note.look else self.log.info)(note.text)
        self.look = outcome.look
        for record in to.glob(".collected*"):  # no student's
            record.unlink()


class ByFolder(FileNameCollectorPlugin):  # type: ignore[misc]
    """A file's student is the folder that it was laid into, and its place in there stays."""

    def collect(self, submitted_file: str) -> dict[str, str]:
        app: Any = self.parent
        extracted = app._format_collect_path(app.extracted_directory)
        student, _, *place = Path(submitted_file).relative_to(extracted).parts
        return {"student_id": student, "file_id": "/".join(place)}


def known_students(roster: Roster, coursedir: Any, archive: str) -> Roster:
    """The students of the roster and the gradebook, and those whom an entry surely names.

    `kim_min_segmentation.zip` is kim_min's. Without a roster an entry that begins with nobody's
    name is of whom it is called by altogether.
    """
    known = {student.id: student for student in roster}
    for name in _in_gradebook(coursedir):
        known.setdefault(name, Student(id=name))
    ending = f"_{coursedir.assignment_id}"
    for entry in sorted(Path(archive).iterdir()) if Path(archive).is_dir() else ():
        name = stem(entry.name) if is_archive(entry.name) else entry.name
        if name.endswith(ending):
            name = name.removesuffix(ending)
        elif len(roster) or entry.is_file() != is_archive(entry.name) or _begins(name, known):
            continue
        known.setdefault(name, Student(id=name))
    there: dict[str, Student] = {}
    for student in known.values():  # of two whose names differ in capitals, the roster's
        there.setdefault(folded(student.id), student)
    return Roster(RosterRow("roster", student) for student in there.values())


def _begins(name: str, known: Iterable[str]) -> bool:
    return any(name == each or name.startswith(f"{each}_") for each in known)


def _in_gradebook(coursedir: Any) -> list[str]:
    place = make_url(coursedir.db_url)
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file():
        return []
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        return [student.id for student in gradebook.students]


def go_on_after_each() -> None:
    """Have nbgrader's command go on after a student who is in the way, and end with exit code 1."""
    ZipCollectApp.start, ZipCollectApp._transfer_files = _start, _transfer_files


_nbgraders_start, _nbgraders_transfer = ZipCollectApp.start, ZipCollectApp._transfer_files


def _start(app: Any) -> None:
    if not is_ours(app):
        _nbgraders_start(app)
        return
    app._collected, app._in_the_way = [], []
    try:
        with log_file(app.log, Path(app.coursedir.root, LOG)):
            _nbgraders_start(app)
            submitted = Path(app.coursedir.root, app.coursedir.submitted_directory)
            students = counted(len(app._collected), "student")
            summarize(app.log, f"{students} put into {from_here(submitted)}")
            if app._in_the_way:
                app.log.error("Not collected, as told above: %s", names(app._in_the_way))
    except NbGraderException:  # said already
        sys.exit(1)
    if app._in_the_way or getattr(app.extractor_plugin_inst, "look", False):
        sys.exit(1)


def _transfer_files(app: Any, collected: Mapping[str, Any]) -> None:
    if not is_ours(app):
        _nbgraders_transfer(app, collected)
        return
    for student, data in collected.items():
        try:
            _nbgraders_transfer(app, {student: data})
            app._collected.append(student)
        except OSError as error:
            app.log.error("%s: %s", printable(student), error)
            app._in_the_way.append(student)
        except SystemExit:  # nbgrader has said why
            app._in_the_way.append(student)
