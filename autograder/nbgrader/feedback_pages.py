"""`nbgrader generate_feedback` made so that a student gets the course's own page.

nbgrader's is a copy of the whole notebook, around what matters. This one begins with the points
and the feedback, as every other way of grading gives it, and holds the written questions with
answer, mark and comment. It asks for nothing and nothing in it can act.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from traitlets import List, Type

from autograder.errors import AutograderError
from autograder.nbgrader.class_roster import ClassRoster
from autograder.nbgrader.console_log import from_here, log_file, summarize
from autograder.nbgrader.exchange import RECEIPT
from autograder.nbgrader.grade_metadata import read_metadata
from autograder.nbgrader.markdown import within_a_page
from autograder.nbgrader.marking_guides import NOTICE
from autograder.nbgrader.marks import standing_in, titles_of
from autograder.nbgrader.ours import is_ours
from autograder.nbgrader.submitted import grade_id, read_released
from autograder.nbgrader.summary import names
from autograder.nbgrader.zone import course_zone
from autograder.reports.class_summary import Status
from autograder.reports.html import page
from autograder.reports.no_grade import no_grade_page
from autograder.reports.standing import Standing
from autograder.sandbox.grader.printable import printable

LOG = "log/generate_feedback.log"


class _Page(Exporter):
    """Makes the page of an autograded notebook."""

    file_extension = ".html"

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        converter: Any = self.parent
        resources = (resources or {}) | {"output_extension": self.file_extension}
        return converter.page(Path(filename), resources["nbgrader"]), resources


class FeedbackPages(GenerateFeedback):  # type: ignore[misc]
    """The converter of `nbgrader generate_feedback` and the Formgrader's button in our courses."""

    exporter_class = Type(_Page, klass=Exporter)
    preprocessors: Any = List([]).tag(config=True)

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if not is_ours(kwargs.get("parent")):
            return GenerateFeedback(*args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def start(self) -> None:
        self._made: list[str] = []
        self._unread: list[str] = []
        with log_file(self.log, Path(self.coursedir.root, LOG)):
            try:
                self._roster = ClassRoster(parent=self).read()
                self._zone = course_zone(self.config)
            except AutograderError as error:
                self.log.error("No feedback was made: %s", error)
                raise NbGraderException(str(error)) from None
            try:
                super().start()
            finally:
                folder = Path(self.coursedir.root, self.coursedir.feedback_directory)
                count = f"{len(self._made)} page{'' if len(self._made) == 1 else 's'}"
                summarize(self.log, f"{count} in {from_here(folder)}")
                if self._unread:
                    summarize(self.log, f"Answers that nobody has read yet: {names(self._unread)}")

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Write the page anew each time: grading by hand changes no time that nbgrader goes by."""
        if student_id in self.coursedir.student_id_exclude.split(","):
            return False
        shutil.rmtree(self._format_dest(assignment_id, student_id), ignore_errors=True)
        return True

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Beside the page lies what leads it back to the student, and nothing else."""
        source = Path(self._format_source(assignment_id, student_id))
        place = Path(self._format_dest(assignment_id, student_id))
        place.mkdir(parents=True)
        for name in RECEIPT:
            if (source / name).is_file():
                shutil.copyfile(source / name, place / name)

    def page(self, path: Path, about: dict[str, str]) -> str:
        """The page of one student's autograded notebook."""
        notebook, student = read_released(path), about["student"]
        metadata = read_metadata(notebook)
        if metadata is None:
            raise NbGraderException(
                f"{printable(student)} was autograded by an earlier version: run nbgrader "
                f"autograde {about['assignment']} --force"
            )
        standing = self._standing(notebook, about)
        self._made.append(student)
        if standing.waits:
            self._unread.append(student)
        entry, language = metadata.entry, metadata.language
        found = entry.result or entry.partial
        if found is not None:
            return page(found, language, standing=standing)
        return no_grade_page(
            student,
            Status.NO_GRADE,
            language,
            reason=entry.reason or "",
            is_open=entry.open,
            standing=standing,
        )

    def _standing(self, notebook: NotebookNode, about: dict[str, str]) -> Standing:
        """The standing in the gradebook beside the suites' points, with the answers."""
        cells = {name: cell for cell in notebook.cells if (name := grade_id(cell))}
        answers = {
            name: within_a_page(cell.source, cell.get("attachments", {}))
            for name, cell in cells.items()
            if cell.cell_type == "markdown"
        }
        notices = [cell.source for cell in notebook.cells[:1] if cell.get("id") == NOTICE]
        with Gradebook(about["db_url"]) as gradebook:
            submission = gradebook.find_submission(about["assignment"], about["student"])
            sources = {
                cell.name: cell
                for book in submission.assignment.notebooks
                for cell in book.source_cells
            }
            titles = titles_of(sources[name] for name in answers if name in sources)
            titles = {name: _short(title) for name, title in titles.items()}
            found = standing_in(submission, self._roster, titles, self._zone, answers)
            student = submission.student
            name = ", ".join(filter(None, (student.last_name, student.first_name)))
        return replace(
            found,
            name=found.name or name or about["student"],
            note="".join(within_a_page(source, {}) for source in notices),
            written=tuple(
                replace(one, remark=within_a_page(one.comment, {})) for one in found.written
            ),
        )


def _short(title: str) -> str:
    """`Question 1 (2 points). Why?` without what stands below it anyway."""
    return title.partition(". ")[0]
