"""The preprocessor that puts the points into the gradebook."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import is_solution

from autograder.nbgrader.grading import Grading


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's own, but that no score is read from what a cell put out.

    A score given by hand and a comment stay. A file whose grade is open, and a question that may
    have an answer, wait for a person, and have no score until then. A cell is marked for another
    look by hand only if what was graded has changed since.
    """

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        grading: Grading = resources["nbgrader"]["grading"]
        name = cell.metadata.nbgrader["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        before = grade.auto_score
        if is_solution(cell):
            # 0 only where nothing was written anywhere; nbgrader looks at this cell alone.
            grade.auto_score = None if name in grading.waiting else 0.0
            changed = grading.changed(name, cell.source)
        else:
            grade.auto_score = grading.earned(name)
            changed = before != grade.auto_score
        if grade.manual_score is None:
            grade.needs_manual_grade = grade.auto_score is None
        elif changed:
            grade.needs_manual_grade = True
        self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        """Write nbgrader's comment; for a question that waits, the reason in its place."""
        super()._add_comment(cell, resources)
        grading: Grading = resources["nbgrader"]["grading"]
        name = cell.metadata.nbgrader["grade_id"]
        if name in grading.waiting:
            reason = grading.waiting[name]
            comment = self.gradebook.find_comment(
                name, self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = reason.in_(grading.language) if reason else None
            self.gradebook.db.commit()
