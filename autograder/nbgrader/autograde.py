"""nbgrader's autograde with the grading taken out of the notebook.

nbgrader runs a student's notebook in a kernel of whoever grades and reads scores from what cells
put out. Here the five files are graded by the hidden suites in a sandbox, no kernel is started,
and the notebook only carries the answers to the written questions and shows the feedback.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from pathlib import Path
from typing import Any, NoReturn

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import (
    CheckCellMetadata,
    DeduplicateIds,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
)
from nbgrader.utils import find_all_files, temp_attrs
from traitlets import Bool, Dict, Enum, Integer, List, Type, Unicode

from autograder.course.moments import NotAMoment
from autograder.course.run import Notice
from autograder.document.text import Language
from autograder.errors import AutograderError
from autograder.nbgrader.around_the_run import after_the_run, before_the_run, forget_time, put_back
from autograder.nbgrader.class_grading import ClassRequest, grade_class
from autograder.nbgrader.class_roster import ClassRoster
from autograder.nbgrader.console_log import log_file
from autograder.nbgrader.execute import ExecuteSandboxed
from autograder.nbgrader.feedback import ShowFeedback
from autograder.nbgrader.file_order import file_order
from autograder.nbgrader.grade_metadata import GradeMetadata, notebook_states, write_metadata
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.late import AssignLateness
from autograder.nbgrader.marking_guides import ShowMarkingGuides, read_guides
from autograder.nbgrader.ours import is_ours
from autograder.nbgrader.receipt import TIMESTAMP, read_time
from autograder.nbgrader.record import file_points
from autograder.nbgrader.save_grades import SaveGrades
from autograder.nbgrader.show_files import ShowFiles, files_of
from autograder.nbgrader.submission import WithNotebook
from autograder.nbgrader.submitted import answers, read_released, read_submitted
from autograder.nbgrader.summary import Run
from autograder.nbgrader.zone import course_zone
from autograder.sandbox.grader.printable import printable

LOG = "log/autograde.log"
LANGUAGES = [language.value for language in Language]


class RebuiltNotebook(NotebookExporter):
    """Reads a notebook as the converter says, not as it stands in the file."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        converter: Any = self.parent
        convert: Any = self.from_notebook_node
        resources = (resources or {}) | {"metadata": {"path": str(Path(filename).parent)}}
        notebook: NotebookNode = converter.read(Path(filename))
        converter.write_metadata(notebook)
        converted: tuple[NotebookNode, dict[str, Any]] = convert(notebook, resources, **kw)
        return converted


class TrustedAutograde(Autograde):  # type: ignore[misc]
    """The converter of `nbgrader autograde` and the Formgrader's button in our courses."""

    language = Enum(LANGUAGES, LANGUAGES[0], help="The language of the feedback.").tag(config=True)
    languages = Dict(
        key_trait=Unicode(),
        value_trait=Enum(LANGUAGES),
        help="The language of single students, by their ids.",
    ).tag(config=True)
    jobs = Integer(0, help="Graders at once; 0 is one for each processor.").tag(config=True)
    again = Bool(False, help="Grade even what the ledger has already.").tag(config=True)

    exporter_class = Type(RebuiltNotebook, klass=Exporter)
    sanitize_preprocessors = List(
        [DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata]
    ).tag(config=True)
    autograde_preprocessors = List(
        [
            ExecuteSandboxed,
            ShowFeedback,
            LimitOutput,
            ShowFiles,
            SaveGrades,
            AssignLateness,
            ShowMarkingGuides,
            CheckCellMetadata,
        ]
    ).tag(config=True)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if not is_ours(kwargs.get("parent")):
            return Autograde(*args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def start(self) -> None:
        with log_file(self.log, Path(self.coursedir.root, LOG)):
            super().start()

    def init_notebooks(self) -> None:
        """A submission is its folder: it counts with and without a notebook that can be read."""
        names = self._expected_notebooks()
        pattern = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        folders = [Path(found) for found in sorted(glob.glob(pattern)) if os.path.isdir(found)]
        if not folders:
            super().init_notebooks()  # says what it looked for
        self._left_out = {
            str(path): reason
            for path in folders
            if (reason := self._why_left_out(path)) is not None
        }
        folders = [path for path in folders if str(path) not in self._left_out]
        self.assignments = {
            str(folder): [str(folder / f"{name}.ipynb") for name in names] for folder in folders
        }

    def convert_notebooks(self) -> None:
        name = self.coursedir.assignment_id
        ledger = Path(self.coursedir.root, f"{name}.ledger")
        wanted = ClassRequest(name, self._points, ledger, jobs=self.jobs, again=self.again)
        submissions = [
            WithNotebook(self._student_of(path), Path(path), assignment=name)
            for path in self.assignments
        ]
        try:
            roster = ClassRoster(parent=self).read()
            self._before = before_the_run(self, roster)
            grades = grade_class(submissions, wanted, self.log.info, self._warn)
        except AutograderError as error:
            self._refuse(f"No grade was given: {error}")
        self._entries = grades.entries
        self._notebooks: dict[str, str] = {}
        undecided = {**grades.undecided, **self._left_out}
        try:
            super().convert_notebooks()
        finally:
            for student, reason in sorted(undecided.items()):
                self.log.error("%s: %s", printable(student), reason)
            if undecided:
                self.log.error("%d without a final grade, as told above", len(undecided))
            students = [one.student for one in submissions]
            folders = {one: Path(self._format_dest(name, one)) for one in students}
            notebooks = notebook_states(folders) | self._notebooks
            order = file_order(name, self._points)
            run = Run(list(folders), notebooks, self._entries, self._before, order, roster)
            after_the_run(self, run, folders.keys() - self._notebooks.keys())
        if undecided:
            raise NbGraderException("somebody is without a final grade")

    def _warn(self, notice: Notice) -> None:
        if notice.line:
            say = self.log.warning if notice.to_look_at else self.log.info
            say("%s: %s", printable(notice.student), notice.line)

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        before = Path(self._format_dest(assignment_id, student_id)).glob("*.ipynb")
        texts = [answers(read_released(path)) for path in before]
        self._answers_before = {name: text for found in texts for name, text in found.items()}
        return bool(super().init_destination(assignment_id, student_id))

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy what was handed in, as it is; the files of the release only beside it."""
        folder = Path(self._format_source(assignment_id, student_id))
        there = [Path(name) for name in find_all_files(str(folder), self.coursedir.ignore)]
        # A link may lead out of the submission, and reading a pipe would wait for ever.
        strange = [path.name for path in there if path.is_symlink() or not path.is_file()]
        for name in strange:
            self.log.warning(
                "%s: %s is no regular file and is left out", printable(student_id), printable(name)
            )
        preserved = {path.relative_to(folder).as_posix() for path in there}
        preserved |= {f"{task}.py" for task in self._points}
        ignore = [*self.coursedir.ignore, *map(glob.escape, strange)]
        reason = self._no_time(folder)
        if self._is_due and reason:
            self.log.warning(
                "%s: when this was handed in is not known, so nothing is taken off for being late "
                "(%s)",
                printable(student_id),
                reason,
            )
        with temp_attrs(self.coursedir, ignore=ignore):
            self.exclude_overwriting = {assignment_id: sorted(preserved)}
            super().init_assignment(assignment_id, student_id)
        if reason:
            forget_time(self, student_id)
        put_back(self, student_id, self._before.get(student_id))

    def init_single_notebook_resources(self, notebook_filename: str) -> dict[str, Any]:
        resources: dict[str, Any] = super().init_single_notebook_resources(notebook_filename)
        about = resources["nbgrader"]
        if self._sanitizing:
            student = about["student"]
            self._grading = Grading(
                self._entries[student],
                self._points,
                Language(self.languages.get(student, self.language)),
                self._answers_before,
                read_guides(self._source(about["notebook"])),
            )
            self._files = files_of(Path(notebook_filename).parent, about["assignment"])
        about["grading"], about["files"] = self._grading, self._files
        return resources

    def read(self, path: Path) -> NotebookNode:
        """The notebook to convert: the student's in the released form, or ours as it is."""
        if not self._sanitizing:
            return read_released(path)
        submitted = read_submitted(path, self._released(path.name), self._release_folder())
        self._grading.take_over(submitted)
        for line in self._grading.notebook_lines():
            self.log.warning("%s: %s", printable(self._grading.entry.student), line)
        return submitted.notebook

    def write_metadata(self, notebook: NotebookNode) -> None:
        """Put into the autograded notebook what later commands and runs ask for."""
        if self._sanitizing:
            grading = self._grading
            write_metadata(
                notebook, GradeMetadata(grading.entry, grading.language, grading.notebook)
            )
            self._notebooks[grading.entry.student] = grading.notebook

    def _source(self, notebook: str) -> Path:
        source, name = self.coursedir.source_directory, self.coursedir.assignment_id
        return Path(self.coursedir.format_path(source, ".", name), f"{notebook}.ipynb")

    def _released(self, name: str) -> NotebookNode:
        return read_released(self._release_folder() / name)

    def _release_folder(self) -> Path:
        release, name = self.coursedir.release_directory, self.coursedir.assignment_id
        return Path(self.coursedir.format_path(release, ".", name))

    def _expected_notebooks(self) -> list[str]:
        """The names of the assignment's notebooks; notes what their cells are worth."""
        name = self.coursedir.assignment_id
        try:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                assignment = gradebook.find_assignment(name)
                self._is_due, notebooks = assignment.duedate is not None, assignment.notebooks
                names = [notebook.name for notebook in notebooks]
                self._points = file_points(notebooks)
        except MissingEntry:
            self._refuse(f"The gradebook has no {name}: run nbgrader generate_assignment first.")
        for each in names:
            path = self._release_folder() / f"{each}.ipynb"
            if not path.is_file():
                self._refuse(f"There is no {path}: run nbgrader generate_assignment first.")
        return fnmatch.filter(names, self.coursedir.notebook_id)

    def _refuse(self, reason: str) -> NoReturn:
        self.log.error(reason)
        raise NbGraderException(reason)

    def _why_left_out(self, folder: Path) -> str | None:
        """Why a folder is no submission that nbgrader could take in; None if it is one."""
        if folder.is_symlink() or folder.parent.is_symlink():
            return "a link, which is not followed"
        if self._match(str(folder)) is None:  # a line break, at which nbgrader ends
            return "a name that nbgrader cannot read; rename the folder"
        try:
            str(folder).encode()
        except UnicodeEncodeError:
            return "a name that is no UTF-8, which no gradebook holds; rename the folder"
        return None

    def _no_time(self, folder: Path) -> str | None:
        """Why it is not known when a submission was handed in; None where it is."""
        try:
            moment = read_time(folder, course_zone(self.config))
        except NotAMoment as error:
            return str(error)
        return f"there is no {TIMESTAMP}" if moment is None else None

    def _student_of(self, folder: str) -> str:
        found = self._match(folder)
        assert found is not None, f"{folder} would have been left out"
        return found["student_id"]

    def _match(self, folder: str) -> re.Match[str] | None:
        """Split the name of a folder as nbgrader does."""
        pattern = self._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
        return re.match(pattern, folder)
